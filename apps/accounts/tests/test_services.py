"""Rules of roles, logins and switches, and the constraints under them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts import services
from apps.accounts.access import Role
from apps.accounts.models import Campus, Impersonation, RoleAssignment, School, User
from apps.accounts.services.people import end_everything
from apps.accounts.services.roles import BeyondReach, LastAdministrator
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, UserFactory, user_with
from apps.core.errors import Conflict, DomainError, Missing

TODAY = date(2026, 6, 15)


def _give(user: User, role: Role, campus: Campus | None, **more: object) -> RoleAssignment:
    fields = {"actor": None, "begin_date": TODAY, **more}
    return services.assign_role(user=user, role=role, campus=campus, **fields)  # type: ignore[arg-type]  # built above


def test_role_given_twice_is_one(campus: Campus, teacher: User) -> None:
    first, again = (_give(teacher, Role.GUARDIAN, campus) for _ in range(2))
    assert first == again


def test_campus_admin_cannot_make_administrators(campus: Campus, teacher: User) -> None:
    boss = user_with(Role.CAMPUS_ADMIN, campus=campus).actor(TODAY)
    for role, place in (
        (Role.SCHOOL_ADMIN, None),
        (Role.TEACHER, None),
        (Role.ACCOUNTANT, CampusFactory.create(school=campus.school)),
    ):
        with pytest.raises(BeyondReach):
            _give(teacher, role, place, actor=boss)
    assert teacher.role_assignments.count() == 1


def test_role_on_a_campus_of_another_school_is_missing(teacher: User) -> None:
    with pytest.raises(Missing):
        _give(teacher, Role.TEACHER, CampusFactory.create())


def test_school_admin_has_no_campus(campus: Campus, teacher: User) -> None:
    with pytest.raises(DomainError, match="whole school"):
        _give(teacher, Role.SCHOOL_ADMIN, campus)


def test_role_counts_from_its_first_day_until_its_end(campus: Campus) -> None:
    user = UserFactory.create(school=campus.school)
    _give(user, Role.TEACHER, campus, end_date=TODAY + timedelta(days=2))
    held = [user.actor(TODAY + timedelta(days=n)).has(Role.TEACHER) for n in (-1, 0, 1, 2)]
    assert held == [False, True, True, False]


def test_several_campuses_and_the_whole_school_add_up(school: School) -> None:
    north, south = CampusFactory.create(school=school), CampusFactory.create(school=school)
    user = UserFactory.create(school=school)
    _give(user, Role.TEACHER, north)
    _give(user, Role.TEACHER, south)
    assert user.actor(TODAY).roles == {"teacher": frozenset({north.pk, south.pk})}
    _give(user, Role.TEACHER, None)
    assert user.actor(TODAY).roles == {"teacher": None}


def test_role_that_would_never_have_begun_is_taken_back(campus: Campus, teacher: User) -> None:
    role = _give(teacher, Role.ACCOUNTANT, campus, begin_date=TODAY + timedelta(days=9))
    services.end_role(actor=None, assignment=role, end_date=TODAY)
    assert not RoleAssignment.objects.filter(role=Role.ACCOUNTANT).exists()


def test_last_administrator_stays(admin: User) -> None:
    with pytest.raises(LastAdministrator):
        services.end_role(actor=None, assignment=admin.role_assignments.get(), end_date=TODAY)
    with pytest.raises(LastAdministrator):
        services.suspend_user(actor=None, user=admin, today=TODAY)
    other = user_with(Role.SCHOOL_ADMIN, school=admin.school)
    services.suspend_user(actor=other.actor(TODAY), user=admin, today=TODAY)


def test_campus_admin_does_not_act_on_who_stands_higher(campus: Campus) -> None:
    boss = user_with(Role.CAMPUS_ADMIN, campus=campus).actor(TODAY)
    head = user_with(Role.SCHOOL_ADMIN, school=campus.school)
    RoleAssignmentFactory.create(user=head, role=Role.TEACHER, campus=campus)
    for act in (services.suspend_user, services.reactivate_user, services.change_user):
        with pytest.raises(BeyondReach):
            act(actor=boss, user=head, today=TODAY)


def test_nobody_suspends_themselves(admin: User) -> None:
    user_with(Role.SCHOOL_ADMIN, school=admin.school)
    with pytest.raises(Conflict, match="your own"):
        services.suspend_user(actor=admin.actor(TODAY), user=admin, today=TODAY)


def test_end_everything_raises_the_epoch(teacher: User) -> None:
    before = teacher.get_session_auth_hash()
    assert end_everything(user=teacher).auth_epoch == 1
    assert teacher.get_session_auth_hash() != before


def test_two_people_switch_different_features(campus: Campus) -> None:
    stale = Campus.objects.get(pk=campus.pk)
    services.switch_features(campus=campus, features={"leaderboards": True})
    services.switch_features(campus=stale, features={"waiting_list": False})
    campus.refresh_from_db()
    assert campus.features == {"leaderboards": True, "waiting_list": False}


def test_unknown_switches_and_words_are_refused(campus: Campus) -> None:
    with pytest.raises(DomainError, match="switches"):
        services.switch_features(campus=campus, features={"launch_missiles": True})
    with pytest.raises(DomainError, match="renamed"):
        services.change_school(school=campus.school, labels={"password": "x"})


def test_two_campuses_with_one_code(campus: Campus) -> None:
    with pytest.raises(Conflict):
        services.add_campus(school=campus.school, name="Other", code=campus.code)
    assert services.add_campus(school=CampusFactory.create().school, name="Other", code=campus.code)


def _refused(name: str) -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError, match=name)


def test_constraints(campus: Campus, teacher: User) -> None:
    school, now = campus.school, timezone.now()
    role = {"school": school, "user": teacher, "begin_date": TODAY}
    look = {"school": school, "user": teacher, "reason": "x", "began_at": now}
    with _refused("accounts_role_dates_in_order"), transaction.atomic():
        RoleAssignment.objects.create(**role, role=Role.STUDENT, end_date=TODAY)
    with _refused("accounts_role_open_once"), transaction.atomic():
        RoleAssignment.objects.bulk_create([RoleAssignment(**role, role=Role.STUDENT) for _ in range(2)])
    with _refused("accounts_role_school_admin_whole_school"), transaction.atomic():
        RoleAssignment.objects.create(**role, role=Role.SCHOOL_ADMIN, campus=campus)
    with _refused("accounts_user_email"), transaction.atomic():
        UserFactory.create(school=school, email=teacher.email.upper())
    with _refused("accounts_campus_code"), transaction.atomic():
        CampusFactory.create(school=school, code=campus.code)
    with _refused("accounts_impersonation_of_another"), transaction.atomic():
        Impersonation.objects.create(**look, impersonator=teacher, expires_at=now + timedelta(1))
    with _refused("accounts_impersonation_ends"), transaction.atomic():
        Impersonation.objects.create(**look, impersonator=UserFactory.create(school=school), expires_at=now)
