"""The weekly plan, and laying it out into dated lessons."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.academics.models import Section, StaffMember
from apps.academics.services.roster import create_rows
from apps.accounts.models import Campus
from apps.core.errors import DomainError
from apps.core.jobs import report
from apps.core.models import uuid7
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, written
from apps.facilities.models import Room
from apps.timetable.models import ClassPeriod, Meeting, MeetingPattern
from apps.timetable.selectors import SchoolDay, at, school_days
from apps.timetable.services.meetings import kept_apart

BATCH: Final = 5000


@dataclass(frozen=True)
class LaidOut:
    """What laying out did: lessons made, lessons that stood already, days without school."""

    created: int
    present: int
    closed_days: int


def add_pattern(
    *,
    actor: Actor,
    section: Section,
    weekday: int,
    period: ClassPeriod,
    begin_date: date,
    end_date: date | None = None,
    teacher: StaffMember | None = None,
    room: Room | None = None,
) -> MeetingPattern:
    """A line of the weekly plan; it shows in timetables once it is laid out."""
    of_school(actor, section)
    if period.bell_schedule.campus_id != section.campus_id:
        raise DomainError("OTHER_CAMPUS", _("That period is of another campus."), "period")
    if room is not None and room.campus_id != section.campus_id:
        raise DomainError("OTHER_CAMPUS", _("That room is on another campus."), "room")
    row = MeetingPattern(school_id=section.school_id, section=section, period=period)
    return written(row, weekday=weekday, begin_date=begin_date, end_date=end_date, teacher=teacher, room=room)


def end_pattern(*, actor: Actor, pattern: MeetingPattern, end_date: date) -> MeetingPattern:
    """The line no longer holds from `end_date`; lessons already laid out from then on are taken away."""
    with kept_apart(actor, []):
        _from(of_school(actor, pattern), end_date).delete()
        return written(pattern, end_date=end_date)


def remove_pattern(*, actor: Actor, pattern: MeetingPattern, today: date) -> None:
    """The line goes, with its lessons after today; lessons that were held stay."""
    with kept_apart(actor, []):
        _from(of_school(actor, pattern), today + timedelta(days=1)).delete()
        removed(pattern)


def lay_out(*, actor: Actor, campus: Campus, begin: date, end: date, now: datetime) -> LaidOut:
    """Make the lessons of the weekly plan from `begin` up to, not including, `end`; what stands stays.

    Days without school are left out. A day with bells of its own takes times by period code.
    """
    of_school(actor, campus)
    if end <= begin:
        raise DomainError("NO_DAYS", _("The last day lies before the first."), "end")
    around = school_days(campus.pk, begin, end)
    patterns = _patterns(campus, begin, end)
    known = _known(patterns, begin, end)
    other_times = _periods_by_code({day.bell_schedule_id for day in around if day.bell_schedule_id})
    open_days = [day for day in around if day.is_open]
    planned = [row for day in open_days for row in _of_day(campus, day, patterns, other_times)]
    rows = [row for row in planned if (row["pattern_id"], row["date"]) not in known]
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        with kept_apart(actor, (Meeting(**row) for row in some)):
            create_rows(Meeting, some, school_id=campus.school_id, now=now)
        report(min(start + BATCH, len(rows)), len(rows))
    return LaidOut(len(rows), len(planned) - len(rows), sum(not day.is_open for day in around))


def _from(pattern: MeetingPattern, day: date) -> "QuerySet[Meeting]":
    """Lessons from a day on; one that somebody refers to (its register was taken) refuses to go."""
    return Meeting.objects.filter(pattern=pattern, date__gte=day)


def _patterns(campus: Campus, begin: date, end: date) -> list[MeetingPattern]:
    rows = MeetingPattern.objects.filter(section__campus=campus, section__is_active=True, begin_date__lt=end)
    rows = rows.filter(Q(end_date__isnull=True) | Q(end_date__gt=begin))
    return list(rows.select_related("period", "section__session"))


def _known(patterns: Sequence[MeetingPattern], begin: date, end: date) -> set[tuple[uuid.UUID | None, date]]:
    rows = Meeting.objects.filter(pattern__in=patterns, date__gte=begin, date__lt=end)
    return set(rows.values_list("pattern_id", "date"))


def _periods_by_code(bells: set[uuid.UUID]) -> dict[tuple[uuid.UUID, str], ClassPeriod]:
    rows = ClassPeriod.objects.filter(bell_schedule__in=bells)
    return {(one.bell_schedule_id, one.code): one for one in rows}


def _of_day(
    campus: Campus,
    day: SchoolDay,
    patterns: Sequence[MeetingPattern],
    other_times: dict[tuple[uuid.UUID, str], ClassPeriod],
) -> Iterator[dict[str, Any]]:
    times: dict[uuid.UUID, DateTimeTZRange] = {}
    for one in patterns:
        if one.weekday != day.date.isoweekday() or not _holds(one, day.date):
            continue
        period: ClassPeriod | None = one.period
        if day.bell_schedule_id is not None:
            period = other_times.get((day.bell_schedule_id, one.period.code))
        if period is not None:
            if period.pk not in times:
                times[period.pk] = _during(campus, day.date, period)
            yield _lesson(one, day.date, period, times[period.pk])


def _holds(pattern: MeetingPattern, day: date) -> bool:
    return day in pattern.days and day in pattern.section.session.period


def _during(campus: Campus, day: date, period: ClassPeriod) -> DateTimeTZRange:
    return DateTimeTZRange(at(campus, day, period.begin_time), at(campus, day, period.end_time))


def _lesson(
    pattern: MeetingPattern, day: date, period: ClassPeriod, during: DateTimeTZRange
) -> dict[str, Any]:
    """The columns of a meeting: a term has tens of thousands, which are copied in."""
    return {
        "id": uuid7(),
        "section_id": pattern.section_id,
        "date": day,
        "during": during,
        "period_id": period.pk,
        "teacher_id": pattern.teacher_id,
        "room_id": pattern.room_id,
        "pattern_id": pattern.pk,
    }
