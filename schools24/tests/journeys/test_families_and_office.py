"""Families and the office: an absence said ahead, a new telephone number, a seat in a full section."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from apps.academics.models import Enrollment, Student
from apps.academics.tests.factories import (
    AcademicSessionFactory,
    EnrollmentFactory,
    GradeLevelFactory,
    HomeroomFactory,
    StudentFactory,
)
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, user_with
from apps.attendance.models import AbsenceReport, AttendanceEvent
from apps.attendance.tests.classroom import Class
from schools24.tests.journeys.conftest import Visit, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Look = Callable[["Page"], None]


@pytest.fixture
def school(transactional_db: None) -> Class:
    return Class(4, day=timezone.localdate())


def test_an_absence_said_ahead_stands_in_the_register(school: Class, visit: Visit, looked_at: Look) -> None:
    pupil = school.pupils[2]
    mother = visit(school.guardian(pupil).user, phone=True)
    looked_at(mother)
    mother.get_by_role("link", name="Report an absence").click()
    mother.get_by_label("Reason").select_option("illness")
    mother.get_by_role("button", name="Send").click()
    mother.get_by_text(f"The teachers of {pupil.given_name} know").wait_for()
    looked_at(mother)
    assert AbsenceReport.objects.get().student == pupil

    teacher = visit(school.staff.user, phone=True)
    teacher.get_by_role("link", name="Take register").click()
    line = teacher.locator(f'[data-student="{pupil.pk}"]')
    line.get_by_text("reported by the family").wait_for()
    looked_at(teacher)
    teacher.get_by_role("button", name="Save").click()
    teacher.locator('[data-state][data-kind="saved"]').wait_for()
    assert AttendanceEvent.objects.get(student=pupil).code.letter == "E"


def test_new_contact_data_waits_for_the_office(school: Class, visit: Visit, looked_at: Look) -> None:
    guardian = school.guardian(school.pupils[0])
    mother = visit(guardian.user, "/academics/my-contact-data/", phone=True)
    looked_at(mother)
    mother.get_by_label("Phone").fill("+91 98450 22222")
    mother.get_by_role("button", name="Save").click()
    mother.get_by_text("The office looks at it").wait_for()

    office = visit(user_with(Role.REGISTRAR, campus=school.campus), "/academics/requests/")
    office.get_by_role("link", name=school.pupils[0].full_name).click()
    office.get_by_role("cell", name="+91 98450 22222").wait_for()
    looked_at(office)
    office.get_by_role("button", name="Take it over").click()
    office.get_by_text("The new data stands").wait_for()
    guardian.refresh_from_db()
    assert guardian.phone == "+91 98450 22222"


@pytest.fixture
def full_homeroom(transactional_db: None) -> Any:
    today = timezone.localdate()
    campus = CampusFactory.create()
    year = AcademicSessionFactory.create(
        school=campus.school, begin_date=today - timedelta(days=90), end_date=today + timedelta(days=180)
    )
    grade = GradeLevelFactory.create(school=campus.school)
    home = HomeroomFactory.create(
        school=campus.school, campus=campus, session=year, grade_level=grade, name="9A", capacity=1
    )
    seated = StudentFactory.create(school=campus.school, campus=campus, given_name="Ravi", family_name="Iyer")
    EnrollmentFactory.create(
        school=campus.school, section=home, student=seated, begin_date=year.begin_date, end_date=year.end_date
    )
    return home


@pytest.mark.usefixtures("worker")
def test_who_waits_moves_up_when_a_seat_falls_free(full_homeroom: Any, visit: Visit, looked_at: Look) -> None:
    desk = visit(user_with(Role.REGISTRAR, campus=full_homeroom.campus), "/academics/students/")
    desk.get_by_role("link", name="Admit").first.click()
    desk.get_by_label("Given name").fill("Zoya")
    desk.get_by_label("Family name").fill("Yadav")
    desk.get_by_label("Admission number").fill("A-900")
    looked_at(desk)
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("heading", name="Zoya Yadav").wait_for()
    zoya = Student.objects.get(admission_number="A-900")

    desk.goto(desk.url.split("/academics")[0] + f"/academics/sections/{full_homeroom.pk}/")
    desk.get_by_role("link", name="Enroll").click()
    desk.get_by_role("searchbox").press_sequentially("zo")
    desk.get_by_role("button", name="Put on the waiting list").click()
    desk.get_by_text("Zoya Yadav waits now").wait_for()

    desk.goto(desk.url.split("/enroll")[0])
    desk.get_by_role("heading", name="Waiting list").wait_for()
    looked_at(desk)
    desk.get_by_role("link", name="Withdraw Ravi Iyer").click()
    desk.get_by_role("button", name="Save").click()
    desk.get_by_text("The seat is free again").wait_for()
    wait_until(desk, lambda: Enrollment.objects.filter(student=zoya, status="active").exists())
    desk.reload()
    assert desk.get_by_role("link", name="Zoya Yadav", exact=True).count() == 1
    assert desk.get_by_role("heading", name="Waiting list").count() == 0
