"""What the timetable takes over into a new school year, and that it goes again."""

from datetime import date

import pytest

from apps.academics.models import StaffMember
from apps.academics.tests.factories import AcademicSessionFactory, StaffMemberFactory
from apps.academics.tests.year_end import BEFORE, YearEnd, checksum
from apps.timetable.models import Calendar, Meeting, MeetingPattern
from apps.timetable.tests import factories as plan

pytestmark = pytest.mark.django_db


class Planned(YearEnd):
    """With a calendar, bells, and a weekly plan of one section."""

    def __post_init__(self) -> None:
        super().__post_init__()
        shared = {"school": self.school, "campus": self.campus}
        self.calendar = plan.CalendarFactory.create(session=self.year, weekdays=[1, 2, 3], **shared)
        bells = plan.BellScheduleFactory.create(**shared)
        period = plan.ClassPeriodFactory.create(school=self.school, bell_schedule=bells)
        self.teacher = StaffMemberFactory.create(**shared)
        self.section = self.taught["9A"][0]
        for weekday, end in ((1, None), (2, date(2027, 4, 1)), (3, date(2026, 12, 1))):
            plan.MeetingPatternFactory.create(
                school=self.school, section=self.section, period=period, weekday=weekday, end_date=end,
                begin_date=self.year.begin_date, teacher=self.teacher,
            )  # fmt: skip


def test_a_rehearsal_lists_calendars_and_weekly_plans() -> None:
    school = Planned()
    lines = school.rehearsed().lines

    assert lines.get(kind="calendar").name == school.campus.name
    plan_line = lines.get(kind="weekly_plan")
    assert (plan_line.name, len(plan_line.detail["lines"])) == (school.section.name, 2)


def test_the_new_year_gets_a_calendar_without_dates_and_a_plan_without_lessons() -> None:
    school = Planned()
    plan.CalendarDateFactory.create(school=school.school, calendar=school.calendar)

    year = school.applied(school.rehearsed()).to_year

    calendar = Calendar.objects.get(session=year)
    assert (calendar.weekdays, calendar.dates.count()) == ([1, 2, 3], 0)
    rows = MeetingPattern.objects.filter(section__session=year).order_by("weekday")
    assert [(row.weekday, row.begin_date, row.end_date) for row in rows] == [
        (1, date(2027, 4, 1), date(2028, 4, 1)),
        (2, date(2027, 4, 1), date(2028, 4, 1)),
    ]
    assert {row.teacher for row in rows} == {school.teacher}
    assert not Meeting.objects.filter(section__session=year).exists()


def test_a_teacher_who_will_have_left_is_not_planned() -> None:
    school = Planned()
    StaffMember.objects.filter(pk=school.teacher.pk).update(left_date=BEFORE)

    year = school.applied(school.rehearsed()).to_year

    assert set(MeetingPattern.objects.filter(section__session=year).values_list("teacher", flat=True)) == {
        None
    }


def test_a_calendar_that_is_there_stays() -> None:
    school = Planned()
    year = AcademicSessionFactory.create(
        school=school.school, begin_date=date(2027, 4, 1), end_date=date(2028, 4, 1)
    )
    there = plan.CalendarFactory.create(school=school.school, campus=school.campus, session=year)

    school.applied(school.rehearsed())

    assert Calendar.objects.filter(session=year).get() == there


def test_undo_takes_it_back_to_the_letter() -> None:
    school = Planned()
    rollover = school.rehearsed()
    before = checksum(Calendar, MeetingPattern)

    school.undone(school.turned(school.applied(rollover)))

    assert checksum(Calendar, MeetingPattern) == before
