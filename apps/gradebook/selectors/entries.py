"""What stands in a cell, as people type it: 17.5, 85%, B+, ex, m, ab, in, 15 late 2."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.gradebook.models import LineItem, Result, ScaleKind, ScoreScale, ScoreStatus

# The shortest word of each status is the one written back.
CODES: Final[Mapping[str, tuple[str, ...]]] = {
    ScoreStatus.EXEMPT: ("ex", "exempt", "excused"),
    ScoreStatus.MISSING: ("m", "mi", "missing"),
    ScoreStatus.ABSENT: ("ab", "abs", "absent"),
    ScoreStatus.SUBMITTED: ("in", "sub", "submitted"),
}
MOST_DAYS_LATE: Final = 366
_STATUS_OF: Final = {word: status for status, words in CODES.items() for word in words}
_LATE: Final = re.compile(r"^(?P<rest>.*?)\s*(?<![a-z])(?:late|l)\s*(?P<days>\d{1,3})$", re.IGNORECASE)
# "1,000" is a thousand to one reader and one to another, so a comma has one or two digits behind it.
_NUMBER: Final = re.compile(r"^(\d{1,5}(?:\.\d{1,3}|,\d{1,2})?|\.\d{1,3})\s*(%?)$")
_LEVELS: Final = frozenset({ScaleKind.RUBRIC, ScaleKind.STANDARD})
_STEP: Final = Decimal("0.001")
_WHOLE: Final = Decimal(100)


@dataclass(frozen=True)
class Entry:
    """What a cell says. `score` is in the item's points, `text_score` the letter it was given as."""

    status: str = ScoreStatus.UNMARKED
    score: Decimal | None = None
    text_score: str = ""
    days_late: int = 0

    @classmethod
    def of(cls, result: Result) -> "Entry":
        return cls(result.status, result.score, result.text_score, result.days_late)

    def __str__(self) -> str:
        said = self.text_score or (CODES[self.status][0] if self.status in CODES else plain(self.score))
        if not self.days_late:
            return said
        late = f"late {self.days_late}"
        return late if self.status == ScoreStatus.SUBMITTED else f"{said} {late}".strip()


EMPTY: Final = Entry()


@dataclass(frozen=True)
class Labels:
    """The letters or levels an item is marked with, and the share of the maximum each one counts as."""

    shares: Mapping[str, Decimal]

    def found(self, text: str) -> str | None:
        return next((one for one in self.shares if one.casefold() == text.casefold()), None)


def labels_of(scale: ScoreScale | None) -> Labels | None:
    """Levels count by their points, letters as the middle of their band: both read back as themselves."""
    if scale is None:
        return None
    bands = sorted(scale.bands.all(), key=lambda one: one.lower, reverse=True)
    tops = [_WHOLE, *(one.lower for one in bands)]
    middles = {one.label: _middle(one.lower, top) for one, top in zip(bands, tops, strict=False)}
    most = max((one.points for one in bands if one.points), default=None)
    if scale.kind not in _LEVELS or most is None:
        return Labels(middles)
    shares = {one.label: (one.points or Decimal(0)) / most for one in bands}
    reads_back = all(
        one.lower <= shares[one.label] * _WHOLE and (shares[one.label] * _WHOLE < top or top == _WHOLE)
        for one, top in zip(bands, tops, strict=False)
    )
    return Labels(shares if reads_back else middles)


def read(text: str, item: LineItem, labels: Labels | None, before: Entry = EMPTY) -> Entry:
    """The entry somebody typed. "late 2" alone keeps the score that stands."""
    said = text.strip().removeprefix("'").strip()
    if not said:
        return EMPTY
    if labels is not None and (label := labels.found(said)):
        return marked(item, labels, text_score=label)
    late = _LATE.match(said)
    if late is None:
        return _plain_entry(said, item, labels)
    days = checked_days(int(late["days"]))
    if late["rest"]:
        return replace(_plain_entry(late["rest"], item, labels), days_late=days)
    if before.status == ScoreStatus.GRADED:
        return replace(before, days_late=days)
    return Entry(ScoreStatus.SUBMITTED, days_late=days)


def marked(
    item: LineItem, labels: Labels | None, *, score: Decimal | None = None, text_score: str = ""
) -> Entry:
    """A mark in points, or by a letter of the item's scale."""
    if labels is None:
        if text_score or score is None:
            raise _refused("POINTS_WANTED", _("This item is marked in points. Write a number."))
        return Entry(ScoreStatus.GRADED, score.quantize(_STEP))
    label = labels.found(text_score or plain(score))
    if label is None:
        message = _("This item is marked with %s. Write one of them.") % ", ".join(labels.shares)
        raise _refused("UNKNOWN_LABEL", message)
    return Entry(ScoreStatus.GRADED, (item.maximum * labels.shares[label]).quantize(_STEP), label)


def checked_days(days: int) -> int:
    if not 0 <= days <= MOST_DAYS_LATE:
        raise _refused("DAYS_LATE", _("Work is 0 to %d days late.") % MOST_DAYS_LATE)
    return days


def is_above(entry: Entry, item: LineItem) -> bool:
    """More than the item is out of, where only a slip of the finger explains that."""
    return entry.score is not None and entry.score > item.maximum and not item.is_extra_credit


def plain(number: Decimal | None) -> str:
    """A number as it is typed: no zeros at its end, no thousands."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(number: Decimal | None) -> str:
    """A number as people read it, in their language."""
    return "" if number is None else number_format(plain(number), use_l10n=True)


def _plain_entry(text: str, item: LineItem, labels: Labels | None) -> Entry:
    status = _STATUS_OF.get(text.casefold())
    if labels is not None and (label := labels.found(text)):
        return marked(item, labels, text_score=label)
    if status is not None:
        return Entry(status)
    number = _NUMBER.match(text)
    if number is None and labels is not None:
        return marked(item, labels, text_score=text)
    if number is None:
        raise _refused(
            "NOT_A_MARK", _("“%s” is no mark. Write a number, or ex, m, ab, in, late 2.") % text[:30]
        )
    score = Decimal(number[1].replace(",", "."))
    return marked(item, labels, score=score * item.maximum / _WHOLE if number[2] else score)


def _middle(lower: Decimal, top: Decimal) -> Decimal:
    return (lower + max(top, lower)) / 2 / _WHOLE


def _refused(code: str, message: str) -> DomainError:
    return DomainError(code, message, "entry")


def facts_of(result: Result) -> dict[str, Any]:
    """A result as the other side of a conflict gets to see it."""
    return {
        "entry": str(Entry.of(result)),
        "comment": result.comment,
        "version": result.version,
        "by": str(result.graded_by or ""),
        "at": result.graded_at.isoformat() if result.graded_at else None,
    }
