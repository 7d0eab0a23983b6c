"""School days, holidays and days with a name."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, SessionKind
from apps.accounts.models import Campus
from apps.core.errors import DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, written
from apps.timetable.models import BellSchedule, Calendar, CalendarDate


def add_calendar(
    *, actor: Actor, campus: Campus, session: AcademicSession, weekdays: Sequence[int]
) -> Calendar:
    of_school(actor, campus)
    if of_school(actor, session).kind != SessionKind.SCHOOL_YEAR:
        raise DomainError("NOT_A_SCHOOL_YEAR", _("Choose a school year, not a part of one."), "session")
    row = Calendar(school_id=campus.school_id, campus=campus, session=session)
    return written(row, weekdays=_ordered(weekdays))


def change_calendar(*, actor: Actor, calendar: Calendar, weekdays: Sequence[int]) -> Calendar:
    return written(of_school(actor, calendar), weekdays=_ordered(weekdays))


def remove_calendar(*, actor: Actor, calendar: Calendar) -> None:
    removed(of_school(actor, calendar))


def add_calendar_date(
    *,
    actor: Actor,
    calendar: Calendar,
    date: date,
    kind: str,
    title: str,
    bell_schedule: BellSchedule | None = None,
) -> CalendarDate:
    """Lessons that lie on a new holiday stay in the plan until somebody cancels or lays out anew."""
    of_school(actor, calendar)
    row = CalendarDate(school_id=calendar.school_id, calendar=calendar)
    return _dated(row, date=date, kind=kind, title=title, bell_schedule=bell_schedule)


def change_calendar_date(*, actor: Actor, calendar_date: CalendarDate, **changes: Any) -> CalendarDate:
    """`date`, `kind`, `title`, `bell_schedule`."""
    return _dated(of_school(actor, calendar_date), **changes)


def remove_calendar_date(*, actor: Actor, calendar_date: CalendarDate) -> None:
    removed(of_school(actor, calendar_date))


def _dated(row: CalendarDate, **values: Any) -> CalendarDate:
    day = values.get("date", row.date)
    if day not in row.calendar.session.period:
        raise DomainError("OUTSIDE_YEAR", _("That date lies outside the school year."), "date")
    bells = values.get("bell_schedule", row.bell_schedule)
    if bells is not None and bells.campus_id != row.calendar.campus_id:
        raise DomainError("OTHER_CAMPUS", _("That bell schedule is of another campus."), "bell_schedule")
    return written(row, **values)


def _ordered(weekdays: Sequence[int]) -> list[int]:
    if not weekdays:
        raise DomainError("NO_WEEKDAYS", _("Choose at least one weekday."), "weekdays")
    return sorted({int(one) for one in weekdays})
