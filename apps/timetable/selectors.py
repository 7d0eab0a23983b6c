"""Which days are school days, and who meets when."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from apps.accounts.models import Campus
from apps.core.models import SchoolRow
from apps.core.policy import Actor
from apps.timetable.models import Calendar, CalendarDate, DateKind, Meeting

DAYS_OF_A_WEEK: Final = 7
_Meetings = TypeVar("_Meetings", bound="QuerySet[Any]")
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class SchoolDay:
    """A day as the calendar sees it; `titles` are its holidays and events."""

    date: date
    is_open: bool
    titles: tuple[str, ...] = ()
    bell_schedule_id: uuid.UUID | None = None


@dataclass
class DayPlan:
    """A day and its lessons, in order."""

    day: SchoolDay
    meetings: list[Any] = field(default_factory=list)
    is_today: bool = False

    @property
    def date(self) -> date:
        return self.day.date


def campuses_with(actor: Actor, model: type[SchoolRow], verb: str) -> "QuerySet[Campus]":
    """Where one of the actor's roles holds a verb: a teacher of one campus may be the office of another."""
    by_role = model.policy.grants.get(verb, {})
    held = [campuses for role, campuses in actor.roles.items() if role in by_role]
    rows: QuerySet[Campus] = Campus.objects.permitted(actor).filter(is_active=True)
    if None in held:
        return rows
    return rows.filter(pk__in=frozenset[uuid.UUID]().union(*(one for one in held if one)))


def calendar_on(campus_id: uuid.UUID, day: date) -> Calendar | None:
    """The calendar of the school year the day lies in."""
    rows = Calendar.objects.filter(
        campus_id=campus_id, session__begin_date__lte=day, session__end_date__gt=day
    )
    return rows.order_by("-session__begin_date").first()


def school_days(campus_id: uuid.UUID, begin: date, end: date) -> list[SchoolDay]:
    """Every day from `begin` up to, not including, `end`. Days outside any calendar are closed.

    A campus that has no calendar at all is taken to be open from Monday to Saturday.
    """
    calendars = list(Calendar.objects.filter(campus_id=campus_id).select_related("session"))
    dates: defaultdict[date, list[CalendarDate]] = defaultdict(list)
    for one in CalendarDate.objects.filter(calendar__in=calendars, date__gte=begin, date__lt=end):
        dates[one.date].append(one)
    return [_school_day(day, calendars, dates.get(day, ())) for day in days(begin, end)]


def school_day(campus_id: uuid.UUID, day: date) -> SchoolDay:
    return school_days(campus_id, day, day + _ONE_DAY)[0]


def days(begin: date, end: date) -> list[date]:
    return [begin + timedelta(days=n) for n in range((end - begin).days)]


def week_of(day: date) -> tuple[date, date]:
    """Monday, and the Monday after."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=DAYS_OF_A_WEEK)


def month_of(day: date) -> tuple[date, date]:
    """The first of the month, and the first of the next."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def at(campus: Campus, day: date, clock: time) -> datetime:
    """A time of day on the campus clock, as a moment."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(campus.time_zone))


def shown(meetings: _Meetings) -> _Meetings:
    """With everything a timetable names, in one query."""
    return meetings.select_related(
        "section",
        "section__course",
        "section__course__subject",
        "section__campus",
        "period",
        "teacher",
        "room",
    ).order_by("during")


def taught_by(user_id: uuid.UUID | None) -> Q:
    """Lessons a login stands in the plan for."""
    return Q(teacher__user=user_id)


def attended_by(student_ids: Iterable[uuid.UUID]) -> Q:
    """Lessons of the sections the pupils are in on the lesson's day."""
    from apps.academics.models import Enrollment

    places = Enrollment.objects.filter(student__in=list(student_ids)).values(
        "section", "begin_date", "end_date"
    )
    wanted = Q(pk__in=())
    for place in places:
        ends = Q() if place["end_date"] is None else Q(date__lt=place["end_date"])
        wanted |= Q(section=place["section"], date__gte=place["begin_date"]) & ends
    return wanted


def plan(
    meetings: "QuerySet[Meeting]", campus_id: uuid.UUID | None, begin: date, end: date, today: date
) -> list[DayPlan]:
    """The lessons of each day of a stretch, closed days included."""
    by_day: defaultdict[date, list[Meeting]] = defaultdict(list)
    for one in shown(meetings.filter(date__gte=begin, date__lt=end)):
        by_day[one.date].append(one)
    if campus_id is None:
        around = [SchoolDay(day, day.isoweekday() < DAYS_OF_A_WEEK) for day in days(begin, end)]
    else:
        around = school_days(campus_id, begin, end)
    return [DayPlan(day, by_day[day.date], day.date == today) for day in around]


def clashing(rows: Sequence[Meeting]) -> list[Meeting]:
    """Meetings already in the plan that take the room, teacher or section of one of `rows` at its time."""
    taken = Q(pk__in=())
    for row in rows:
        mine = Q(section=row.section_id)
        mine |= Q(teacher=row.teacher_id) if row.teacher_id else Q(pk__in=())
        mine |= Q(room=row.room_id) if row.room_id else Q(pk__in=())
        taken |= mine & Q(during__overlap=row.during)
    mine_already = [row.pk for row in rows]
    return list(shown(Meeting.objects.filter(taken, is_cancelled=False).exclude(pk__in=mine_already))[:20])


def _school_day(day: date, calendars: Sequence[Calendar], dates: Sequence[CalendarDate]) -> SchoolDay:
    mine = next((one for one in calendars if day in one.session.period), None)
    by_weekday = mine.meets_on(day) if mine else not calendars and day.isoweekday() < DAYS_OF_A_WEEK
    kinds = {one.kind for one in dates}
    is_open = DateKind.EXTRA_DAY in kinds or (by_weekday and DateKind.HOLIDAY not in kinds)
    bells = next((one.bell_schedule_id for one in dates if one.bell_schedule_id), None)
    return SchoolDay(day, is_open, tuple(one.title for one in dates), bells)
