"""The weekly plan in the API: lines, their end, and a file that is checked and then applied."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Role
from apps.accounts.tests.factories import RoleAssignmentFactory, UserFactory, user_with
from apps.core import jobs
from apps.core.models import Job, StoredFile
from apps.timetable import services
from apps.timetable.models import Meeting, MeetingPattern
from apps.timetable.tests.factories import (
    CalendarFactory,
    ClassPeriodFactory,
    MeetingFactory,
    MeetingPatternFactory,
)

pytestmark = pytest.mark.django_db
HEADER = "section,weekday,period,teacher,room\n"


@pytest.fixture
def line() -> Any:
    """Mondays, period 1."""
    return MeetingPatternFactory.create()


@pytest.fixture
def office(line: Any) -> APIClient:
    return client_of(user_with(Role.CAMPUS_ADMIN, campus=line.section.campus))


def client_of(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"api:meeting-pattern-{name}", args=args)


def test_lines_are_listed_and_narrowed(line: Any, office: APIClient) -> None:
    rows = office.get(address("list"), {"on": "2026-06-15", "section": str(line.section_id)}).json()["data"]
    assert [(row["id"], row["weekday"], row["period_name"], row["end_date"]) for row in rows] == [
        (str(line.pk), 1, "Period 1", None)
    ]
    assert office.get(address("list"), {"on": "2020-06-15"}).json()["data"] == []


def test_a_line_is_added_once(line: Any, office: APIClient) -> None:
    body = {"section": str(line.section_id), "weekday": 2, "period": str(line.period_id)}
    body["begin_date"] = "2026-06-01"
    assert office.post(address("list"), body, format="json").status_code == 201
    assert office.post(address("list"), body, format="json").status_code == 409
    assert MeetingPattern.objects.count() == 2


def test_ending_a_line_takes_later_lessons_out(line: Any, office: APIClient) -> None:
    CalendarFactory.create(school=line.school, campus=line.section.campus, session=line.section.session)
    actor = user_with(Role.SCHOOL_ADMIN, school=line.school).actor(date(2026, 6, 1))
    stretch = {"begin": date(2026, 6, 15), "end": date(2026, 6, 30)}
    services.lay_out(actor=actor, campus=line.section.campus, now=timezone.now(), **stretch)
    answer = office.post(address("end", line.pk), {"end_date": "2026-06-20"}, format="json")
    assert (answer.status_code, answer.json()["data"]["end_date"]) == (200, "2026-06-20")
    assert list(Meeting.objects.values_list("date", flat=True)) == [date(2026, 6, 15)]


def test_a_line_cannot_end_before_it_begins(line: Any, office: APIClient) -> None:
    answer = office.post(address("end", line.pk), {"end_date": "2020-01-01"}, format="json")
    assert answer.status_code in {409, 422}
    line.refresh_from_db()
    assert line.end_date is None


def test_a_line_is_removed(line: Any, office: APIClient) -> None:
    assert office.delete(address("detail", line.pk)).status_code == 204
    assert not MeetingPattern.objects.exists()


@pytest.mark.parametrize(("method", "name"), [("post", "end"), ("delete", "detail")])
def test_the_office_of_another_school_finds_nothing(line: Any, method: str, name: str) -> None:
    stranger = client_of(user_with(Role.CAMPUS_ADMIN, campus=MeetingFactory.create().section.campus))
    answer = getattr(stranger, method)(address(name, line.pk), {"end_date": "2026-07-01"}, format="json")
    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.TEACHER, Role.STUDENT, Role.GUARDIAN])
@pytest.mark.parametrize("name", ["list", "upload", "upload-apply"])
def test_only_the_office_writes(line: Any, role: Role, name: str) -> None:
    client = client_of(user_with(role, campus=line.section.campus))
    assert client.post(address(name), {}).status_code == 403


# --- a file ---


def checked(client: APIClient, line: Any, text: str = "", **more: Any) -> Any:
    text = text or f"{line.section.code},Tuesday,1,,\n"
    body = {"campus": line.section.campus.pk, "session": line.section.session_id, "begin_date": "2026-06-15"}
    file = SimpleUploadedFile("plan.csv", (HEADER + text).encode())
    return client.post(address("upload"), body | {"file": file} | more, format="multipart")


def applied(client: APIClient, line: Any, file_id: str) -> Any:
    body = {
        "campus": str(line.section.campus.pk),
        "session": str(line.section.session_id),
        "begin_date": "2026-06-15",
        "file_id": file_id,
    }
    return client.post(address("upload-apply"), body, format="json")


@pytest.fixture
def everyday(line: Any) -> Any:
    """The bells of the line ring every weekday."""
    line.period.bell_schedule.weekdays = [1, 2, 3, 4, 5, 6]
    line.period.bell_schedule.save()
    return line


def test_a_file_is_checked_and_applied_by_its_id(everyday: Any, office: APIClient) -> None:
    found = checked(office, everyday).json()["data"]
    assert (found["created"], found["unchanged"], found["faults"]) == (1, 0, [])
    assert MeetingPattern.objects.count() == 1
    key = StoredFile.objects.get(pk=found["file_id"]).key
    done = applied(office, everyday, found["file_id"])
    assert (done.status_code, done.json()["data"]["created"]) == (200, 1)
    assert MeetingPattern.objects.count() == 2
    assert not StoredFile.objects.exists()
    assert jobs.run(Job.objects.get(task="core.erase_content").pk)
    assert not default_storage.exists(key)


def test_a_file_that_changes_nothing_is_not_kept(everyday: Any, office: APIClient) -> None:
    found = checked(office, everyday, "NONE,Tuesday,1,,\n").json()["data"]
    assert (found["file_id"], found["created"]) == (None, 0)
    assert [(one["line"], one["column"], one["code"]) for one in found["faults"]] == [
        (2, "section", "UNKNOWN")
    ]
    assert not StoredFile.objects.exists()


def test_a_kept_file_is_its_uploaders_alone(everyday: Any, office: APIClient) -> None:
    file_id = checked(office, everyday).json()["data"]["file_id"]
    colleague = client_of(user_with(Role.CAMPUS_ADMIN, campus=everyday.section.campus))
    refused = applied(colleague, everyday, file_id)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "NOT_KEPT")
    assert applied(office, everyday, file_id).status_code == 200
    assert applied(office, everyday, file_id).json()["error"]["code"] == "NOT_KEPT"


def test_a_kept_file_is_gone_after_an_hour(everyday: Any, office: APIClient) -> None:
    file_id = checked(office, everyday).json()["data"]["file_id"]
    assert services.sweep_kept_uploads(now=timezone.now() + timedelta(minutes=59)) == 0
    StoredFile.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert applied(office, everyday, file_id).json()["error"]["code"] == "NOT_KEPT"
    assert services.sweep_kept_uploads(now=timezone.now()) == 1
    assert not StoredFile.objects.exists()


def test_an_older_spreadsheet_is_kept_as_it_was_read(everyday: Any, office: APIClient) -> None:
    """Windows text, which the file store alone would take for no text at all."""
    everyday.section.code = "Français"
    everyday.section.save()
    file = SimpleUploadedFile("plan.csv", (HEADER + "Français,Tuesday,1,,\n").encode("cp1252"))
    file_id = checked(office, everyday, file=file).json()["data"]["file_id"]
    assert applied(office, everyday, file_id).json()["data"]["created"] == 1


def test_a_teacher_of_this_campus_who_is_office_elsewhere_uploads_there_only(everyday: Any) -> None:
    there = MeetingFactory.create(school=everyday.school).section.campus
    user = UserFactory.create(school=everyday.school)
    RoleAssignmentFactory.create(user=user, role=Role.TEACHER, campus=everyday.section.campus)
    RoleAssignmentFactory.create(user=user, role=Role.CAMPUS_ADMIN, campus=there)
    answer = checked(client_of(user), everyday)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["error"]["details"]] == ["campus"]


def test_a_period_of_that_code_is_found(everyday: Any, office: APIClient) -> None:
    ClassPeriodFactory.create(school=everyday.school, bell_schedule=everyday.period.bell_schedule)
    text = f"{everyday.section.code},Tuesday,1,,\n{everyday.section.code},Tuesday,2,,\n"
    assert checked(office, everyday, text).json()["data"]["created"] == 2
