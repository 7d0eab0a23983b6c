"""`make check`: everything a machine can say about the code without running the tests.

Two checks run at a time; each prints one line with its duration, and what it found if it found something.
`python -m schools24.checks types rooms` runs only those named.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
OPENAPI = ROOT / "docs" / "openapi.yaml"
# As on a server, with nothing behind the addresses: these checks open no connection.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "schools24.settings",
    "PRODUCTION": "true",
    "DEMO": "false",
    "DEBUG": "false",
    "SECRET_KEY": "a-key-of-this-check-only-" + "0123456789abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "school.example",
    "SITE_URL": "https://school.example",
    "DATABASE_URL": "postgresql://schools24@localhost/schools24",
    "REDIS_URL": "redis://localhost/0",
    "EMAIL_URL": "smtp://localhost:25",
}
TEST = {"DJANGO_SETTINGS_MODULE": "schools24.test_settings"}
LINT_MIGRATIONS = """
import sys, django; django.setup()
from django.apps import apps
from django_migration_linter import MigrationLinter
ours = [app.label for app in apps.get_app_configs() if app.name.startswith("apps.")]
quiet = {"no_cache": True, "quiet": ["ok", "ignore"]}
linter = MigrationLinter(include_apps=ours, ignore_initial_migrations=True, **quiet)
linter.lint_all_migrations()
sys.exit(linter.has_errors)
"""


@dataclass
class Finding:
    """What a check has to say; nothing means all is well."""

    name: str
    text: str = ""
    seconds: float = 0.0


@dataclass
class Check:
    """A name to call it by, and the function that answers with its complaints."""

    name: str
    complaints: Callable[[], str] = field(repr=False)

    def run(self) -> Finding:
        began = time.monotonic()
        text = self.complaints()
        return Finding(self.name, text, time.monotonic() - began)


def command(*words: str | Path, **environment: str) -> str:
    """What a tool says, if it ends with a failure."""
    program, *arguments = words
    call = [BIN / program if isinstance(program, str) else program, *arguments]
    done = subprocess.run(
        call, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    return f"{done.stdout}{done.stderr}".strip() or "failed without a word" if done.returncode else ""


def django(*words: str, **environment: str) -> str:
    return command(Path(sys.executable), "manage.py", *words, **environment)


def templates() -> str:
    paths = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    if not paths:
        return ""
    said = (
        command("djade", "--check", "--target-version", "5.2", *paths),
        command("djlint", "--quiet", "--lint", "templates"),
    )
    return "\n".join(text for text in said if text)


def openapi() -> str:
    """The committed contract is the one the code gives."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        said = django("spectacular", "--validate", "--fail-on-warn", "--file", str(fresh), **PRODUCTION)
        if said:
            return said
        if OPENAPI.exists() and OPENAPI.read_text() == fresh.read_text():
            return ""
    return "docs/openapi.yaml is not what the code says now; run 'make openapi' and read the difference."


def places() -> str:
    """Nothing committed may lead to one machine, or to one place on the net for packages."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],  # noqa: S607 - git is where PATH says
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = []
    own = re.compile(f"{re.escape(str(ROOT))}|{re.escape(str(Path.home()))}/")
    for name in filter(None, listed.stdout.split("\0")):
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        if own.search(text):
            said.append(f"{name}: names a folder of this machine")
        if name.startswith("requirements/") and re.search(r"://|file:", text):
            said.append(f"{name}: names an address")
        if name == "package-lock.json" and '"resolved"' in text:
            said.append(f"{name}: names where packages were fetched")
    return "\n".join(said)


CHECKS = [
    Check("types", partial(command, "mypy", "apps", "schools24", "conftest.py", "manage.py", **TEST)),
    Check("lint", partial(command, "ruff", "check", "--quiet", ".")),
    Check("format", partial(command, "ruff", "format", "--quiet", "--diff", ".")),
    Check("floors", partial(command, "lint-imports", "--no-logo")),
    Check("places", places),
    Check("templates", templates),
    Check("migrations", partial(django, "makemigrations", "--check", "--dry-run", **TEST)),
    Check("locks", partial(command, Path(sys.executable), "-c", LINT_MIGRATIONS, **TEST)),
    Check("deploy", partial(django, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)),
    Check("openapi", openapi),
    Check("messages", partial(command, Path(sys.executable), "-m", "schools24.messages", "outdated")),
]


def main(names: list[str]) -> int:
    chosen = [check for check in CHECKS if not names or check.name in names]
    began, bad = time.monotonic(), 0
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for finding in pool.map(Check.run, chosen):
            print(f"{'✗' if finding.text else '✓'} {finding.name:<11}{finding.seconds:5.1f} s", flush=True)
            if finding.text:
                bad += 1
                print(f"\n{finding.text}\n", flush=True)
    print(f"{len(chosen) - bad} of {len(chosen)} checks passed in {time.monotonic() - began:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
