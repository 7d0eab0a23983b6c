"""The policy language itself: reaches, dated links, conditions, and the one query behind list and yes/no."""

import uuid
from datetime import date, timedelta

import pytest
from django.db.models import Q

from apps.accounts.access import Role
from apps.accounts.models import Campus, RoleAssignment, User
from apps.accounts.tests.factories import (
    CampusFactory,
    RoleAssignmentFactory,
    SchoolFactory,
    UserFactory,
)
from apps.core.errors import Denied, Missing
from apps.core.policy import (
    CAMPUS,
    OWN,
    SCHOOL,
    Actor,
    Grant,
    Policy,
    added,
    may,
    permitted_or_missing,
    reach,
)

TODAY = date(2026, 9, 1)
pytestmark = pytest.mark.django_db


def actor(user: User, **roles: frozenset[uuid.UUID] | None) -> Actor:
    return Actor(user.pk, user.school_id, TODAY, roles)


def test_no_role_no_rows() -> None:
    user = UserFactory.create()

    assert not User.objects.permitted(actor(user)).exists()
    assert not User.objects.permitted(Actor.anonymous(TODAY)).exists()


def test_a_role_elsewhere_never_reaches_another_school() -> None:
    mine, theirs = SchoolFactory.create_batch(2)
    head = actor(UserFactory.create(school=mine), school_admin=None)
    foreign = CampusFactory.create(school=theirs)

    assert foreign not in Campus.objects.permitted(head)
    assert not may(head, "change", foreign)


def test_campus_roles_stop_at_the_campus() -> None:
    school = SchoolFactory.create()
    north, south = CampusFactory.create_batch(2, school=school)
    admin = actor(UserFactory.create(school=school), campus_admin=frozenset({north.pk}))

    assert list(Campus.objects.permitted(admin, "change")) == [north]
    assert may(admin, "change", north)
    assert not may(admin, "change", south)


def test_an_open_campus_role_counts_for_the_whole_school() -> None:
    school = SchoolFactory.create()
    campuses = CampusFactory.create_batch(2, school=school)
    admin = actor(UserFactory.create(school=school), campus_admin=None)

    assert set(Campus.objects.permitted(admin, "change")) == set(campuses)


def test_reaches_add_up_and_rows_come_once() -> None:
    school = SchoolFactory.create()
    campus = CampusFactory.create(school=school)
    user = UserFactory.create(school=school)
    for role in (Role.TEACHER, Role.REGISTRAR):
        RoleAssignmentFactory.create(user=user, role=role, campus=campus)
    admin = actor(user, campus_admin=frozenset({campus.pk}))

    assert list(User.objects.permitted(admin)) == [user]


def test_the_boolean_and_the_list_agree_on_foreign_and_missing() -> None:
    mine = UserFactory.create()
    other = UserFactory.create(school=mine.school)
    teacher = actor(mine, teacher=None)

    assert permitted_or_missing(User.objects.all(), teacher, pk=mine.pk) == mine
    for pk in (other.pk, uuid.uuid4()):
        with pytest.raises(Missing):
            permitted_or_missing(User.objects.all(), teacher, pk=pk)
    with pytest.raises(Denied):
        permitted_or_missing(User.objects.all(), teacher, "impersonate", pk=mine.pk)


def test_added_refuses_a_row_out_of_reach() -> None:
    school = SchoolFactory.create()
    north, south = CampusFactory.create_batch(2, school=school)
    admin = actor(UserFactory.create(school=school), campus_admin=frozenset({north.pk}))

    assert added(admin, RoleAssignmentFactory.create(user__school=school, role=Role.TEACHER, campus=north))
    with pytest.raises(Missing):
        added(admin, RoleAssignmentFactory.create(user__school=school, role=Role.TEACHER, campus=south))


@pytest.mark.parametrize(
    ("begins", "ends", "counts"),
    [(0, None, True), (0, 1, True), (1, None, False), (-5, 0, False), (-5, 5, True)],
)
def test_a_dated_link_counts_only_while_it_is_active(begins: int, ends: int | None, counts: bool) -> None:
    user = UserFactory.create()
    RoleAssignmentFactory.create(
        user=user,
        begin_date=TODAY + timedelta(days=begins),
        end_date=None if ends is None else TODAY + timedelta(days=ends),
    )
    policy = Policy(
        paths={SCHOOL: "school", OWN: reach("role_assignments__user", "role_assignments")},
        grants={"view": {"teacher": OWN}},
    )

    condition = policy.condition(actor(user, teacher=None), "view", User.objects.all())

    assert User.objects.filter(condition).exists() is counts


def test_dates_and_holder_are_asked_of_the_same_link() -> None:
    """One link of mine that has ended and one of somebody else that is active must not add up."""
    school = SchoolFactory.create()
    me, other = UserFactory.create_batch(2, school=school)
    campus = CampusFactory.create(school=school)
    ended = TODAY - timedelta(days=1)
    RoleAssignmentFactory.create(
        user=me, role=Role.TEACHER, campus=campus, begin_date=ended - timedelta(days=9), end_date=ended
    )
    RoleAssignmentFactory.create(user=other, role=Role.TEACHER, campus=campus, begin_date=ended)
    policy = Policy(
        paths={SCHOOL: "school", OWN: reach("role_assignments__user", "role_assignments")},
        grants={"view": {"teacher": OWN}},
    )

    condition = policy.condition(actor(me, teacher=None), "view", Campus.objects.all())

    assert not Campus.objects.filter(condition).exists()


def test_a_condition_narrows_a_grant() -> None:
    school = SchoolFactory.create()
    open_one, closed = (CampusFactory.create(school=school, is_active=on) for on in (True, False))
    policy = Policy(
        paths={SCHOOL: "school", CAMPUS: "pk"},
        grants={"view": {"teacher": Grant(CAMPUS, when=Q(is_active=True))}},
    )
    teacher = actor(UserFactory.create(school=school), teacher=frozenset({open_one.pk, closed.pk}))

    condition = policy.condition(teacher, "view", Campus.objects.all())

    assert list(Campus.objects.filter(condition)) == [open_one]


def test_a_grant_without_a_path_is_a_mistake_in_the_code() -> None:
    with pytest.raises(ValueError, match="child"):
        Policy(paths={SCHOOL: "school"}, grants={"view": {"guardian": "child"}})


def test_roles_are_read_with_their_dates() -> None:
    user = UserFactory.create()
    campus = CampusFactory.create(school=user.school)
    RoleAssignmentFactory.create(user=user, role=Role.TEACHER, campus=campus, begin_date=TODAY)
    RoleAssignmentFactory.create(
        user=user,
        role=Role.ACCOUNTANT,
        campus=None,
        begin_date=TODAY - timedelta(days=9),
        end_date=TODAY,
    )

    assert user.actor(TODAY).roles == {"teacher": frozenset({campus.pk})}
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()
    assert user.actor(TODAY).roles == {}
    assert RoleAssignment.objects.count() == 2
