"""Pages of the timetable."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.academics.tests.factories import (
    EnrollmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    StudentFactory,
)
from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from apps.core.models import Job
from apps.timetable.models import BellSchedule, Calendar, CalendarDate, ClassPeriod, MeetingPattern
from apps.timetable.tests.factories import CalendarFactory, ClassPeriodFactory, MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson() -> Any:
    return MeetingFactory.create(date=timezone.localdate())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def admin(lesson: Any) -> Client:
    return signed_in(user_with(Role.CAMPUS_ADMIN, campus=lesson.section.campus))


@pytest.mark.parametrize(
    "name", ["my-week", "campus-day", "calendar", "setup", "patterns", "calendar-add", "bells-add",
             "pattern-add", "pattern-upload", "lay-out"],
)  # fmt: skip
def test_the_office_opens_every_page(lesson: Any, name: str) -> None:
    CalendarFactory.create(school=lesson.school, campus=lesson.section.campus, session=lesson.section.session)
    ClassPeriodFactory.create(school=lesson.school, bell_schedule__campus=lesson.section.campus,
        bell_schedule__school=lesson.school)  # fmt: skip
    assert admin(lesson).get(reverse(f"timetable:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["setup", "patterns", "calendar-add", "bells-add", "pattern-add", "lay-out"])
@pytest.mark.parametrize("role", [Role.TEACHER, Role.STUDENT, Role.GUARDIAN])
def test_set_up_is_for_the_office(lesson: Any, role: Role, name: str) -> None:
    client = signed_in(user_with(role, campus=lesson.section.campus))
    assert client.get(reverse(f"timetable:{name}")).status_code == 403


def test_a_teacher_sees_their_week(lesson: Any) -> None:
    lesson.teacher.user = user_with(Role.TEACHER, campus=lesson.section.campus)
    lesson.teacher.save()
    page = signed_in(lesson.teacher.user).get(reverse("timetable:my-week")).content.decode()
    assert lesson.section.name in page


def test_a_guardian_sees_each_childs_week(lesson: Any) -> None:
    child = StudentFactory.create(school=lesson.school, campus=lesson.section.campus)
    EnrollmentFactory.create(school=lesson.school, section=lesson.section, student=child)
    user = user_with(Role.GUARDIAN, campus=lesson.section.campus)
    guardian = GuardianFactory.create(school=lesson.school, user=user)
    GuardianshipFactory.create(school=lesson.school, student=child, guardian=guardian)
    client = signed_in(user)
    page = client.get(reverse("timetable:my-week")).content.decode()
    assert lesson.section.name in page
    assert client.get(reverse("timetable:section-week", args=[lesson.section.pk])).status_code == 200


def test_a_section_of_others_is_not_there(lesson: Any) -> None:
    other = user_with(Role.CAMPUS_ADMIN, campus=MeetingFactory.create().section.campus)
    url = reverse("timetable:section-week", args=[lesson.section.pk])
    assert signed_in(other).get(url).status_code == 404


def test_a_campus_is_set_up_by_page(lesson: Any) -> None:
    client, campus = admin(lesson), lesson.section.campus
    session = lesson.section.session

    def post(name: str, data: Any, *args: Any) -> Any:
        return client.post(reverse(f"timetable:{name}", args=args), data)

    assert (
        post("calendar-add", {"campus": campus.pk, "session": session.pk, "weekdays": [1, 2]}).status_code
        == 302
    )
    calendar = Calendar.objects.get()
    day = {"date": "2026-08-15", "kind": "holiday", "title": "Independence Day"}
    assert post("date-add", day, calendar.pk).status_code == 302
    assert post("bells-add", {"name": "Usual", "weekdays": [1, 2]}).status_code == 302
    bells = BellSchedule.objects.get()
    period = {"name": "First", "code": "1", "begin_time": "08:00", "end_time": "08:40", "is_lesson": "on"}
    assert post("period-add", period, bells.pk).status_code == 302
    assert post("period-add", period | {"code": "2"}, bells.pk).status_code == 409
    line = {"section": lesson.section.pk, "weekday": 1, "period": ClassPeriod.objects.get().pk}
    assert post("pattern-add", line | {"begin_date": "2026-06-01"}).status_code == 302
    assert (CalendarDate.objects.count(), MeetingPattern.objects.count()) == (1, 1)
    assert post("lay-out", {"begin": "2026-06-01", "last_day": "2026-06-30"}).status_code == 302
    assert Job.objects.get(task="timetable.lay_out").kwargs["end"] == "2026-07-01"


def test_a_date_outside_the_year_is_an_error_at_its_field(lesson: Any) -> None:
    calendar = CalendarFactory.create(
        school=lesson.school, campus=lesson.section.campus, session=lesson.section.session
    )
    url = reverse("timetable:date-add", args=[calendar.pk])
    page = admin(lesson).post(url, {"date": "2029-01-01", "kind": "holiday", "title": "Later"})
    assert page.status_code == 422
    assert page.context["form"].errors["date"] == ["That date lies outside the school year."]


def test_a_lesson_moves_and_is_cancelled_by_page(lesson: Any) -> None:
    client = admin(lesson)
    url = reverse("timetable:meeting-change", args=[lesson.pk])
    assert client.get(url).status_code == 200
    times = {"date": lesson.date.isoformat(), "begin_time": "12:00", "end_time": "12:40", "version": "1"}
    assert client.post(url, times).status_code == 302
    assert client.post(url, times).status_code == 409
    client.post(reverse("timetable:meeting-cancel", args=[lesson.pk]))
    lesson.refresh_from_db()
    assert (lesson.is_cancelled, lesson.version) == (True, 3)
