"""The next school year: the one that is there already, or the old one moved by a year."""

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q

from apps.academics.models import AcademicSession, SessionKind

_YEAR: Final = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|(?<=[-/–])\d\d)(?!\d)")


@dataclass(frozen=True)
class NextSession:
    """The counterpart of a session of the old year; `existing_id` where it is there already."""

    source: AcademicSession
    name: str
    code: str
    begin: date
    end: date
    existing_id: uuid.UUID | None = None


def sessions_of(year: AcademicSession) -> list[AcademicSession]:
    """The year and all its parts, parents first."""
    inside = Q(pk=year.pk) | Q(parent=year) | Q(parent__parent=year) | Q(parent__parent__parent=year)
    rows = AcademicSession.objects.filter(inside).select_related("parent__parent__parent")
    return sorted(rows, key=lambda row: (_depth(row), row.begin_date, row.code))


def within(year: AcademicSession, link: str = "session") -> Q:
    """Rows whose session at `link` is the year or a part of it."""
    steps = (link, f"{link}__parent", f"{link}__parent__parent", f"{link}__parent__parent__parent")
    condition = Q()
    for step in steps:
        condition |= Q(**{step: year.pk})
    return condition


def next_sessions(
    old: Sequence[AcademicSession], there: Sequence[AcademicSession]
) -> dict[uuid.UUID, NextSession]:
    """Counterparts by id of the old session.

    With the next year there (`there`), parts are matched by kind and order; a part it does not have falls
    back on what it would lie in. Without, every session is to be made, a year later.
    """
    found: dict[uuid.UUID, NextSession] = {}
    taken: set[str] = set()
    later = shift_of(old[0])
    for row in old:
        match = _match(row, old, there) if there else None
        if match is not None:
            found[row.pk] = _as_it_is(row, match)
        elif there and row.parent_id is not None:
            found[row.pk] = found[row.parent_id]
        else:
            found[row.pk] = _moved(row, taken, later)
    return found


def shift_of(year: AcademicSession) -> Callable[[date], date]:
    """How days move: by a year, or, after a year that was longer than that, by its length."""
    if _a_year_later(year.begin_date) >= end_of(year):
        return _a_year_later
    length = end_of(year) - year.begin_date
    return lambda day: day + length


def _a_year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return date(day.year + 1, 2, 28)


def renamed(text: str, longest: int) -> str:
    """ "2026-27" becomes "2027-28", "AY 2026/27" becomes "AY 2027/28"; without years it gets a mark."""
    if not _YEAR.search(text):
        return f"{text[: longest - 2]} +"
    return _YEAR.sub(lambda found: _one_more(found[0]), text)[:longest]


def end_of(row: AcademicSession) -> date:
    """The first day after it; the database holds that every session has one."""
    end: date = row.end_date  # type: ignore[assignment]  # see above
    return end


def following(year: AcademicSession) -> AcademicSession | None:
    """The school year that begins next after this one, if there is one."""
    rows = AcademicSession.objects.filter(
        school=year.school_id, kind=SessionKind.SCHOOL_YEAR, begin_date__gte=year.end_date
    )
    return rows.order_by("begin_date").first()


def _one_more(digits: str) -> str:
    return str(int(digits) + 1).zfill(len(digits))[-len(digits) :]


def _depth(row: AcademicSession) -> int:
    depth, line = 0, row.parent
    while line is not None:
        depth, line = depth + 1, line.parent
    return depth


def _match(
    row: AcademicSession, old: Sequence[AcademicSession], there: Sequence[AcademicSession]
) -> AcademicSession | None:
    """The session of the same kind that comes as many-th in its year."""
    place = [one.pk for one in _of_kind(old, row.kind)].index(row.pk)
    candidates = _of_kind(there, row.kind)
    return candidates[place] if place < len(candidates) else None


def _of_kind(rows: Iterable[AcademicSession], kind: str) -> list[AcademicSession]:
    return sorted((row for row in rows if row.kind == kind), key=lambda row: (row.begin_date, row.code))


def _as_it_is(source: AcademicSession, row: AcademicSession) -> NextSession:
    return NextSession(source, row.name, row.code, row.begin_date, end_of(row), row.pk)


def _moved(row: AcademicSession, taken: set[str], later: Callable[[date], date]) -> NextSession:
    code = renamed(row.code, 40)
    while code in taken:
        code = f"{code[:38]} +"
    taken.add(code)
    name = renamed(row.name, 100) if row.parent_id is None else _part_name(row)
    return NextSession(row, name, code, later(row.begin_date), later(end_of(row)))


def _part_name(row: AcademicSession) -> str:
    """ "Term 1" stays what it is; only years in it move on."""
    return renamed(row.name, 100) if _YEAR.search(row.name) else row.name
