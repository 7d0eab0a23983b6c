"""Invitations over the API: who is invited by whom, again, and not any more."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from apps.academics.tests import factories as make
from apps.academics.tests.conftest import World
from apps.academics.tests.test_api import client_of
from apps.accounts.models import Role, User
from apps.accounts.services.people import invitation_key, invited_user
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, UserFactory
from apps.core.proof import FRESH

URL = "/api/v1/invitations"


@pytest.fixture
def office(world: World) -> APIClient:
    return client_of(world.login(Role.REGISTRAR))


@pytest.fixture
def head(world: World) -> APIClient:
    return client_of(world.login(Role.CAMPUS_ADMIN))


def waiting(world: World, role: Role = Role.GUARDIAN, **values: Any) -> User:
    user: User = world.login(role, password="!", invited_at=timezone.now(), **values)
    return user


def people(world: World) -> dict[str, Any]:
    student = world.student(email="pupil@example.test")
    guardian = make.GuardianFactory.create(school=world.school, email="meera@example.test")
    make.GuardianshipFactory.create(school=world.school, student=student, guardian=guardian)
    staff = make.StaffMemberFactory.create(
        school=world.school, campus=world.campus, email="anil@example.test"
    )
    return {"student": student, "guardian": guardian, "staff": staff}


@pytest.mark.parametrize(("kind", "role"), [("student", Role.STUDENT), ("guardian", Role.GUARDIAN)])
def test_families_are_invited_by_the_registrar(
    kind: str, role: Role, office: APIClient, world: World
) -> None:
    person = people(world)[kind]
    answer = office.post(URL, {kind: person.pk})
    assert answer.status_code == 201
    person.refresh_from_db()
    assert answer.json()["data"]["id"] == str(person.user.pk)
    assert answer.json()["data"]["expires_at"] is not None
    assert [one.role for one in person.user.role_assignments.all()] == [role]
    assert [one["email"] for one in office.get(URL).json()["data"]] == [person.email]


def test_staff_are_invited_by_who_runs_the_campus(office: APIClient, head: APIClient, world: World) -> None:
    staff = people(world)["staff"]
    assert office.post(URL, {"staff": staff.pk}).status_code == 403
    assert head.post(URL, {"staff": staff.pk}).status_code == 201
    # Their login is not the registrar's business.
    assert office.get(URL).json()["data"] == []


def test_inviting_staff_asks_for_fresh_proof(world: World) -> None:
    with time_machine.travel(timezone.now() - FRESH - timedelta(seconds=1)):
        head = client_of(world.login(Role.CAMPUS_ADMIN))
    rows = people(world)
    assert head.post(URL, {"staff": rows["staff"].pk}).json()["error"]["code"] == "PROOF_NEEDED"
    assert head.post(URL, {"guardian": rows["guardian"].pk}).status_code == 201


@pytest.mark.parametrize("body", [{}, {"student": "@", "user": "@"}, {"user": "nobody"}])
def test_exactly_one_is_named(body: dict[str, str], office: APIClient, world: World) -> None:
    pupil = str(world.student().pk)
    sent = {key: pupil if value == "@" else value for key, value in body.items()}
    assert office.post(URL, sent).status_code == 422


def test_a_login_is_invited_again_and_the_old_link_dies(office: APIClient, world: World) -> None:
    user = waiting(world)
    key = invitation_key(user)
    for path, body, code in ((f"{URL}/{user.pk}/resend", {}, 200), (URL, {"user": user.pk}, 201)):
        assert office.post(path, body).status_code == code
        assert invited_user(key) is None
        user.refresh_from_db()
        key = invitation_key(user)
    assert invited_user(key) == user


def test_a_revoked_invitation_opens_nothing(office: APIClient, world: World) -> None:
    user = waiting(world)
    key = invitation_key(user)
    assert office.delete(f"{URL}/{user.pk}").status_code == 204
    assert invited_user(key) is None
    assert office.get(f"{URL}/{user.pk}").status_code == 404


def test_who_has_a_password_is_not_invited(office: APIClient, world: World) -> None:
    answer = office.post(URL, {"user": world.login(Role.GUARDIAN).pk})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "SIGNED_IN_BEFORE")


@pytest.mark.parametrize("verb", ["resend", "revoke", "invite"])
def test_nobody_above_ones_own_authority(verb: str, office: APIClient, world: World) -> None:
    """A guardian who is to run the campus as well is not the registrar's to invite or to keep out."""
    user = waiting(world)
    RoleAssignmentFactory.create(user=user, role=Role.CAMPUS_ADMIN, campus=world.campus)
    answers = {
        "resend": lambda: office.post(f"{URL}/{user.pk}/resend"),
        "revoke": lambda: office.delete(f"{URL}/{user.pk}"),
        "invite": lambda: office.post(URL, {"user": user.pk}),
    }
    answer = answers[verb]()
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "BEYOND_YOUR_REACH")


@pytest.mark.parametrize("role", [Role.TEACHER, Role.ACCOUNTANT, Role.STUDENT, Role.GUARDIAN])
def test_others_see_no_invitations(role: Role, world: World) -> None:
    assert client_of(world.login(role)).get(URL).status_code == 403


def test_another_campus_and_another_school_are_out_of_reach(office: APIClient, world: World) -> None:
    for school in (world.school, CampusFactory.create().school):
        user = UserFactory.create(school=school, password="!", invited_at=timezone.now())
        RoleAssignmentFactory.create(
            user=user, role=Role.GUARDIAN, campus=CampusFactory.create(school=school)
        )
        assert office.get(URL).json()["data"] == []
        assert office.post(f"{URL}/{user.pk}/resend").status_code == 404
        assert office.post(URL, {"user": user.pk}).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_so_many_queries(
    count: int, office: APIClient, world: World, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        waiting(world)
    office.get(URL)
    with django_assert_num_queries(5):
        assert len(office.get(f"{URL}?per_page=50").json()["data"]) == count
