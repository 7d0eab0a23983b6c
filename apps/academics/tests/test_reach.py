"""Verbs that name a second row take only one within reach: nobody is moved to a campus of others."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.academics.models import Enrollment, StaffMember, Student
from apps.academics.services import enroll
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import TODAY, World
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, UserFactory
from apps.core.errors import Conflict
from apps.core.rows import told_as_rule

pytestmark = pytest.mark.django_db
API = "/api/v1"
DAY = {"effective_date": "2026-06-20", "begin_date": "2026-06-20"}


@pytest.fixture
def north(world: World) -> Any:
    """Another campus of the same school, of which the registrar of the first holds nothing."""
    return CampusFactory.create(school=world.school)


def office(world: World, campus: Any) -> Any:
    user = UserFactory.create(school=world.school)
    RoleAssignmentFactory.create(user=user, role=Role.REGISTRAR, campus=campus)
    return user


def api(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.mark.parametrize(("reach", "status"), [("campus", 422), ("school", 200)])
def test_a_transfer_names_a_campus_within_reach(world: World, north: Any, reach: str, status: int) -> None:
    student = world.student()
    client = api(office(world, world.campus if reach == "campus" else None))

    answer = client.post(f"{API}/students/{student.pk}/transfer", {**DAY, "campus": north.pk}, format="json")

    student.refresh_from_db()
    assert (answer.status_code, student.campus_id == north.pk) == (status, status == 200)


@pytest.mark.parametrize(("verb", "status"), [("transfer", "active"), ("readmit", "withdrawn")])
def test_the_pages_offer_and_take_campuses_within_reach(
    world: World, north: Any, verb: str, status: str
) -> None:
    student = world.student(status=status)
    client = Client()
    client.force_login(office(world, world.campus))
    url = reverse(f"academics:student-{verb}", args=[student.pk])

    assert str(north.pk) not in client.get(url).content.decode()
    assert client.post(url, {**DAY, "campus": north.pk, "reason": "moved"}).status_code == 422

    student.refresh_from_db()
    assert (student.campus, student.status) == (world.campus, status)


def test_staff_are_not_moved_to_a_campus_of_others(world: World, north: Any) -> None:
    staff = make.StaffMemberFactory.create(school=world.school, campus=world.campus)
    body = {"campus": north.pk, "version": 1}

    answer = api(office(world, world.campus)).patch(f"{API}/staff/{staff.pk}", body, format="json")

    assert (answer.status_code, StaffMember.objects.get().campus) == (422, world.campus)


def test_nor_is_anybody_admitted_or_readmitted_there(world: World, north: Any) -> None:
    client = api(office(world, world.campus))
    gone = world.student(status="withdrawn")
    new = {"given_name": "Asha", "campus": north.pk, **DAY}

    assert client.post(f"{API}/students", new, format="json").status_code == 422
    again = {"campus": north.pk, "begin_date": DAY["begin_date"]}
    assert client.post(f"{API}/students/{gone.pk}/readmit", again, format="json").status_code == 422
    assert Student.objects.get() == gone


def test_the_database_holds_one_place_a_course_and_session(world: World) -> None:
    """Whoever forgets the pupil's lock is stopped here."""
    course, student = world.course(), world.student()
    first = enroll(
        actor=world.registrar, student=student, section=world.section(course=course), begin_date=TODAY
    )
    other = world.section(course=course)
    row = Enrollment(school=world.school, student=student, section=other, begin_date=TODAY, claim=other.claim)

    assert first.claim == other.claim
    with pytest.raises(Conflict, match="another section"), told_as_rule():
        row.save(force_insert=True)


def test_a_reason_lets_a_pupil_take_a_course_twice(world: World) -> None:
    course, student = world.course(), world.student()
    for reason in ("", "repeats the practical part"):
        enroll(
            actor=world.registrar,
            student=student,
            section=world.section(course=course),
            begin_date=TODAY,
            override_reason=reason,
        )

    assert Enrollment.objects.filter(claim=None).count() == 1
