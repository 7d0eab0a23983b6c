"""The weekly plan on its pages: ended, removed, and read from a file in two steps."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from apps.core.models import StoredFile
from apps.timetable.models import Meeting, MeetingPattern
from apps.timetable.tests.factories import MeetingFactory, MeetingPatternFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Any:
    return MeetingPatternFactory.create(begin_date=timezone.localdate() - timedelta(days=30))


@pytest.fixture
def office(line: Any) -> Client:
    client = Client()
    client.force_login(user_with(Role.CAMPUS_ADMIN, campus=line.section.campus))
    return client


def lessons(line: Any, *days: int) -> None:
    for number in days:
        MeetingFactory.create(school=line.school, section=line.section, teacher=line.teacher, pattern=line,
            date=timezone.localdate() + timedelta(days=number))  # fmt: skip


def test_a_line_ends_on_a_chosen_day(line: Any, office: Client) -> None:
    lessons(line, 0, 7, 14)
    url = reverse("timetable:pattern-end", args=[line.pk])
    assert office.get(url).status_code == 200
    last = timezone.localdate() + timedelta(days=7)
    assert office.post(url, {"last_day": last.isoformat()}).status_code == 302
    line.refresh_from_db()
    assert (line.end_date, Meeting.objects.count()) == (last + timedelta(days=1), 2)


def test_a_last_day_before_the_first_is_refused_at_the_form(line: Any, office: Client) -> None:
    url = reverse("timetable:pattern-end", args=[line.pk])
    answer = office.post(url, {"last_day": "2020-01-01"})
    assert answer.status_code in {409, 422}
    line.refresh_from_db()
    assert line.end_date is None


def test_a_line_is_removed(line: Any, office: Client) -> None:
    lessons(line, 0, 7)
    assert office.post(reverse("timetable:pattern-remove", args=[line.pk])).status_code == 302
    assert not MeetingPattern.objects.exists()
    assert [one.date for one in Meeting.objects.all()] == [timezone.localdate()]


@pytest.mark.parametrize(("action", "left"), [("end", 1), ("remove", 0)])
def test_chosen_lines_end_or_go_from_the_list(line: Any, office: Client, action: str, left: int) -> None:
    lessons(line, 7)
    url = reverse("timetable:patterns")
    page = office.get(url).content.decode()
    assert reverse("timetable:pattern-end", args=[line.pk]) in page
    assert f'name="action" value="{action}" data-confirm="' in page
    assert office.post(url, {"action": action, "selected": str(line.pk)}).status_code == 302
    assert (MeetingPattern.objects.count(), Meeting.objects.count()) == (left, 0)


def test_lines_of_another_campus_are_not_touched(line: Any, office: Client) -> None:
    other = MeetingPatternFactory.create(school=line.school)
    office.post(reverse("timetable:patterns"), {"action": "remove", "selected": str(other.pk)})
    assert office.get(reverse("timetable:pattern-end", args=[other.pk])).status_code == 404
    assert MeetingPattern.objects.count() == 2


def test_a_file_is_not_asked_for_twice(line: Any, office: Client) -> None:
    url = reverse("timetable:pattern-upload")
    wanted = {"session": line.section.session_id, "begin_date": line.section.session.begin_date.isoformat()}
    text = f"section,weekday,period\n{line.section.code},Monday,1\n"
    MeetingPattern.objects.all().delete()
    dry = office.post(url, wanted | {"file": SimpleUploadedFile("plan.csv", text.encode())})
    kept = StoredFile.objects.get()
    assert f'name="file_id" value="{kept.pk}"' in dry.content.decode()
    assert not MeetingPattern.objects.exists()
    done = office.post(url, wanted | {"file_id": kept.pk})
    assert (done.status_code, done.context["applied"]) == (200, True)
    assert (MeetingPattern.objects.count(), StoredFile.objects.count()) == (1, 0)
    again = office.post(url, wanted | {"file_id": kept.pk})
    assert again.status_code == 422
    assert again.context["form"].errors["file"] == ["This file is no longer kept. Choose it again."]


def test_neither_a_file_nor_its_id_is_an_error_at_the_file(line: Any, office: Client) -> None:
    wanted = {"session": line.section.session_id, "begin_date": "2026-06-15"}
    answer = office.post(reverse("timetable:pattern-upload"), wanted)
    assert answer.context["form"].errors["file"] == ["Choose the file."]


def test_a_lesson_that_cannot_be_held_after_all_says_why(line: Any, office: Client) -> None:
    held = MeetingFactory.create(school=line.school, section=line.section)
    cancelled = MeetingFactory.create(school=line.school, section=line.section, is_cancelled=True)
    url = reverse("timetable:meeting-cancel", args=[cancelled.pk])
    answer = office.post(url, follow=True)
    assert "in another meeting at that time" in answer.content.decode()
    cancelled.refresh_from_db()
    assert (cancelled.is_cancelled, held.is_cancelled) == (True, False)
