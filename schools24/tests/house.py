"""The rules of the house that no linter has: each reads one file and says what is wrong with it, if anything.

test_house.py runs them over the whole tree, and over small planted breaches to show that they see them.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

FILE_LINES = 400
BODY_LINES = 40
BANNED_NAMES = {"utils", "helpers", "common", "constants", "exceptions", "managers", "mixins"}
EDGES = {"api", "web", "tasks", "receivers", "admin"}
# Where work leaves a transaction, and nowhere else (house.md section 5).
# What may be lost: live events, and what is kept in the cache.
HANDING_OVER = ("apps/core/jobs", "apps/core/live", "apps/core/caching", "apps/core/tests")
# Mail programs and PDF documents know no linked style sheets.
OWN_STYLE = ("templates/emails/", "templates/pdf/")

Rule = Callable[[str, ast.Module, str], Iterator[str]]


def complaints(name: str, source: str, rules: "list[Rule] | None" = None) -> list[str]:
    """What the rules say about a Python file of this name, relative to the project."""
    tree = ast.parse(source)
    return [f"{name}: {text}" for rule in rules or RULES for text in rule(name, tree, source)]


def file_is_short(name: str, tree: ast.Module, source: str) -> Iterator[str]:
    if (lines := source.count("\n")) > FILE_LINES:
        yield f"{lines} lines; at most {FILE_LINES}"


def functions_are_short(name: str, tree: ast.Module, source: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1
            if lines > BODY_LINES:
                yield f"{node.name}() has {lines} body lines; at most {BODY_LINES}"


def name_says_something(name: str, tree: ast.Module, source: str) -> Iterator[str]:
    for part in Path(name).with_suffix("").parts:
        if part in BANNED_NAMES:
            yield f"{part!r} says nothing about what is inside"


def rows_are_permitted(name: str, tree: ast.Module, source: str) -> Iterator[str]:
    """In api/ and web/ every query begins with .permitted(actor)."""
    if not {"api", "web"} & set(Path(name).parts) or "tests" in Path(name).parts:
        return
    allowed = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"permitted", "none"}
    } | _asked_for_one(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr in {"_default_manager", "_base_manager"}:
            yield f"line {node.lineno}: {node.attr} goes around .permitted()"
        if node.attr == "objects" and id(node) not in allowed:
            yield f"line {node.lineno}: .objects without .permitted()"


def _asked_for_one(tree: ast.Module) -> set[int]:
    """Rows handed to permitted_or_missing(), which permits them itself."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    asked = [call.args[0] for call in calls if ast.unparse(call.func) == "permitted_or_missing"]
    return {id(inner) for rows in asked for inner in ast.walk(rows)}


def edges_do_not_write(name: str, tree: ast.Module, source: str) -> Iterator[str]:
    """Services are the only writers; the edges call them."""
    path = Path(name)
    rooms = set(path.with_suffix("").parts[2:])
    if not EDGES & rooms or "tests" in rooms or "core" in path.parts:
        return
    writers = {"save", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}
    for called, line in _method_calls(tree):
        if called in writers:
            yield f"line {line}: .{called}() belongs into a service"


def work_goes_through_the_outbox(name: str, tree: ast.Module, source: str) -> Iterator[str]:
    if name.startswith(HANDING_OVER):
        return
    for called, line in _method_calls(tree):
        if called in {"delay", "apply_async", "send_task", "on_commit"}:
            yield f"line {line}: .{called}() may lose the work; use core.jobs.enqueue"


def the_cache_is_never_emptied(name: str, tree: ast.Module, source: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value).lower()
            emptied = node.func.attr == "clear" and owner.split(".")[-1].startswith("cache")
            if emptied or node.func.attr in {"flushdb", "flushall"}:
                yield f"line {node.lineno}: {owner}.{node.func.attr}() empties what others use"


def fields_are_listed(name: str, tree: ast.Module, source: str) -> Iterator[str]:
    """A new column must not appear in a form or an answer by itself."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.ClassDef) and node.name == "Meta"):
            continue
        for line in node.body:
            if not isinstance(line, ast.Assign):
                continue
            names = {target.id for target in line.targets if isinstance(target, ast.Name)}
            if "exclude" in names or ("fields" in names and ast.unparse(line.value) == "'__all__'"):
                yield f"line {line.lineno}: name the fields one by one"


def the_clock_is_an_argument(name: str, tree: ast.Module, source: str) -> Iterator[str]:
    """Edges read the clock; what they call can be asked about any day."""
    if not {"services", "selectors", "access"} & set(Path(name).with_suffix("").parts):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and re.fullmatch(
            r"(timezone|datetime|date|dt|datetime\.datetime|datetime\.date)\.(now|today|localdate|localtime|utcnow)",
            ast.unparse(node.func),
        ):
            yield f"line {node.lineno}: {ast.unparse(node.func)}() reads the clock; take it as an argument"


RULES: list[Rule] = [
    file_is_short,
    functions_are_short,
    name_says_something,
    rows_are_permitted,
    edges_do_not_write,
    work_goes_through_the_outbox,
    the_cache_is_never_emptied,
    fields_are_listed,
    the_clock_is_an_argument,
]


def template_complaints(name: str, source: str) -> list[str]:
    """Pages carry no script, style or handler of their own: the CSP would refuse to run them."""
    if name.startswith(OWN_STYLE):
        return []
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", source, flags=re.DOTALL)
    found = {
        "script in the page": r"<script(?![^>]*\ssrc=)[^>]*>",
        "style in the page": r"<style\b",
        "style attribute": r"<[^>]+\sstyle\s*=",
        "event handler": r"<[^>]+\s(?:on[a-z]+|hx-on[:\w.-]*)\s*=",
        "javascript address": r"(?:href|action)\s*=\s*[\"']?\s*javascript:",
    }
    return [f"{name}: {what}" for what, pattern in found.items() if re.search(pattern, text, re.IGNORECASE)]


def _method_calls(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node.lineno
