"""Two lessons change places on a page, after what changes was seen."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from apps.timetable.models import Meeting
from apps.timetable.tests.factories import MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson() -> Any:
    return MeetingFactory.create()


def later(lesson: Any, hours: int, **more: Any) -> Any:
    shift = timedelta(hours=hours)
    during = DateTimeTZRange(lesson.during.lower + shift, lesson.during.upper + shift)
    given = {"section": lesson.section, "teacher": lesson.teacher, "date": lesson.date, **more}
    return MeetingFactory.create(school=lesson.school, during=during, **given)


def office(lesson: Any) -> Client:
    client = Client()
    client.force_login(user_with(Role.CAMPUS_ADMIN, campus=lesson.section.campus))
    return client


def address(lesson: Any) -> str:
    return reverse("timetable:meeting-swap", args=[lesson.pk])


def test_what_changes_is_seen_before_it_does(lesson: Any) -> None:
    other = later(lesson, 2)
    client, before = office(lesson), lesson.during
    page = client.get(address(lesson), {"other": str(other.pk)}).content.decode()
    assert page.count("<del") == 2
    assert Meeting.objects.get(pk=lesson.pk).during == before

    assert client.post(address(lesson), {"other": str(other.pk)}).status_code == 302
    assert Meeting.objects.get(pk=lesson.pk).during == other.during
    assert Meeting.objects.get(pk=other.pk).during == before


def test_only_lessons_near_by_are_offered(lesson: Any) -> None:
    near, cancelled = later(lesson, 1), later(lesson, 2, is_cancelled=True)
    next_week = later(lesson, 24 * 7, date=lesson.date + timedelta(days=7))
    foreign = MeetingFactory.create()
    page = office(lesson).get(address(lesson)).content.decode()
    assert str(near.pk) in page
    assert not [one for one in (cancelled, next_week, foreign) if str(one.pk) in page]


def test_a_clash_is_told_and_nothing_moves(lesson: Any) -> None:
    """The colleague whose lesson would come to this time stands elsewhere then."""
    other = later(lesson, 2, teacher=MeetingFactory.create(school=lesson.school).teacher)
    answer = office(lesson).post(address(lesson), {"other": str(other.pk)})
    assert answer.status_code == 409
    assert Meeting.objects.get(pk=lesson.pk).during == lesson.during
