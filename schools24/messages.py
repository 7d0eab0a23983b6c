"""The pages in other languages: people write the `.po` files, Django reads the `.mo` made from them.

`python -m schools24.messages` makes every `.mo` that is older than its `.po`; none of them is committed.
`collect` brings the `.po` files up to date with code and templates: new strings come in untranslated, strings
nobody uses go, and order and form stay the same. `outdated` only says what `collect` would change. All of it
is Python alone, so nobody needs gettext on the machine.
"""

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
TEMPLATES = ROOT / "templates"
# Packages that do not speak all our languages: the account pages, and the answers of the API.
FOREIGN: Final = {
    "allauth": ("account", "mfa", "usersessions", "core", "utils.py"),
    "rest_framework": ("exceptions.py", "fields.py", "relations.py", "serializers.py", "validators.py"),
}
FOREIGN_TEMPLATES: Final = ("account", "mfa", "usersessions", "allauth")
CALLS: Final[dict[str, Any]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
HEADER: Final = """\
# "make messages" keeps the strings, their order and their form; what is said in return is yours.
msgid ""
msgstr ""
"Project-Id-Version: Schools24\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def compile_all() -> list[Path]:
    """Make the catalogues that are missing or older than their source; says which."""
    made = []
    for source in sources():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(f".{os.getpid()}.mo")
        with draft.open("wb") as file:
            write_mo(file, read(source))
        # Several processes may be at it, and a reader must never see half a catalogue.
        draft.replace(target)
        made.append(target)
    return made


def sources() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def read(source: Path) -> Catalog:
    with source.open("rb") as file:
        return read_po(file, locale=_language(source))


def untranslated(catalog: Catalog) -> list[Message]:
    return [one for one in catalog if one.id and not all(_forms(one))]


def collect() -> None:
    said = strings()
    for source in sources():
        source.write_bytes(_written(_merged(read(source), said), _language(source)))


def outdated() -> list[str]:
    wanted = {_key(one) for one in strings() if one.id}
    found = []
    for source in sources():
        known = {_key(one) for one in read(source) if one.id}
        name = source.relative_to(ROOT)
        found += [f"{name}: lacks {text!r}" for _, text in sorted(wanted - known)]
        found += [f"{name}: nobody says {text!r} any more" for _, text in sorted(known - wanted)]
        found += [f"{name}: {_key(one)[1]!r} is not translated" for one in untranslated(read(source))]
    return found


def strings() -> Catalog:
    """Every string that is there to be translated."""
    catalog = Catalog()
    for path in _files():
        for text, context in _strings_of(path):
            catalog.add(text, context=context)
    return catalog


def _strings_of(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into something like Python, whose indentation means nothing.
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    for _line, said, _comments, context in extract("python", BytesIO(text.encode()), keywords=CALLS):
        yield said, context


def _files() -> Iterator[Path]:
    for folder in ("apps", "schools24"):
        yield from _code(ROOT / folder)
    yield from _texts(TEMPLATES)
    for name, parts in FOREIGN.items():
        for part in parts:
            yield from _code(_package(name) / part)
    originals = _package("allauth") / "templates"
    for part in FOREIGN_TEMPLATES:
        for path in _texts(originals / part):
            if not (TEMPLATES / path.relative_to(originals)).exists():
                yield path


def _code(place: Path) -> list[Path]:
    found = [place] if place.is_file() else sorted(place.rglob("*.py"))
    return [path for path in found if not {"tests", "migrations"} & set(path.parts)]


def _texts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt"})


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"The package {name} is not installed.")
    return Path(spec.origin).parent


def _merged(old: Catalog, said: Catalog) -> Catalog:
    """What is said now, with the translations there are."""
    new = Catalog(fuzzy=False)
    for message in said:
        known = old.get(message.id, message.context)
        fits = known is not None and known.pluralizable == message.pluralizable
        new.add(message.id, known.string if known and fits else None, context=message.context)
    return new


def _written(catalog: Catalog, language: str) -> bytes:
    """Sorted and unwrapped, without dates and places: a difference is then always one of words."""
    file = BytesIO()
    write_po(file, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    return HEADER.format(language=language).encode() + file.getvalue()


def _language(source: Path) -> str:
    return source.parents[1].name


def _key(message: Message) -> tuple[str, str]:
    return (message.context or "", message.id if isinstance(message.id, str) else message.id[0])


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def main(words: list[str]) -> int:
    if words == ["outdated"]:
        found = outdated()
        sys.stdout.writelines(f"{line}\n" for line in found)
        sys.stdout.write("Run 'make messages' and translate what is new.\n" if found else "")
        return 1 if found else 0
    if words == ["collect"]:
        collect()
        for source in sources():
            waiting = len(untranslated(read(source)))
            sys.stdout.write(f"{source.relative_to(ROOT)}: {waiting} strings wait for their translation.\n")
        return 0
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
