"""Pages as each kind of person meets them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.attendance.models import AbsenceReport, AttendanceEvent, CallNote, Register
from apps.attendance.tests.classroom import Class
from apps.attendance.tests.factories import AbsenceReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Class:
    return Class(day=timezone.localdate())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def teacher(school: Class) -> Client:
    return signed_in(school.staff.user)


def office(school: Class) -> Client:
    return signed_in(school.login(Role.CAMPUS_ADMIN))


OFFICE_PAGES = ["board", "missing", "reports", "overview", "codes", "code-add", "settings", "upload"]


@pytest.mark.parametrize("name", OFFICE_PAGES)
def test_the_office_opens_its_pages(school: Class, name: str) -> None:
    school.take("PAL")
    user = school.login(Role.SCHOOL_ADMIN)
    assert signed_in(user).get(reverse(f"attendance:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["board", "missing", "overview", "codes", "code-add", "settings", "upload"])
@pytest.mark.parametrize("role", [Role.TEACHER, Role.STUDENT, Role.GUARDIAN, Role.ACCOUNTANT])
def test_nobody_else_does(school: Class, role: Role, name: str) -> None:
    assert signed_in(school.login(role)).get(reverse(f"attendance:{name}")).status_code == 403


def test_a_teacher_takes_the_register_without_a_script(school: Class) -> None:
    client, url = teacher(school), reverse("attendance:register-lesson", args=[school.lesson.pk])
    page = client.get(url)
    assert page.status_code == 200
    fields = {f"code-{pupil.pk}": str(school.codes["P"].pk) for pupil in school.pupils}
    fields[f"code-{school.pupils[1].pk}"] = str(school.codes["A"].pk)
    answer = client.post(url, {"version": "0", **fields})
    assert (answer.status_code, answer["Location"]) == (302, reverse("attendance:registers"))
    assert AttendanceEvent.objects.filter(code=school.codes["A"]).get().student == school.pupils[1]


def post_json(client: Client, school: Class, key: str = "k1", version: int = 0, letter: str = "P") -> Any:
    url = reverse("attendance:register-lesson", args=[school.lesson.pk])
    fields = {f"code-{pupil.pk}": str(school.codes[letter].pk) for pupil in school.pupils}
    return client.post(
        url, {"version": str(version), "key": key, **fields}, headers={"Accept": "application/json"}
    )


def test_what_was_queued_is_received_once(school: Class) -> None:
    client = teacher(school)
    first, again = post_json(client, school), post_json(client, school)
    assert first.json() == again.json()
    assert re.fullmatch(r"\d\d:\d\d", first.json()["received_at"])
    assert Register.objects.get().version == 1


def test_a_stale_save_answers_both_values(school: Class) -> None:
    client = teacher(school)
    post_json(client, school)
    answer = post_json(client, school, key="k2", letter="A")
    assert answer.status_code == 409
    assert answer.json()["values"]["theirs"]["version"] == 1


@pytest.mark.parametrize("role", [Role.TEACHER, Role.STUDENT, Role.GUARDIAN])
def test_a_register_of_others_is_not_there(school: Class, role: Role) -> None:
    stranger = Class(day=school.day).staff.user
    url = reverse("attendance:register-lesson", args=[school.lesson.pk])
    assert signed_in(stranger).get(url).status_code == 404
    expected = 404 if role == Role.TEACHER else 403
    assert signed_in(school.login(role)).get(url).status_code == expected


def test_a_colleague_who_covers_takes_it(school: Class) -> None:
    cover = Class(0).staff
    cover.school, cover.campus = school.school, school.campus
    cover.user = school.login(Role.TEACHER)
    cover.save()
    school.lesson.teacher = cover
    school.lesson.save()
    url = reverse("attendance:register-lesson", args=[school.lesson.pk])
    assert signed_in(cover.user).get(url).status_code == 200


def test_the_office_notes_a_call_and_explains(school: Class) -> None:
    school.take("PAP")
    pupil, client = school.pupils[1], office(school)
    guardian = school.guardian(pupil)
    client.post(
        reverse("attendance:call-add", args=[pupil.pk]), {"outcome": "no_answer", "guardian": guardian.pk}
    )
    assert CallNote.objects.get().guardian == guardian
    client.post(reverse("attendance:explain", args=[pupil.pk]), {"reason": "Dentist"})
    mark = AttendanceEvent.objects.get(student=pupil)
    assert (mark.code, mark.reason) == (school.codes["E"], "Dentist")
    assert "missing-card" not in client.get(reverse("attendance:board")).content.decode()


def test_a_guardian_whom_nobody_may_contact_is_barred_on_the_board(school: Class) -> None:
    school.take("PAP")
    barred = school.guardian(school.pupils[1], may_contact=False)
    page = office(school).get(reverse("attendance:board")).content.decode()
    assert f'<span class="barred">{barred.full_name}</span>' in page
    assert f'value="{barred.pk}"' not in page


def test_a_guardian_reports_today_with_one_choice(school: Class) -> None:
    pupil = school.pupils[0]
    client = signed_in(school.guardian(pupil).user)
    today = timezone.localdate().isoformat()
    answer = client.post(
        reverse("attendance:report-add", args=[pupil.pk]),
        {"begin_date": today, "last_day": today, "reason": "illness"},
    )
    assert answer.status_code == 302
    assert AbsenceReport.objects.get().student == pupil
    page = client.get(reverse("attendance:student", args=[pupil.pk]))
    assert "Illness" in page.content.decode()


def test_a_guardian_takes_a_report_back(school: Class) -> None:
    pupil = school.pupils[0]
    report = AbsenceReportFactory.create(school=school.school, student=pupil, begin_date=school.day)
    client = signed_in(school.guardian(pupil).user)
    assert client.post(reverse("attendance:report-withdraw", args=[report.pk])).status_code == 302
    report.refresh_from_db()
    assert report.withdrawn_at is not None


@pytest.mark.parametrize("name", ["student", "report-add"])
def test_another_family_finds_nothing(school: Class, name: str) -> None:
    client = signed_in(school.guardian(school.pupils[0]).user)
    assert client.get(reverse(f"attendance:{name}", args=[school.pupils[1].pk])).status_code == 404


def test_a_pupil_sees_their_own_figures_and_not_the_notes(school: Class) -> None:
    school.take("LPP")
    AttendanceEvent.objects.filter(student=school.pupils[0]).update(note="staff only", reason="bus")
    pupil = school.pupils[0]
    pupil.user = school.login(Role.STUDENT)
    pupil.save()
    page = signed_in(pupil.user).get(reverse("attendance:student", args=[pupil.pk])).content.decode()
    assert "bus" in page
    assert "staff only" not in page


@pytest.mark.parametrize("query", ["", "?month=2026-06", "?month=rubbish"])
def test_the_month_of_a_section(school: Class, query: str) -> None:
    school.take("PAL")
    url = reverse("attendance:section", args=[school.section.pk]) + query
    assert teacher(school).get(url).status_code == 200


def test_the_month_of_a_section_as_a_file(school: Class) -> None:
    school.take("PAL")
    url = reverse("attendance:section", args=[school.section.pk]) + "?export=csv"
    text = b"".join(teacher(school).get(url).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert len(text.splitlines()) == 4


def test_today_shows_each_their_own(school: Class) -> None:
    school.take("PAL")
    assert "Taken" in teacher(school).get("/").content.decode()
    assert "Not arrived" in office(school).get("/").content.decode()
    family = signed_in(school.guardian(school.pupils[1]).user).get("/").content.decode()
    assert "Report an absence" in family
    assert str(school.codes["A"].name) in family
