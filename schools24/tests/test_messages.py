"""The catalogues: complete, with every placeholder on both sides, and read by Django."""

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.utils import translation
from django.utils.translation import ngettext

from schools24 import messages

SOURCES = messages.sources()
HOLES = re.compile(r"%%\w+|%\(\w+\)[a-z]|%[a-z]|\{[^{}]*\}|</?\w+|&\w+;")


def forms(said: object) -> list[str]:
    return [said] if isinstance(said, str) else [str(one) for one in said or ()]  # type: ignore[attr-defined]  # a tuple


def faults(message: Message) -> list[str]:
    """Placeholders or tags that stand on one side only."""
    pairs = zip(forms(message.id), forms(message.string), strict=True)
    return [
        f"{ours} | {theirs}"
        for ours, theirs in pairs
        if sorted(HOLES.findall(ours)) != sorted(HOLES.findall(theirs))
    ]


def test_hindi_is_there() -> None:
    assert [source.parents[1].name for source in SOURCES] == ["hi"]


@pytest.mark.parametrize("source", SOURCES, ids=messages._language)
def test_nothing_is_untranslated_or_unsure(source: Path) -> None:
    catalog = messages.read(source)
    assert [one.id for one in messages.untranslated(catalog)] == []
    assert [one.id for one in catalog if one.id and one.fuzzy] == []


@pytest.mark.parametrize("source", SOURCES, ids=messages._language)
def test_placeholders_stand_on_both_sides(source: Path) -> None:
    assert [fault for one in messages.read(source) if one.id for fault in faults(one)] == []


@pytest.mark.parametrize(
    ("ours", "theirs", "count"),
    [
        ("%(name)s left", "%(name)s गए", 0),
        ("%(name)s left", "%(nam)s गए", 1),
        ("{n} of {m}", "{n}", 1),
        ("<kbd>K</kbd>", "K", 1),
        (("%d row", "%d rows"), ("%d पंक्ति", "पंक्तियाँ"), 1),
    ],
)
def test_a_lost_placeholder_is_seen(ours: str, theirs: str, count: int) -> None:
    assert len(faults(Message(ours, theirs))) == count


@pytest.mark.parametrize("source", SOURCES, ids=messages._language)
def test_the_file_has_its_one_form(source: Path) -> None:
    assert source.read_bytes() == messages._written(messages.read(source), messages._language(source))


@pytest.mark.parametrize("source", SOURCES, ids=messages._language)
def test_the_compiled_catalogue_holds_every_string(source: Path) -> None:
    messages.compile_all()
    with source.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    spoken = [one for one in messages.read(source) if one.id and not one.context]
    assert [one.id for one in spoken if compiled.gettext(forms(one.id)[0]) != forms(one.string)[0]] == []


def test_catalogues_are_made_only_when_their_source_is_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "hi" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_bytes(SOURCES[0].read_bytes())
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    assert messages.compile_all() == [source.with_suffix(".mo")]
    assert messages.compile_all() == []
    assert [path.name for path in source.parent.iterdir() if path.suffix == ".mo"] == ["django.mo"]


def test_strings_of_code_templates_and_the_account_pages_are_found() -> None:
    said = messages.strings()
    assert "Skip to the content" in said  # a template
    assert "%d row done." in said  # ngettext
    assert "%(total)s row" in said  # blocktranslate with a plural
    assert "Activate Authenticator App" in said  # a page of allauth


def test_plurals_follow_the_number() -> None:
    with translation.override("hi"):
        said = [ngettext("%d row done.", "%d rows done.", n) % n for n in (1, 3)]
    assert said == ["1 पंक्ति पूरी हुई।", "3 पंक्तियाँ पूरी हुईं।"]
