"""Every page of this app opens for the office, and for others as far as their policies go."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.academics.tests import factories as make
from apps.academics.tests.conftest import World
from apps.academics.web.urls import urlpatterns
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, UserFactory


@pytest.fixture
def furnished(world: World) -> dict[str, Any]:
    """One row of each kind, in the world's school."""
    school = world.school
    student = world.student(custom={"house": "Red"}, phone="PUPIL-PHONE")
    make.CustomFieldFactory.create(school=school, code="house", label="House")
    guardian = make.GuardianFactory.create(school=school, phone="GUARDIAN-PHONE")
    staff = make.StaffMemberFactory.create(school=school, campus=world.campus)
    section, needed = world.section(), world.course()
    program = make.ProgramFactory.create(school=school)
    asker = UserFactory.create(school=school)
    return {
        "student": student,
        "guardian": guardian,
        "guardianship": make.GuardianshipFactory.create(school=school, student=student, guardian=guardian),
        "emergency-contact": make.EmergencyContactFactory.create(school=school, student=student),
        "staff": staff,
        "section": section,
        "teaching": make.TeachingAssignmentFactory.create(school=school, section=section, staff=staff),
        "enrollment": make.EnrollmentFactory.create(school=school, section=section, student=student),
        "waiting": make.WaitingListEntryFactory.create(school=school, section=section),
        "course": section.course,
        "prerequisite": make.CoursePrerequisiteFactory.create(
            school=school, course=section.course, requires=needed
        ),
        "program": program,
        "curriculum": make.ProgramCourseFactory.create(school=school, program=program, course=section.course),
        "subject": make.SubjectFactory.create(school=school),
        "grade-level": make.GradeLevelFactory.create(school=school),
        "session": world.year,
        "rollover": make.RolloverFactory.create(school=school, from_year=world.year),
        "rollover-line": make.RolloverLineFactory.create(school=school),
        "custom-field": make.CustomFieldFactory.create(school=school),
        "request": make.ContactChangeRequestFactory.create(
            school=school, student=student, requested_by=asker
        ),
    }


OF = {
    "teacher-assign": "section",
    "guardian-add": "student",
    "guardian-link": "student",
    "emergency-contact-add": "student",
    "prerequisite-add": "course",
    "curriculum-add": "program",
    "rollover-lines": "rollover",
}
POSTED = {
    "emergency-contact-remove",
    "request-decide",
    "request-withdraw",
    "rollover-apply",
    "rollover-decide",
    "rollover-discard",
    "rollover-rehearse",
    "rollover-undo",
    "students-many",
    "waiting-remove",
}
# Leads on to a file (test_files.py), or to the page itself once work is over.
LEADING = {"guardianship-document", "rollover-progress"}
FAMILY = {"my-contact", "student-ask", "guardian-ask"}


def signed_in(world: World, role: Role, **values: Any) -> Client:
    user = UserFactory.create(school=world.school, **values)
    RoleAssignmentFactory.create(
        user=user, role=role, campus=None if role == Role.SCHOOL_ADMIN else world.campus
    )
    client = Client()
    client.force_login(user)
    return client


def pages(rows: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pattern in urlpatterns:
        name = str(pattern.name)
        if name in POSTED | FAMILY | LEADING or name.endswith(("-delete", "-drop")):
            continue
        noun = OF.get(name) or max((n for n in rows if name.startswith(n)), key=len, default="")
        takes_pk = "pk" in str(pattern.pattern)
        found[name] = reverse(f"academics:{name}", args=[rows[noun].pk] if takes_pk else [])
    return found


def test_every_page_opens_for_the_school_administrator(world: World, furnished: dict[str, Any]) -> None:
    client = signed_in(world, Role.SCHOOL_ADMIN)
    answers = {name: client.get(url).status_code for name, url in pages(furnished).items()}
    assert answers == dict.fromkeys(answers, 200)
    assert len(answers) > 40


def test_no_page_of_another_school_opens(world: World, furnished: dict[str, Any]) -> None:
    stranger = World(CampusFactory.create(), None, world.registrar)
    client = signed_in(stranger, Role.SCHOOL_ADMIN)
    for name, url in pages(furnished).items():
        response = client.get(url)
        if str(world.school.pk) in url or any(str(row.pk) in url for row in furnished.values()):
            assert response.status_code == 404, name
        else:
            assert "PUPIL-PHONE" not in response.content.decode(), name
            assert furnished["student"].full_name not in response.content.decode(), name


def test_nobody_comes_in_without_signing_in(world: World, furnished: dict[str, Any]) -> None:
    client = Client()
    for name, url in pages(furnished).items():
        assert client.get(url).status_code in {302, 401, 403, 404}, name


@pytest.mark.parametrize(("children", "heading"), [(1, "My child"), (2, "My children")])
def test_a_family_finds_its_own_under_its_own_name(world: World, children: int, heading: str) -> None:
    user = world.login(Role.GUARDIAN)
    guardian = make.GuardianFactory.create(school=world.school, user=user)
    child, *others = [world.student() for _ in range(children)]
    for one in (child, *others):
        make.GuardianshipFactory.create(school=world.school, student=one, guardian=guardian)
    client = Client()
    client.force_login(user)

    page = client.get(reverse("academics:student-list")).content.decode()
    assert f"<title>{heading}" in page
    assert "data-filters" not in page
    detail = client.get(reverse("academics:student-detail", args=[child.pk])).content.decode()
    assert f">{heading}</a>" in detail
    assert ">Students<" not in detail


def test_a_pupil_finds_their_own_record(world: World) -> None:
    user = world.login(Role.STUDENT)
    world.student(user=user)
    client = Client()
    client.force_login(user)

    assert "<title>My record" in client.get(reverse("academics:student-list")).content.decode()
