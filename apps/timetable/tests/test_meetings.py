"""Booking, moving and swapping lessons."""

from datetime import date, time
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import Role
from apps.accounts.tests.factories import actor_with
from apps.core.errors import Conflict, DomainError, Missing, StaleVersion
from apps.facilities.models import Room
from apps.timetable import services
from apps.timetable.models import Meeting
from apps.timetable.tests.factories import MONDAY, ClassPeriodFactory, MeetingFactory, between

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson() -> Any:
    return MeetingFactory.create()


@pytest.fixture
def admin(lesson: Any) -> Any:
    return actor_with(Role.SCHOOL_ADMIN, school=lesson.school)


def test_a_period_gives_the_time_on_the_campus_clock(lesson: Any, admin: Any) -> None:
    campus = lesson.section.campus
    period = ClassPeriodFactory.create(
        school=lesson.school, bell_schedule__campus=campus, bell_schedule__school=lesson.school
    )
    made = services.book_meeting(actor=admin, section=lesson.section, date=MONDAY, period=period)
    made.refresh_from_db()
    assert (made.begin_at.isoformat(), made.end_at.isoformat()) == (
        "2026-06-15T02:30:00+00:00",
        "2026-06-15T03:10:00+00:00",
    )


def test_a_clash_names_who_is_in_the_way_and_writes_nothing(lesson: Any, admin: Any) -> None:
    with pytest.raises(Conflict) as refused:
        services.book_meeting(
            actor=admin,
            section=lesson.section,
            date=MONDAY,
            begin_time=time(10, 20),
            end_time=time(11, 0),
        )
    assert refused.value.code == "OVERLAP"
    assert [one.message for one in refused.value.details] == [
        f"{lesson.section} has {lesson.teacher} in no room on 15.06.2026 at 10:00."
    ]
    assert Meeting.objects.count() == 1


def test_two_lessons_swap(lesson: Any, admin: Any) -> None:
    other = MeetingFactory.create(
        school=lesson.school,
        section=lesson.section,
        teacher=lesson.teacher,
        during=between("05:10", "05:50"),
    )
    services.swap_meetings(actor=admin, first=lesson, second=other)
    lesson.refresh_from_db()
    assert (lesson.begin_at, lesson.version) == (between("05:10", "05:50").lower, 2)


def test_the_swap_needs_the_deferred_constraint(lesson: Any, admin: Any) -> None:
    other = MeetingFactory.create(
        school=lesson.school, section=lesson.section, during=between("05:10", "05:50")
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Conflict):
        services.swap_meetings(actor=admin, first=lesson, second=other)


def test_cover_is_a_change_of_teacher_for_one_lesson(lesson: Any, admin: Any) -> None:
    cover = MeetingFactory.create(school=lesson.school, during=between("06:00", "06:40")).teacher
    services.change_meeting(actor=admin, meeting=lesson, expected=1, teacher=cover)
    lesson.refresh_from_db()
    assert (lesson.teacher, lesson.version) == (cover, 2)


def test_a_stale_change_is_refused(lesson: Any, admin: Any) -> None:
    services.cancel_meeting(actor=admin, meeting=lesson, expected=1)
    with pytest.raises(StaleVersion):
        services.change_meeting(actor=admin, meeting=lesson, expected=1, teacher=None)


def test_a_cancelled_lesson_comes_back_only_if_its_time_is_free(lesson: Any, admin: Any) -> None:
    services.cancel_meeting(actor=admin, meeting=lesson, expected=1)
    services.book_meeting(
        actor=admin, section=lesson.section, date=MONDAY, begin_time=time(10), end_time=time(10, 30)
    )
    with pytest.raises(Conflict):
        services.restore_meeting(actor=admin, meeting=lesson, expected=2)


@pytest.mark.parametrize(
    ("begin", "end", "code"), [(time(11), time(10), "MEETING_EMPTY"), (None, None, "NO_TIME")]
)
def test_times_are_needed_and_in_order(lesson: Any, admin: Any, begin: Any, end: Any, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        services.book_meeting(
            actor=admin, section=lesson.section, date=date(2026, 6, 16), begin_time=begin, end_time=end
        )
    assert refused.value.code == code


def test_a_room_of_another_campus_is_refused(lesson: Any, admin: Any) -> None:
    other = MeetingFactory.create(school=lesson.school).section.campus
    room = Room.objects.create(school=lesson.school, campus=other, name="1", code="1")
    with pytest.raises(DomainError) as refused:
        services.change_meeting(actor=admin, meeting=lesson, expected=1, room=room)
    assert refused.value.code == "OTHER_CAMPUS"


def test_a_section_of_another_school_is_missing(lesson: Any) -> None:
    with pytest.raises(Missing):
        services.book_meeting(actor=actor_with(Role.SCHOOL_ADMIN), section=lesson.section, date=MONDAY)
