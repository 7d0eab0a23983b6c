"""Sentences of the bank filled for a pupil, what looks wrong in a comment, and what a reader changed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from django.utils.translation import gettext as _

from apps.academics.models import Student
from apps.academics.models.people import Sex

LONGEST: Final = 1500
_PLACE: Final = re.compile(r"\{([A-Za-z_]+)\}")
_WORD: Final = re.compile(r"\w+(?:['’]\w+)*|\s+|[^\w\s]", re.UNICODE)
_HE: Final = frozenset({"he", "him", "his", "himself"})
_SHE: Final = frozenset({"she", "her", "hers", "herself"})
_PRONOUNS: Final[Mapping[str, tuple[str, str, str]]] = {
    Sex.MALE: ("he", "him", "his"),
    Sex.FEMALE: ("she", "her", "her"),
}
_NEUTRAL: Final = ("they", "them", "their")


def filled(sentence: str, student: Student) -> str:
    """`{name}`, `{they}`, `{them}`, `{their}` (also with a capital) as the pupil's; others stay."""
    words = _words_for(student)
    return _PLACE.sub(lambda found: words.get(found[1], found[0]), sentence)


def _words_for(student: Student) -> dict[str, str]:
    pronouns = _PRONOUNS.get(student.sex, _NEUTRAL)
    words = dict(zip(_NEUTRAL, pronouns, strict=True))
    capital = {name.capitalize(): word.capitalize() for name, word in words.items()}
    return {"name": student.given_name, **words, **capital}


def remarks_on(text: str, student: Student, others: Iterable[Student]) -> list[str]:
    """What a careful reader would ask about: another pupil's name, the wrong pronoun, a place left open."""
    words = {word.lower() for word in re.findall(r"\w+", text)}
    if not words:
        return []
    return [*_open_places(text), *_other_names(words, student, others), *_wrong_pronouns(words, student)]


def _open_places(text: str) -> list[str]:
    return [_("“%s” has not been filled in.") % found[0] for found in _PLACE.finditer(text)]


def _other_names(words: set[str], student: Student, others: Iterable[Student]) -> list[str]:
    own = {student.given_name.lower(), student.middle_name.lower(), student.family_name.lower()}
    foreign = {one.given_name for one in others if one.given_name.lower() in words - own}
    return [_("It names %s, another pupil of the section.") % name for name in sorted(foreign)]


def _wrong_pronouns(words: set[str], student: Student) -> list[str]:
    wrong = {Sex.MALE: _SHE, Sex.FEMALE: _HE}.get(Sex(student.sex), frozenset())
    return [
        _("It says “%(word)s” of %(name)s.") % {"word": word, "name": student.given_name}
        for word in sorted(words & wrong)
    ]


@dataclass(frozen=True)
class Piece:
    """Some words and what the proof-reader did to them: `same`, `added` or `removed`."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Word by word, what has to go and what comes instead, in reading order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        pieces += [Piece("removed", "".join(old[i:j]))] if i < j else []
        pieces += [Piece("added", "".join(new[k:m]))] if k < m else []
    return pieces
