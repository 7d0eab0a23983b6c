"""People of the school become logins: whom the school invites, with which role, and who stays apart."""

from datetime import UTC, datetime
from typing import Any

import pytest

from apps.academics import services
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import TODAY, World
from apps.accounts.models import Role, RoleAssignment, User
from apps.accounts.tests.factories import UserFactory, actor_with, user_with
from apps.core.errors import Conflict, DomainError
from apps.core.models import Job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


def invited(world: World, person: Any) -> User:
    return services.invite_person(actor=world.actor, person=person, now=NOW, today=TODAY)


def roles(user: User) -> set[tuple[str, Any]]:
    return set(RoleAssignment.objects.filter(user=user).values_list("role", "campus"))


def guardian(world: World, **data: Any) -> Any:
    row = make.GuardianFactory.create(school=world.school, email="meera@example.test", **data)
    make.GuardianshipFactory.create(school=world.school, student=world.student(), guardian=row)
    return row


def test_a_guardian_gets_a_login_a_role_and_a_mail(world: World) -> None:
    row = guardian(world)
    user = invited(world, row)
    row.refresh_from_db()
    assert (row.user, user.email, user.invited_at) == (user, "meera@example.test", NOW)
    assert roles(user) == {(Role.GUARDIAN, world.campus.pk)}
    assert list(Job.objects.values_list("task", flat=True)) == ["accounts.mail_invitation"]


def test_a_pupil_and_a_teacher_get_their_own_roles(world: World) -> None:
    student = world.student(email="asha@example.test")
    staff = make.StaffMemberFactory.create(
        school=world.school, campus=world.campus, email="anil@example.test"
    )
    assert roles(invited(world, student)) == {(Role.STUDENT, world.campus.pk)}
    admin = actor_with(Role.SCHOOL_ADMIN, school=world.school, today=TODAY)
    user = services.invite_person(actor=admin, person=staff, now=NOW, today=TODAY)
    assert roles(user) == {(Role.TEACHER, world.campus.pk)}


def test_a_registrar_makes_no_teachers(world: World) -> None:
    staff = make.StaffMemberFactory.create(
        school=world.school, campus=world.campus, email="anil@example.test"
    )
    with pytest.raises(DomainError) as refusal:
        invited(world, staff)
    assert (refusal.value.status, User.objects.filter(email="anil@example.test").exists()) == (403, False)


def test_who_was_invited_before_gets_a_new_link_and_no_second_login(world: World) -> None:
    row = guardian(world)
    first = invited(world, row)
    row.refresh_from_db()
    assert invited(world, row) == first
    assert Job.objects.count() == 2


def test_a_teacher_who_is_a_parent_keeps_the_login(world: World) -> None:
    teacher = user_with(Role.TEACHER, campus=world.campus)
    User.objects.filter(pk=teacher.pk).update(email="meera@example.test")
    row = guardian(world)
    assert invited(world, row) == teacher
    assert roles(teacher) == {(Role.TEACHER, world.campus.pk), (Role.GUARDIAN, world.campus.pk)}
    assert not Job.objects.exists()


@pytest.mark.parametrize("case", ["pupil", "second guardian", "suspended", "other school"])
def test_an_address_of_somebody_else_is_refused(world: World, case: str) -> None:
    taken = UserFactory.create(email="meera@example.test", is_active=case != "suspended")
    if case != "other school":
        User.objects.filter(pk=taken.pk).update(school=world.school)
    if case == "second guardian":
        make.GuardianFactory.create(school=world.school, user=taken)
    person = world.student(email="meera@example.test") if case == "pupil" else guardian(world)
    with pytest.raises(Conflict) as refusal:
        invited(world, person)
    assert refusal.value.code == "DUPLICATE"


def test_without_an_address_a_child_or_a_post_nobody_is_invited(world: World) -> None:
    nobody = make.GuardianFactory.create(school=world.school, email="x@example.test")
    gone = make.StaffMemberFactory.create(
        school=world.school, campus=world.campus, email="g@example.test", left_date=TODAY
    )
    for person, code in (
        (guardian(world, given_name="A"), ""),
        (world.student(), "EMAIL"),
        (nobody, "NO_CHILD"),
        (gone, "LEFT_ALREADY"),
    ):
        if code:
            with pytest.raises(DomainError) as refusal:
                invited(world, person)
            assert refusal.value.code == code


def test_who_signs_in_already_is_not_invited(world: World) -> None:
    row = guardian(world)
    invited(world, row).set_password("a much better password")
    row.refresh_from_db()
    row.user.set_password("a much better password")
    row.user.save()
    with pytest.raises(Conflict, match="signs in already"):
        invited(world, row)


def test_many_are_invited_and_the_others_named(world: World) -> None:
    students = [world.student(email=f"s{n}@example.test") for n in range(2)]
    students.append(world.student(given_name="Nomail", family_name=""))
    told = services.invite_people(actor=world.actor, people=students, now=NOW, today=TODAY)
    assert (told.count, told.refused) == (2, ["Nomail"])
