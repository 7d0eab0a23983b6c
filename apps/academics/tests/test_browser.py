"""The pages as people meet them, on a desktop and a phone: no console error, no CSP report, axe clean."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.academics.tests import factories as make
from apps.academics.tests.conftest import TODAY, World
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, UserFactory, actor_with

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def school() -> dict[str, Any]:
    campus = CampusFactory.create(name="North campus")
    year = make.AcademicSessionFactory.create(school=campus.school)
    world = World(campus, year, actor_with(Role.REGISTRAR, campus=campus, today=TODAY))
    grade = make.GradeLevelFactory.create(school=world.school, name="Grade 9", code="9")
    home = world.homeroom(name="9A", grade_level=grade, capacity=40)
    course = world.course(name="Mathematics 9", grade_level=grade)
    lessons = world.section(
        name="Mathematics 9A", course=course, grade_level=grade, homeroom=home, capacity=6
    )
    staff = make.StaffMemberFactory.create(
        school=world.school, campus=campus, given_name="Anil", job_title="Teacher", department="Science"
    )
    make.TeachingAssignmentFactory.create(school=world.school, section=lessons, staff=staff)
    names = ("Asha Rao", "Ravi Iyer", "Meera Nair", "Kabir Khan", "Tara Das", "Dev Patel")
    students = [
        world.student(
            given_name=name.split()[0], family_name=name.split()[1], grade_level=grade, roll_number=str(n)
        )
        for n, name in enumerate(names, start=1)
    ]
    for student in students:
        make.EnrollmentFactory.create(school=world.school, section=home, student=student)
    for student in students[:4]:
        make.EnrollmentFactory.create(school=world.school, section=lessons, student=student)
    guardian = make.GuardianFactory.create(
        school=world.school, given_name="Meera", phone="+91 98450 12345", email="meera@example.test"
    )
    make.GuardianshipFactory.create(
        school=world.school, student=students[0], guardian=guardian, relation="mother", is_primary=True
    )
    make.EmergencyContactFactory.create(school=world.school, student=students[0])
    program = make.ProgramFactory.create(school=world.school, name="Senior secondary")
    make.ProgramCourseFactory.create(school=world.school, program=program, course=course, grade_level=grade)
    request = make.ContactChangeRequestFactory.create(school=world.school, student=students[0])
    return {
        "world": world, "student": students[0], "guardian": guardian, "section": lessons, "staff": staff,
        "program": program, "course": course, "request": request,
    }  # fmt: skip


def enter(page: "Page", site: str, school: dict[str, Any]) -> None:
    user = UserFactory.create(school=school["world"].school, name="Asha Menon")
    RoleAssignmentFactory.create(user=user, role=Role.SCHOOL_ADMIN)
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])


def addresses(school: dict[str, Any]) -> dict[str, str]:
    named = {
        "student-detail": "student", "student-guardians": "student", "student-sections": "student",
        "student-history": "student", "student-change": "student", "guardian-detail": "guardian",
        "section-detail": "section", "section-enroll": "section", "staff-detail": "staff",
        "program-detail": "program", "course-detail": "course", "request-detail": "request",
    }  # fmt: skip
    plain = (
        "student-list", "student-admit", "staff-list", "section-list", "course-list", "session-list",
        "request-list", "custom-field-add",
    )  # fmt: skip
    found = {name: reverse(f"academics:{name}", args=[school[noun].pk]) for name, noun in named.items()}
    return found | {name: reverse(f"academics:{name}") for name in plain}


def look(page: "Page", site: str, school: dict[str, Any], axe: Callable[..., list[str]], width: str) -> None:
    enter(page, site, school)
    faults: dict[str, list[str]] = {}
    for name, path in addresses(school).items():
        page.goto(f"{site}{path}")
        if found := axe(page):
            faults[name] = found
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is wider than the screen"
    assert faults == {}


def test_pages_on_a_desktop(site: str, page: "Page", school: Any, axe: Callable[..., list[str]]) -> None:
    look(page, site, school, axe, "1440")


def test_pages_on_a_phone(site: str, phone: "Page", school: Any, axe: Callable[..., list[str]]) -> None:
    look(phone, site, school, axe, "360")


def test_enroll_by_two_letters(site: str, page: "Page", school: Any) -> None:
    enter(page, site, school)
    page.goto(site + reverse("academics:section-enroll", args=[school["section"].pk]))
    page.get_by_role("searchbox").press_sequentially("ta")
    page.get_by_role("button", name="Enroll").click()
    page.get_by_text("Tara Das has a seat.").wait_for()
    school["section"].refresh_from_db()
    assert school["section"].seats_taken == 5
