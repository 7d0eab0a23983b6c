"""Registers out of a file, on the page and in the API: checked first, applied by the id of the kept file."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Role
from apps.attendance.models import AttendanceEvent
from apps.attendance.tests.classroom import Class
from apps.core.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Class:
    return Class(day=timezone.localdate())


def csv(school: Class, code: str = "A") -> SimpleUploadedFile:
    number = school.pupils[0].admission_number
    text = f"student,date,code,section\n{number},{school.day},{code},{school.section.code}\n"
    return SimpleUploadedFile("registers.csv", text.encode())


def api(school: Class, role: Role = Role.CAMPUS_ADMIN) -> APIClient:
    client = APIClient()
    client.force_login(school.login(role))
    return client


CHECK, APPLY = "api:register-upload", "api:register-upload-apply"


def test_the_api_checks_and_applies_by_id(school: Class) -> None:
    client, campus = api(school), {"campus": str(school.campus.pk)}
    found = client.post(reverse(CHECK), campus | {"file": csv(school)}, format="multipart").json()["data"]
    assert (found["created"], found["registers"], found["faults"]) == (1, 1, [])
    assert not AttendanceEvent.objects.exists()
    body = campus | {"file_id": found["file_id"]}
    assert client.post(reverse(APPLY), body, format="json").json()["data"]["created"] == 1
    assert (AttendanceEvent.objects.count(), StoredFile.objects.count()) == (1, 0)
    assert client.post(reverse(APPLY), body, format="json").json()["error"]["code"] == "NOT_KEPT"


def test_a_file_of_the_plan_is_no_file_of_registers(school: Class) -> None:
    client, campus = api(school), {"campus": str(school.campus.pk)}
    found = client.post(reverse(CHECK), campus | {"file": csv(school)}, format="multipart").json()["data"]
    StoredFile.objects.update(purpose="weekly_plan")
    body = campus | {"file_id": found["file_id"]}
    assert client.post(reverse(APPLY), body, format="json").json()["error"]["code"] == "NOT_KEPT"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.STUDENT, Role.GUARDIAN, Role.ACCOUNTANT])
@pytest.mark.parametrize("name", [CHECK, APPLY])
def test_only_the_office_uploads(school: Class, role: Role, name: str) -> None:
    assert api(school, role).post(reverse(name), {}).status_code == 403


def test_a_campus_of_others_is_unknown(school: Class) -> None:
    stranger = api(Class(0))
    body = {"campus": str(school.campus.pk), "file": csv(school)}
    answer = stranger.post(reverse(CHECK), body, format="multipart")
    assert [one["field"] for one in answer.json()["error"]["details"]] == ["campus"]


def test_the_page_does_not_ask_for_the_file_twice(school: Class) -> None:
    client = Client()
    client.force_login(school.login(Role.CAMPUS_ADMIN))
    url, campus = reverse("attendance:upload"), {"campus": str(school.campus.pk)}
    dry = client.post(url, campus | {"file": csv(school)})
    kept: Any = StoredFile.objects.get()
    assert f'name="file_id" value="{kept.pk}"' in dry.content.decode()
    assert not AttendanceEvent.objects.exists()
    done = client.post(url, campus | {"file_id": kept.pk})
    assert (done.context["applied"], AttendanceEvent.objects.count()) == (True, 1)
    assert not StoredFile.objects.exists()
    assert client.post(url, campus | {"file_id": kept.pk}).status_code == 422
