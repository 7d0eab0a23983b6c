"""The API twin of registers, reports, the board and the summaries."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Role
from apps.accounts.tests.factories import RoleAssignmentFactory
from apps.attendance.models import AbsenceReport, AttendanceEvent, Register
from apps.attendance.tests.classroom import Class

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Class:
    return Class(day=timezone.localdate())


def as_user(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"api:{name}", args=args)


def body(school: Class, letters: str = "PAL", version: int = 0) -> dict[str, Any]:
    marks = [
        {"student": str(one.student_id), "code": str(one.code_id), "minutes_late": one.minutes_late}
        for one in school.marks(letters)
    ]
    return {"version": version, "marks": marks}


def test_a_register_is_read_preset_and_saved(school: Class) -> None:
    client, url = as_user(school.staff.user), address("register-lesson", school.lesson.pk)
    sheet = client.get(url).json()["data"]
    assert (sheet["version"], [one["letter"] for one in sheet["marks"]]) == (0, ["P", "P", "P"])
    assert client.put(url, body(school), format="json").json()["data"]["version"] == 1
    saved = client.get(url).json()["data"]
    assert [(one["letter"], one["is_saved"]) for one in saved["marks"]] == [
        ("P", True),
        ("A", True),
        ("L", True),
    ]


def test_the_same_key_saves_once_and_another_body_is_refused(school: Class) -> None:
    client, url = as_user(school.staff.user), address("register-lesson", school.lesson.pk)
    first = client.put(url, body(school), format="json", headers={"Idempotency-Key": "k"})
    again = client.put(url, body(school), format="json", headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.json()["data"]) == (200, first.json()["data"])
    other = client.put(url, body(school, "PPP"), format="json", headers={"Idempotency-Key": "k"})
    assert other.status_code == 422
    assert Register.objects.get().version == 1


def test_a_stale_version_answers_409_with_both_values(school: Class) -> None:
    client, url = as_user(school.staff.user), address("register-lesson", school.lesson.pk)
    client.put(url, body(school), format="json")
    answer = client.put(url, body(school, "PPP"), format="json")
    assert answer.status_code == 409
    assert answer.json()["error"]["values"]["theirs"]["version"] == 1


def test_marks_are_listed_within_reach_and_without_notes(school: Class) -> None:
    school.take("PAL")
    guardian = school.guardian(school.pupils[1])
    rows = as_user(guardian.user).get(address("attendance-list")).json()["data"]
    assert [(row["student"], row["letter"], row["note"]) for row in rows] == [
        (str(school.pupils[1].pk), "A", None)
    ]
    assert len(as_user(school.staff.user).get(address("attendance-list")).json()["data"]) == 3
    assert as_user(Class(0).staff.user).get(address("attendance-list")).json()["data"] == []


def test_a_parent_who_teaches_here_reads_notes_of_their_classes_only(school: Class) -> None:
    school.take("PAL")
    AttendanceEvent.objects.all().update(note="staff only", reason="bus")
    parent = school.guardian(school.pupils[1]).user
    RoleAssignmentFactory.create(user=parent, role=Role.TEACHER, campus=school.campus)
    page = reverse("attendance:student", args=[school.pupils[1].pk])
    client = as_user(parent)

    own = client.get(page).content.decode()
    assert ("bus" in own, "staff only" in own) == (True, False)
    assert [row["note"] for row in client.get(address("attendance-list")).json()["data"]] == [None]
    notes = {row["note"] for row in as_user(school.staff.user).get(address("attendance-list")).json()["data"]}
    assert notes == {"staff only"}
    assert "staff only" in as_user(school.staff.user).get(page).content.decode()


def test_a_guardian_reports_for_their_own_child_only(school: Class) -> None:
    client = as_user(school.guardian(school.pupils[0]).user)
    day = school.day.isoformat()
    report = {"begin_date": day, "last_day": day, "reason": "illness"}
    url = address("absence-report-list")
    assert client.post(url, report | {"student": str(school.pupils[0].pk)}, format="json").status_code == 201
    assert client.post(url, report | {"student": str(school.pupils[1].pk)}, format="json").status_code == 422
    assert AbsenceReport.objects.count() == 1


def test_the_board_hides_the_number_of_who_may_not_be_called(school: Class) -> None:
    school.take("PAP")
    barred = school.guardian(school.pupils[1], may_contact=False)
    barred.phone = "+91 99999 00000"
    barred.save()
    client = as_user(school.login(Role.REGISTRAR))
    [absentee] = client.get(address("not-arrived")).json()["data"]
    assert [one["phone"] for one in absentee["contacts"]] == [None]
    assert as_user(school.staff.user).get(address("not-arrived")).status_code == 403


def test_missing_registers_of_the_own_campus_only(school: Class) -> None:
    url = address("register-missing", school.campus.pk)
    assert as_user(school.login(Role.REGISTRAR)).get(url).status_code == 200
    assert as_user(Class(0).login(Role.REGISTRAR)).get(url).status_code == 404


@pytest.mark.parametrize("who", ["student", "section", "campus"])
def test_summaries(school: Class, who: str) -> None:
    school.take("PAL")
    wanted = {"student": school.pupils[2], "section": school.section, "campus": school.campus}[who]
    client = as_user(school.login(Role.SCHOOL_ADMIN))
    found = client.get(address("attendance-summary"), {who: str(wanted.pk)}).json()["data"]
    expected = {"student": (1, 100.0), "section": (3, 66.7), "campus": (3, 66.7)}[who]
    assert (found["total"]["marks"], found["total"]["period_rate"]) == expected
    assert (len(found["by_month"]), len(found["by_subject"])) == (1, 1)


def test_a_summary_of_others_is_not_there(school: Class) -> None:
    client = as_user(school.guardian(school.pupils[0]).user)
    url = address("attendance-summary")
    assert client.get(url, {"student": str(school.pupils[1].pk)}).status_code == 404
    assert client.get(url, {"campus": str(school.campus.pk)}).status_code == 403


@pytest.mark.parametrize("page", ["register", "attendanceevent", "attendancecode", "absencereport"])
def test_the_back_office_lists_permitted_rows(school: Class, page: str) -> None:
    school.take("PAL")
    client = as_user(school.login(Role.SCHOOL_ADMIN))
    assert client.get(reverse(f"admin:attendance_{page}_changelist")).status_code == 200
