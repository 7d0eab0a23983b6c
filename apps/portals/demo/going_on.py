"""A demo school goes on: its lessons laid out to the end of the term, and a year that is over lengthened."""

from datetime import date, timedelta
from typing import Any, Final

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max

from apps.academics.models import (
    AcademicSession,
    CampusEnrollment,
    Enrollment,
    SessionKind,
    TeachingAssignment,
)
from apps.accounts.models import Campus, School
from apps.core.policy import Actor
from apps.portals.demo.meetings import MONDAY, SUNDAY
from apps.portals.demo.plan import Plan, months_later
from apps.timetable import services
from apps.timetable.models import CalendarDate, DateKind, Meeting, MeetingPattern
from apps.timetable.selectors import at, calendar_on, school_day

# Lessons are laid out anew when fewer days than these are left of them.
RUNNING_OUT: Final = timedelta(days=7)
_OF_A_YEAR: Final[tuple[Any, ...]] = (CampusEnrollment, Enrollment, TeachingAssignment, MeetingPattern)


def go_on(school: School, plan: Plan, first: date, today: date) -> None:
    """Afterwards there are lessons from `first` on, today's among them, and some ahead."""
    _lengthen(school, today)
    actor = Actor(user_id=None, school_id=school.pk, today=today)
    for campus in Campus.objects.filter(school=school):
        _lay_out(actor, campus, plan, first, today)
        _open_today(campus, today)


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


def _lay_out(actor: Actor, campus: Campus, plan: Plan, first: date, today: date) -> None:
    last = Meeting.objects.filter(section__campus=campus).aggregate(last=Max("date"))["last"] or first
    if last > today + RUNNING_OUT:
        return
    terms = AcademicSession.objects.filter(school=campus.school_id, kind=SessionKind.TERM)
    ends = (
        terms.filter(end_date__gt=today + RUNNING_OUT).order_by("end_date").values_list("end_date", flat=True)
    )
    begin = max(first, last + timedelta(days=1))
    end = min(ends.first() or today + RUNNING_OUT, today + timedelta(days=plan.days_ahead))
    if begin < end:
        services.lay_out(actor=actor, campus=campus, begin=begin, end=end)


def _open_today(campus: Campus, today: date) -> None:
    """Whoever looks at the demo on a Sunday or a holiday finds a school day, as on the day it was loaded."""
    calendar = calendar_on(campus.pk, today)
    if calendar is not None and not school_day(campus.pk, today).is_open:
        dates = CalendarDate.objects.filter(calendar=calendar, date=today)
        dates.filter(kind=DateKind.HOLIDAY).delete()
        if not calendar.meets_on(today):
            opened = {"kind": DateKind.EXTRA_DAY, "title": "Open school day"}
            CalendarDate.objects.create(school=campus.school, calendar=calendar, date=today, **opened)
    if Meeting.objects.filter(section__campus=campus, date=today).exists():
        return
    weekday = MONDAY if today.isoweekday() == SUNDAY else today.isoweekday()
    lines = MeetingPattern.objects.filter(section__campus=campus, weekday=weekday, begin_date__lte=today)
    lines = lines.exclude(end_date__lte=today).select_related("period")
    Meeting.objects.bulk_create(_meeting(campus, one, today) for one in lines)


def _meeting(campus: Campus, line: MeetingPattern, day: date) -> Meeting:
    begin, end = at(campus, day, line.period.begin_time), at(campus, day, line.period.end_time)
    return Meeting(
        school_id=line.school_id,
        section_id=line.section_id,
        date=day,
        during=DateTimeTZRange(begin, end),
        period=line.period,
        teacher_id=line.teacher_id,
        room_id=line.room_id,
        pattern=line,
    )
