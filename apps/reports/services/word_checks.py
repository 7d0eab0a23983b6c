"""Whether a school's own Word file may be a template: no macros, nothing from outside, only known fields."""

import difflib
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext as _
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from apps.core.errors import Detail, DomainError
from apps.core.protections import stands
from apps.core.sniffing import require_light
from apps.reports.selectors.word_fields import FIELDS

MOST_UNPACKED: Final = 16 * 1024 * 1024
FILTERS: Final = frozenset({"upper", "lower", "title", "default", "length", "join", "trim", "e", "escape"})
LOOP: Final[Mapping[str, Any]] = dict.fromkeys(("index", "index0", "first", "last", "length"), "")
_DEEPEST: Final = 3
_HYPERLINK: Final = "/hyperlink"
# Fields that fetch or run something when the file is opened.
_FETCHING: Final = re.compile(
    r"\b(INCLUDEPICTURE|INCLUDETEXT|DDEAUTO|DDE|LINK|IMPORT|MACROBUTTON)\b", re.IGNORECASE
)
_ACTIVE: Final = ("word/embeddings/", "word/activex/", "word/afchunk", "word/vba")
_OPEN: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr, nodes.And,
    nodes.Or, nodes.Not, nodes.Compare, nodes.Operand,
)  # fmt: skip


class Sandbox(ImmutableSandboxedEnvironment):
    """Fills in known fields and nothing else: what a file asks for beyond that is told, line by line."""

    def __init__(self) -> None:
        super().__init__(autoescape=True)
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.globals = {}

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Any:
        """Every piece of the file comes through here before it is filled."""
        if stands("reports.word_fields") and (faults := self._faults(source)):
            raise DomainError("WORD_FIELDS", faults[0].message, "word_file", faults)
        return super().from_string(source, *args, **kwargs)

    def _faults(self, source: Any) -> list[Detail]:
        try:
            return _Reading().faults(self.parse(source))
        except TemplateSyntaxError as fault:
            said = _("Line %(line)d cannot be read: %(fault)s. Check its brackets.")
            message = said % {"line": _line(fault.lineno), "fault": fault.message or ""}
            return [Detail("word_file", "SYNTAX", message)]


def require_safe(content: IO[bytes]) -> None:
    """Refuse what would run, fetch or embed something; the archive itself was looked at when it came in."""
    require_light(content, MOST_UNPACKED, "word_file")
    with zipfile.ZipFile(content) as archive:
        for entry in archive.infolist():
            name = entry.filename.lower()
            if name.startswith(_ACTIVE):
                raise _refused("EMBEDDED", _("Remove embedded objects and other files from the document."))
            if name.endswith((".xml", ".rels")):
                _require_plain(name, archive.read(entry))
    content.seek(0)


def _require_plain(name: str, text: bytes) -> None:
    try:
        root = fromstring(text, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError) as fault:
        raise _refused(
            "UNREADABLE", _("The document is damaged. Save it anew as a Word document.")
        ) from fault
    if name == "[content_types].xml" and b"macroenabled" in text.lower():
        raise _refused("MACROS_REFUSED", _("Documents with macros are not accepted. Save it without macros."))
    if name.endswith(".rels"):
        _require_inside(root)
    instructions = "".join(_instructions(root))
    if found := _FETCHING.search(instructions):
        message = _("The field %(field)s fetches something from outside. Put the picture or text itself.")
        raise _refused("FETCHING_FIELD", message % {"field": found[1].upper()})


def _require_inside(root: Any) -> None:
    for link in root:
        target, kind = link.get("Target", ""), link.get("Type", "")
        is_address = kind.endswith(_HYPERLINK) and target.startswith(("http://", "https://", "mailto:"))
        if link.get("TargetMode", "").lower() == "external" and not is_address:
            message = _("The document points to something outside of it (%(target)s). Embed it or remove it.")
            raise _refused("OUTSIDE", message % {"target": target[:80]})


