"""The API of the timetable."""

from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from apps.timetable.models import CalendarDate
from apps.timetable.tests.factories import MONDAY, CalendarFactory, MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson() -> Any:
    return MeetingFactory.create()


def client_of(lesson: Any, role: Role = Role.CAMPUS_ADMIN) -> APIClient:
    client = APIClient()
    client.force_login(user_with(role, campus=lesson.section.campus))
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"api:{name}", args=args)


def test_a_lesson_is_booked_and_a_clash_names_the_other(lesson: Any) -> None:
    client, url = client_of(lesson), address("meeting-list")
    wanted = {"section": str(lesson.section.pk), "date": MONDAY.isoformat()}
    free = client.post(url, wanted | {"begin_time": "11:00", "end_time": "11:40"}, format="json")
    assert (free.status_code, free.json()["data"]["begin_at"]) == (201, "2026-06-15T11:00:00+05:30")
    taken = client.post(url, wanted | {"begin_time": "10:20", "end_time": "11:00"}, format="json")
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "OVERLAP")
    assert str(lesson.section) in taken.json()["error"]["details"][0]["message"]


def test_a_lesson_moves_on_its_version_and_swaps(lesson: Any) -> None:
    client, url = client_of(lesson), address("meeting-detail", lesson.pk)
    change = {"date": MONDAY.isoformat(), "begin_time": "12:00", "end_time": "12:40"}
    assert client.patch(url, change, format="json", headers={"If-Match": '"1"'}).status_code == 200
    assert client.patch(url, change, format="json", headers={"If-Match": '"1"'}).status_code == 409
    other = MeetingFactory.create(school=lesson.school, section=lesson.section)
    swapped = client.post(address("meeting-swap", lesson.pk), {"other": str(other.pk)}, format="json")
    assert swapped.json()["data"]["begin_at"] == "2026-06-15T10:00:00+05:30"


@pytest.mark.parametrize("name", ["calendar", "calendar-date", "bell-schedule", "class-period", "meeting"])
@pytest.mark.parametrize("role", [Role.TEACHER, Role.STUDENT, Role.GUARDIAN])
def test_only_the_office_writes(lesson: Any, role: Role, name: str) -> None:
    client = client_of(lesson, role)
    assert client.get(address(f"{name}-list")).status_code == 200
    assert client.post(address(f"{name}-list"), {}, format="json").status_code == 403


def test_a_holiday_is_added_to_the_own_campus_only(lesson: Any) -> None:
    calendar = CalendarFactory.create(
        school=lesson.school, campus=lesson.section.campus, session=lesson.section.session
    )
    day = {"calendar": str(calendar.pk), "date": "2026-08-15", "kind": "holiday", "title": "Independence Day"}
    stranger = client_of(MeetingFactory.create())
    assert stranger.post(address("calendar-date-list"), day, format="json").status_code == 422
    assert client_of(lesson).post(address("calendar-date-list"), day, format="json").status_code == 201
    assert CalendarDate.objects.count() == 1


def test_the_week_of_a_section(lesson: Any) -> None:
    url = address("section-timetable", lesson.section.pk)
    rows = client_of(lesson).get(url, {"day": "2026-06-18"}).json()["data"]
    assert [row["id"] for row in rows] == [str(lesson.pk)]
    assert client_of(MeetingFactory.create()).get(url).status_code == 404


@pytest.mark.parametrize(
    "name", ["calendar", "calendardate", "bellschedule", "classperiod", "meetingpattern", "meeting"]
)
def test_the_back_office_opens(lesson: Any, name: str) -> None:
    client = APIClient()
    client.force_login(user_with(Role.SCHOOL_ADMIN, school=lesson.school))
    assert client.get(reverse(f"admin:timetable_{name}_changelist")).status_code == 200
