"""One factory a model; calendars, periods, teachers and rooms stand on the campus of what they belong to."""

from datetime import UTC, date, datetime, time
from typing import Any

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from factory.django import DjangoModelFactory

from apps.academics.tests.factories import (
    YEAR_BEGINS,
    AcademicSessionFactory,
    SectionFactory,
    StaffMemberFactory,
)
from apps.accounts.tests.factories import CampusFactory, SchoolFactory
from apps.timetable import models

# A Monday; ten in the morning on the campus clock.
MONDAY = date(2026, 6, 15)


def between(begin: str, end: str, day: date = MONDAY) -> DateTimeTZRange:
    """Clock times in UTC on a day, as a meeting keeps them."""
    return DateTimeTZRange(_at(day, begin), _at(day, end))


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=UTC)


class _InSchool(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    school = factory.SubFactory(SchoolFactory)


def _same_school(made_by: Any, **more: Any) -> factory.SubFactory:
    return factory.SubFactory(made_by, school=factory.SelfAttribute("..school"), **more)


class CalendarFactory(_InSchool):
    class Meta:
        model = models.Calendar

    campus = _same_school(CampusFactory)
    session = _same_school(AcademicSessionFactory)


class BellScheduleFactory(_InSchool):
    class Meta:
        model = models.BellSchedule

    campus = _same_school(CampusFactory)
    name = factory.Sequence(lambda n: f"Bells {n}")


class CalendarDateFactory(_InSchool):
    class Meta:
        model = models.CalendarDate

    calendar = _same_school(CalendarFactory)
    date = MONDAY
    kind = models.DateKind.HOLIDAY
    title = "Founders' Day"


class ClassPeriodFactory(_InSchool):
    """Forty minutes from 08:00 on; the next period of the same schedule begins when this one ends."""

    class Meta:
        model = models.ClassPeriod

    bell_schedule = _same_school(BellScheduleFactory)
    code = factory.LazyAttribute(lambda row: str(row.bell_schedule.periods.count() + 1))
    name = factory.LazyAttribute(lambda row: f"Period {row.code}")
    begin_time = factory.LazyAttribute(lambda row: _clock(int(row.code) - 1))
    end_time = factory.LazyAttribute(lambda row: _clock(int(row.code)))


def _clock(lessons: int) -> time:
    minutes = 8 * 60 + 40 * lessons
    return time(minutes // 60, minutes % 60)


class MeetingPatternFactory(_InSchool):
    class Meta:
        model = models.MeetingPattern

    section = _same_school(SectionFactory)
    weekday = models.Weekday.MONDAY
    period = _same_school(
        ClassPeriodFactory,
        bell_schedule=factory.SubFactory(
            BellScheduleFactory,
            school=factory.SelfAttribute("..school"),
            campus=factory.SelfAttribute("...section.campus"),
        ),
    )
    teacher = _same_school(StaffMemberFactory, campus=factory.SelfAttribute("..section.campus"))
    begin_date = YEAR_BEGINS


class MeetingFactory(_InSchool):
    """A lesson from 04:30 to 05:10 UTC, which is 10:00 to 10:40 in Kolkata."""

    class Meta:
        model = models.Meeting

    section = _same_school(SectionFactory)
    date = MONDAY
    during = factory.LazyAttribute(lambda row: between("04:30", "05:10", row.date))
    teacher = _same_school(StaffMemberFactory, campus=factory.SelfAttribute("..section.campus"))