def _instructions(root: Any) -> Iterator[str]:
    for node in root.iter():
        tag = str(node.tag).rpartition("}")[2]
        if tag == "instrText":
            yield node.text or ""
        if tag == "fldSimple":
            yield f" {next((v for k, v in node.attrib.items() if k.endswith('instr')), '')} "


def _refused(code: str, message: str) -> DomainError:
    return DomainError(code, message, "word_file")


class _Reading:
    """Walks a parsed piece and knows which fields stand where."""

    def __init__(self) -> None:
        self.found: list[Detail] = []

    def faults(self, tree: nodes.Node) -> list[Detail]:
        self._walk(tree, dict(FIELDS), 0)
        return self.found

    def _walk(self, node: nodes.Node, scope: Mapping[str, Any], depth: int) -> None:
        if isinstance(node, nodes.For):
            self._loop(node, scope, depth)
        elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self._kind(node, scope)
        elif isinstance(node, _OPEN) or (isinstance(node, nodes.Filter) and node.name in FILTERS):
            for child in node.iter_child_nodes():
                self._walk(child, scope, depth)
        else:
            said = _(
                "Line %(line)d asks for more than fields. Use {{ field }}, {%% for %%} and {%% if %%} only."
            )
            self._say(node, "NOT_ALLOWED", said, {})

    def _loop(self, node: nodes.For, scope: Mapping[str, Any], depth: int) -> None:
        kind = self._kind(node.iter, scope)
        if depth >= _DEEPEST or not isinstance(kind, list) or not isinstance(node.target, nodes.Name):
            if kind is not None:
                said = _(
                    "Line %(line)d repeats over something that is not a list. Use lines, terms or bands."
                )
                self._say(node, "NO_LIST", said, {})
            return
        inner = {**scope, node.target.name: kind[0], "loop": LOOP}
        for child in (*node.body, *node.else_):
            self._walk(child, inner, depth + 1)

    def _kind(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        """What stands under an expression: a mapping, a list, a text; None (and a fault) if nothing does."""
        name, holder = _split(node)
        if name is None:
            self._refuse(node)
            return None
        known = scope if holder is None else self._kind(holder, scope)
        if isinstance(known, Mapping) and name in known:
            return known[name]
        if known is not None:
            self._unknown(node, name, known)
        return None

    def _refuse(self, node: nodes.Node) -> None:
        said = _("Line %(line)d asks for more than fields. Use {{ field }}, {%% for %%} and {%% if %%} only.")
        self._say(node, "NOT_ALLOWED", said, {})

    def _unknown(self, node: nodes.Node, name: str, known: Any) -> None:
        near = difflib.get_close_matches(name, list(known) if isinstance(known, Mapping) else [], 1)
        said = _("Line %(line)d: there is no field “%(name)s”. Look it up in the list of fields.")
        if near:
            said = _("Line %(line)d: there is no field “%(name)s”. Did you mean “%(near)s”?")
        self._say(node, "UNKNOWN_FIELD", said, {"name": name, "near": near[0] if near else ""})

    def _say(self, node: nodes.Node, code: str, said: str, more: Mapping[str, str]) -> None:
        message = said % {"line": _line(node.lineno), **more}
        self.found.append(Detail("word_file", code, message))


def _split(node: nodes.Node) -> tuple[str | None, nodes.Node | None]:
    """The last name of a path and what it is taken from."""
    if isinstance(node, nodes.Name):
        return node.name, None
    if isinstance(node, nodes.Getattr):
        return node.attr, node.node
    if (
        isinstance(node, nodes.Getitem)
        and isinstance(node.arg, nodes.Const)
        and isinstance(node.arg.value, str)
    ):
        return node.arg.value, node.node
    return None, None


def _line(number: int) -> int:
    """Every paragraph with something in it begins a line of its own, after the head of the part."""
    return max(1, number - 1)
