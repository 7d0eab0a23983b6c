"""The weekly plan becomes dated lessons."""

from datetime import date, time
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Role
from apps.accounts.tests.factories import actor_with
from apps.core.errors import Conflict, DomainError
from apps.timetable import services
from apps.timetable.models import Meeting
from apps.timetable.services import LaidOut
from apps.timetable.tests.factories import (
    MONDAY,
    BellScheduleFactory,
    CalendarDateFactory,
    CalendarFactory,
    ClassPeriodFactory,
    MeetingPatternFactory,
)

pytestmark = pytest.mark.django_db
TWO_WEEKS = {"begin": MONDAY, "end": date(2026, 6, 29)}


@pytest.fixture
def line() -> Any:
    """Mondays, period 1 (08:00 to 08:40)."""
    pattern = MeetingPatternFactory.create()
    CalendarFactory.create(
        school=pattern.school, campus=pattern.section.campus, session=pattern.section.session
    )
    return pattern


@pytest.fixture
def admin(line: Any) -> Any:
    return actor_with(Role.SCHOOL_ADMIN, school=line.school)


def lay_out(line: Any, admin: Any, **days: Any) -> LaidOut:
    return services.lay_out(
        actor=admin, campus=line.section.campus, now=timezone.now(), **(days or TWO_WEEKS)
    )


def test_each_monday_gets_its_lesson(line: Any, admin: Any) -> None:
    assert lay_out(line, admin) == LaidOut(created=2, present=0, closed_days=2)
    made = Meeting.objects.order_by("date").values_list("date", "teacher", "section", "pattern")
    assert list(made) == [
        (day, line.teacher_id, line.section_id, line.pk) for day in (MONDAY, date(2026, 6, 22))
    ]


def test_laying_out_twice_makes_nothing_twice(line: Any, admin: Any) -> None:
    lay_out(line, admin)
    assert lay_out(line, admin) == LaidOut(created=0, present=2, closed_days=2)


def test_holidays_are_left_out_and_extra_days_count(line: Any, admin: Any) -> None:
    calendar = line.section.campus.calendars.get()
    CalendarDateFactory.create(school=line.school, calendar=calendar)
    sunday = date(2026, 6, 21)
    CalendarDateFactory.create(school=line.school, calendar=calendar, date=sunday, kind="extra_day")
    MeetingPatternFactory.create(
        school=line.school, section=line.section, period=line.period, teacher=line.teacher, weekday=7
    )
    lay_out(line, admin)
    assert set(Meeting.objects.values_list("date", flat=True)) == {sunday, date(2026, 6, 22)}


def test_a_short_day_rings_by_its_own_times(line: Any, admin: Any) -> None:
    campus = line.section.campus
    short = BellScheduleFactory.create(school=line.school, campus=campus, weekdays=[])
    ClassPeriodFactory.create(
        school=line.school, bell_schedule=short, code="1", begin_time=time(8), end_time=time(8, 20)
    )
    calendar = campus.calendars.get()
    CalendarDateFactory.create(
        school=line.school, calendar=calendar, kind="event", bell_schedule=short, title="Sports day"
    )
    lay_out(line, admin, begin=MONDAY, end=date(2026, 6, 16))
    lesson = Meeting.objects.get()
    assert (lesson.end_at - lesson.begin_at).total_seconds() == 20 * 60


def test_lines_that_clash_are_refused_as_a_whole(line: Any, admin: Any) -> None:
    MeetingPatternFactory.create(school=line.school, section__campus=line.section.campus,
        section__session=line.section.session, period=line.period, teacher=line.teacher)  # fmt: skip
    with pytest.raises(Conflict) as refused:
        lay_out(line, admin)
    assert refused.value.code == "OVERLAP"
    assert not Meeting.objects.exists()


def test_ending_a_line_takes_its_later_lessons_away(line: Any, admin: Any) -> None:
    lay_out(line, admin)
    services.end_pattern(actor=admin, pattern=line, end_date=date(2026, 6, 20))
    assert list(Meeting.objects.values_list("date", flat=True)) == [MONDAY]
    assert lay_out(line, admin) == LaidOut(created=0, present=1, closed_days=2)


def test_removing_a_line_keeps_what_was_held(line: Any, admin: Any) -> None:
    lay_out(line, admin)
    services.remove_pattern(actor=admin, pattern=line, today=MONDAY)
    assert [(one.date, one.pattern) for one in Meeting.objects.all()] == [(MONDAY, None)]


def test_the_last_day_lies_after_the_first(line: Any, admin: Any) -> None:
    with pytest.raises(DomainError) as refused:
        lay_out(line, admin, begin=MONDAY, end=MONDAY)
    assert refused.value.code == "NO_DAYS"
