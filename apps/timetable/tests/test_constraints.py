"""What the database refuses whoever asks."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.facilities.models import Room
from apps.timetable.models import Meeting
from apps.timetable.tests.factories import (
    MONDAY,
    CalendarDateFactory,
    ClassPeriodFactory,
    MeetingFactory,
    between,
)

pytestmark = pytest.mark.django_db


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def room_of(meeting: Any) -> Room:
    campus = meeting.section.campus
    return Room.objects.create(school=campus.school, campus=campus, name="101", code="101")


@pytest.mark.parametrize("shared", ["room", "teacher", "section"])
def test_one_is_not_in_two_meetings_at_once(shared: str) -> None:
    first = MeetingFactory.create()
    first.room = room_of(first)
    first.save()
    MeetingFactory.create(
        school=first.school, during=between("05:00", "05:40"), **{shared: getattr(first, shared)}
    )
    with pytest.raises(IntegrityError, match=f"timetable_meeting_{shared}_free"):
        settle()


@pytest.mark.parametrize("shared", ["teacher", "section"])
def test_meetings_may_follow_each_other_without_a_gap(shared: str) -> None:
    first = MeetingFactory.create()
    MeetingFactory.create(
        school=first.school, during=between("05:10", "05:50"), **{shared: getattr(first, shared)}
    )
    settle()


def test_a_cancelled_meeting_frees_its_time() -> None:
    first = MeetingFactory.create(is_cancelled=True)
    MeetingFactory.create(school=first.school, teacher=first.teacher)
    settle()


def test_meetings_without_a_room_do_not_clash() -> None:
    first = MeetingFactory.create()
    MeetingFactory.create(school=first.school)
    settle()


def test_two_lessons_swap_in_one_transaction() -> None:
    first = MeetingFactory.create()
    second = MeetingFactory.create(
        school=first.school, section=first.section, during=between("05:10", "05:50")
    )
    with transaction.atomic():
        Meeting.objects.filter(pk=first.pk).update(during=second.during)
        Meeting.objects.filter(pk=second.pk).update(during=first.during)
    settle()


def test_a_meeting_has_a_length() -> None:
    with pytest.raises(IntegrityError, match="timetable_meeting_has_times"):
        MeetingFactory.create(during=between("05:10", "05:10"))


def test_periods_of_a_schedule_do_not_overlap() -> None:
    first = ClassPeriodFactory.create()
    with pytest.raises(IntegrityError, match="timetable_period_no_overlap"):
        ClassPeriodFactory.create(
            school=first.school,
            bell_schedule=first.bell_schedule,
            code="2",
            begin_time=time(8, 39),
            end_time=time(9, 0),
        )


def test_a_date_is_a_holiday_or_an_extra_day_once_but_has_many_events() -> None:
    first = CalendarDateFactory.create()
    again = {"school": first.school, "calendar": first.calendar, "date": MONDAY}
    CalendarDateFactory.create(**again, kind="event", title="Fair")
    CalendarDateFactory.create(**again, kind="event", title="Play")
    CalendarDateFactory.create(**again | {"date": MONDAY + timedelta(days=1)})
    with pytest.raises(IntegrityError, match="timetable_date_open_or_closed"):
        CalendarDateFactory.create(**again, kind="extra_day")
