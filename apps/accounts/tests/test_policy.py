"""Who reaches what on this floor: nine principals, own house and strangers."""

from datetime import date
from typing import Any

import pytest

from apps.accounts.access import FAMILY, Role
from apps.accounts.models import Campus, Impersonation, RoleAssignment, School, User
from apps.accounts.tests.factories import (
    CampusFactory,
    RoleAssignmentFactory,
    SchoolFactory,
    UserFactory,
    user_with,
)
from apps.core.policy import Actor, may

TODAY = date(2026, 6, 15)
SUSPENDED, ANONYMOUS = "suspended", "anonymous"
PRINCIPALS = [*Role, SUSPENDED, ANONYMOUS]


class House:
    """A school with two campuses, and another school."""

    def __init__(self) -> None:
        self.school = SchoolFactory.create()
        self.campus, self.far = (CampusFactory.create(school=self.school) for _ in range(2))
        self.near_teacher = user_with(Role.TEACHER, campus=self.campus)
        self.far_teacher = user_with(Role.TEACHER, campus=self.far)
        self.boss = user_with(Role.SCHOOL_ADMIN, school=self.school)
        self.stranger = user_with(Role.TEACHER, campus=CampusFactory.create())

    def actor(self, principal: str) -> Actor:
        if principal == ANONYMOUS:
            return Actor.anonymous(TODAY)
        role = Role.SCHOOL_ADMIN if principal == SUSPENDED else Role(principal)
        campus = None if role == Role.SCHOOL_ADMIN else self.campus
        user = user_with(role, campus=campus, school=self.school)
        if principal == SUSPENDED:
            user.is_active = False
        return user.actor(TODAY)

    def users(self, actor: Actor, verb: str) -> set[str]:
        named = {
            self.near_teacher.pk: "near",
            self.far_teacher.pk: "far",
            self.boss.pk: "boss",
            self.stranger.pk: "stranger",
            actor.user_id: "self",
        }
        return {named[pk] for pk in User.objects.permitted(actor, verb).values_list("pk", flat=True)}


@pytest.fixture
def house(db: None) -> House:
    return House()


VIEW: dict[str, set[str]] = {str(role): {"self"} for role in Role} | {
    Role.SCHOOL_ADMIN: {"self", "near", "far", "boss"},
    Role.CAMPUS_ADMIN: {"self", "near"},
}
CHANGE: dict[str, set[str]] = {
    Role.SCHOOL_ADMIN: {"self", "near", "far", "boss"},
    Role.CAMPUS_ADMIN: {"self", "near"},
}
IMPERSONATE: dict[str, set[str]] = {Role.SCHOOL_ADMIN: {"self", "near", "far", "boss"}}


@pytest.mark.parametrize("principal", PRINCIPALS)
@pytest.mark.parametrize(
    ("verb", "reached"),
    [("view", VIEW), ("change", CHANGE), ("suspend", CHANGE), ("impersonate", IMPERSONATE)],
)
def test_users(principal: str, verb: str, reached: dict[str, set[str]], house: House) -> None:
    assert house.users(house.actor(principal), verb) == reached.get(principal, set())


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_schools_and_campuses(principal: str, house: House) -> None:
    actor = house.actor(principal)
    is_somebody = principal in list(Role)
    assert School.objects.permitted(actor).count() == is_somebody
    assert School.objects.permitted(actor, "change").count() == (principal == Role.SCHOOL_ADMIN)
    assert Campus.objects.permitted(actor).count() == 2 * is_somebody
    changed: dict[str, int] = {Role.SCHOOL_ADMIN: 2, Role.CAMPUS_ADMIN: 1}
    for verb in ("change", "switch_features"):
        assert Campus.objects.permitted(actor, verb).count() == changed.get(str(principal), 0)


GIVES = [
    (Role.SCHOOL_ADMIN, Role.SCHOOL_ADMIN, None, True),
    (Role.SCHOOL_ADMIN, Role.TEACHER, "far", True),
    (Role.CAMPUS_ADMIN, Role.TEACHER, "campus", True),
    (Role.CAMPUS_ADMIN, Role.CAMPUS_ADMIN, "campus", True),
    (Role.CAMPUS_ADMIN, Role.TEACHER, "far", False),
    (Role.CAMPUS_ADMIN, Role.TEACHER, None, False),
    (Role.CAMPUS_ADMIN, Role.SCHOOL_ADMIN, None, False),
    (Role.REGISTRAR, Role.STUDENT, "campus", True),
    (Role.REGISTRAR, Role.GUARDIAN, "campus", True),
    (Role.REGISTRAR, Role.TEACHER, "campus", False),
    (Role.REGISTRAR, Role.STUDENT, "far", False),
    (Role.TEACHER, Role.STUDENT, "campus", False),
    (Role.STUDENT, Role.STUDENT, "campus", False),
]


@pytest.mark.parametrize(("giver", "role", "where", "allowed"), GIVES)
@pytest.mark.parametrize("verb", ["add", "end"])
def test_roles_are_given_downwards_only(
    giver: Role, role: Role, where: str | None, allowed: bool, verb: str, house: House
) -> None:
    somebody = UserFactory.create(school=house.school)
    campus: Any = getattr(house, where) if where else None
    assignment = RoleAssignmentFactory.create(user=somebody, role=role, campus=campus)
    assert may(house.actor(giver), verb, assignment) is allowed


@pytest.mark.parametrize("principal", [*FAMILY, Role.TEACHER, Role.REGISTRAR, Role.ACCOUNTANT])
def test_roles_of_others_are_not_shown(principal: str, house: House) -> None:
    actor = house.actor(principal)
    assert set(RoleAssignment.objects.permitted(actor).values_list("user_id", flat=True)) == {actor.user_id}


def test_impersonations_are_shown_to_both_sides(house: House) -> None:
    Impersonation.objects.create(
        school=house.school,
        user=house.near_teacher,
        impersonator=house.boss,
        reason="to help",
        began_at="2026-06-15T10:00Z",
        expires_at="2026-06-15T10:30Z",
    )
    for user in (house.near_teacher, house.boss):
        assert Impersonation.objects.permitted(user.actor(TODAY)).count() == 1
    for user in (house.far_teacher, house.stranger):
        assert Impersonation.objects.permitted(user.actor(TODAY)).count() == 0
