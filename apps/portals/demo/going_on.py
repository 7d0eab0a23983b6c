"""A demo school goes on: its lessons laid out to the end of the term, and a year that is over lengthened."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max, QuerySet

from apps.academics.models import (
    AcademicSession,
    CampusEnrollment,
    Enrollment,
    SessionKind,
    TeachingAssignment,
)
from apps.accounts.models import Campus, School
from apps.core.models import uuid7
from apps.portals.demo.copying import copy
from apps.portals.demo.meetings import MEETING, MONDAY, SUNDAY
from apps.portals.demo.plan import Plan, months_later
from apps.timetable.models import CalendarDate, DateKind, Meeting, MeetingPattern
from apps.timetable.selectors import at, calendar_on, school_day, school_days

# Lessons are laid out anew when fewer days than these are left of them.
RUNNING_OUT: Final = timedelta(days=7)
_OF_A_YEAR: Final[tuple[Any, ...]] = (CampusEnrollment, Enrollment, TeachingAssignment, MeetingPattern)


def go_on(school: School, plan: Plan, first: date, today: date, now: datetime) -> None:
    """Afterwards there are lessons from `first` on, today's among them, and some ahead."""
    _lengthen(school, today)
    for campus in Campus.objects.filter(school=school):
        _lay_out(campus, plan, first, today, now)
        _open_today(campus, today)
        if not _planned(campus).filter(date=today).exists():
            _hold(campus, [today], now)


def _lengthen(school: School, today: date) -> None:
    """Nobody rolls a demo over, so its year gets another term when it would be over."""
    year = AcademicSession.objects.filter(school=school, kind=SessionKind.SCHOOL_YEAR).latest("end_date")
    before = year.end_date
    if before is None or today < before:
        return
    year.end_date = months_later(today.replace(day=1), 6)
    year.save()
    number = year.children.filter(kind=SessionKind.TERM).count() + 1
    AcademicSession.objects.create(
        school=school, parent=year, kind=SessionKind.TERM, name=f"Term {number}",
        code=f"{year.code}-T{number}", begin_date=before, end_date=year.end_date,
    )  # fmt: skip
    for model in _OF_A_YEAR:
        model.objects.filter(school=school, end_date=before).update(end_date=year.end_date)


def _lay_out(campus: Campus, plan: Plan, first: date, today: date, now: datetime) -> None:
    """To the end of the term, from where the lessons end."""
    last = _planned(campus).aggregate(last=Max("date"))["last"] or first
    if last > today + RUNNING_OUT:
        return
    terms = AcademicSession.objects.filter(school=campus.school_id, kind=SessionKind.TERM)
    ends = (
        terms.filter(end_date__gt=today + RUNNING_OUT).order_by("end_date").values_list("end_date", flat=True)
    )
    begin = max(first, last + timedelta(days=1))
    end = min(ends.first() or today + RUNNING_OUT, today + timedelta(days=plan.days_ahead))
    _hold(campus, [one.date for one in school_days(campus.pk, begin, end) if one.is_open], now)


def _open_today(campus: Campus, today: date) -> None:
    """Whoever looks at the demo on a Sunday or a holiday finds a school day, as on the day it was loaded."""
    calendar = calendar_on(campus.pk, today)
    if calendar is not None and not school_day(campus.pk, today).is_open:
        dates = CalendarDate.objects.filter(calendar=calendar, date=today)
        dates.filter(kind=DateKind.HOLIDAY).delete()
        if not calendar.meets_on(today):
            opened = {"kind": DateKind.EXTRA_DAY, "title": "Open school day"}
            CalendarDate.objects.create(school=campus.school, calendar=calendar, date=today, **opened)


def _planned(campus: Campus) -> "QuerySet[Meeting]":
    """Lessons of the weekly plan; whoever tries the demo may have booked others."""
    return Meeting.objects.filter(section__campus=campus, pattern__isnull=False)


def _hold(campus: Campus, days: Sequence[date], now: datetime) -> None:
    """Lessons by the weekly plan; copied in, since a term has tens of thousands."""
    lines = list(MeetingPattern.objects.filter(section__campus=campus).select_related("period"))
    booked = list(Meeting.objects.filter(school=campus.school_id, date__in=days, is_cancelled=False))
    rows = [row for day in days for row in _of_day(campus, lines, day, booked)]
    copy(Meeting, MEETING, rows, campus.school, now)


def _of_day(
    campus: Campus, lines: Sequence[MeetingPattern], day: date, booked: Sequence[Meeting]
) -> Iterator[tuple[object, ...]]:
    weekday = MONDAY if day.isoweekday() == SUNDAY else day.isoweekday()
    taken = [one for one in booked if one.date == day]
    for one in lines:
        if one.weekday == weekday and day in one.days:
            begin, end = at(campus, day, one.period.begin_time), at(campus, day, one.period.end_time)
            if not any(_clash(one, begin, end, other) for other in taken):
                place = (one.section_id, day, DateTimeTZRange(begin, end), one.period_id)
                yield uuid7(), 1, *place, one.teacher_id, one.room_id, one.pk, False


def _clash(line: MeetingPattern, begin: datetime, end: datetime, other: Meeting) -> bool:
    shared = line.section_id == other.section_id
    shared |= line.teacher_id is not None and line.teacher_id == other.teacher_id
    shared |= line.room_id is not None and line.room_id == other.room_id
    return shared and begin < other.end_at and other.begin_at < end
