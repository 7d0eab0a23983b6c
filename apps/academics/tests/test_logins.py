"""People of the school become logins: whom the school invites, with which role, and who stays apart."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from apps.academics import services
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import TODAY, World
from apps.accounts.models import Role, RoleAssignment, User
from apps.accounts.tests.factories import UserFactory, actor_with, user_with
from apps.core import jobs
from apps.core.errors import Conflict, DomainError
from apps.core.models import Job
from apps.messaging.models import Notification

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


def invited(world: World, person: Any) -> User:
    return services.invite_person(actor=world.registrar, person=person, now=NOW, today=TODAY)


def roles(user: User) -> set[tuple[str, Any]]:
    return set(RoleAssignment.objects.filter(user=user).values_list("role", "campus"))


def guardian(world: World, **data: Any) -> Any:
    data = {"email": "meera@example.test", **data}
    row = make.GuardianFactory.create(school=world.school, **data)
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
    for person, code in ((world.student(), "EMAIL"), (nobody, "NO_CHILD"), (gone, "LEFT_ALREADY")):
        with pytest.raises(DomainError) as refusal:
            invited(world, person)
        assert refusal.value.code == code


def test_who_signs_in_already_is_not_invited(world: World) -> None:
    row = guardian(world, user=UserFactory.create(school=world.school))
    with pytest.raises(Conflict, match="signs in already"):
        invited(world, row)


def test_many_are_invited_and_the_others_named(world: World) -> None:
    students = [world.student(email=f"s{n}@example.test") for n in range(2)]
    students.append(world.student(given_name="Nomail", family_name=""))
    told = services.invite_people(actor=world.registrar, people=students, now=NOW, today=TODAY)
    assert (told.count, told.refused) == (2, ["Nomail"])


def entered(world: World, role: Role) -> Client:
    client = Client()
    client.force_login(world.login(role))
    return client


def test_the_page_of_a_guardian_invites(world: World) -> None:
    row = guardian(world)
    page = f"/academics/guardians/{row.pk}/sign-in/"
    client = entered(world, Role.REGISTRAR)
    assert b"Invite to sign in" in client.get(page).content
    assert client.post(page)["Location"] == page
    row.refresh_from_db()
    assert row.user is not None
    assert b"has not answered yet" in client.get(page).content


@pytest.mark.parametrize(
    ("kind", "role", "status"),
    [
        ("students", Role.REGISTRAR, 200),
        ("students", Role.TEACHER, 403),
        ("staff", Role.CAMPUS_ADMIN, 200),
        ("staff", Role.REGISTRAR, 403),
    ],
)
def test_who_sees_the_sign_in_tab(world: World, kind: str, role: Role, status: int) -> None:
    staff = make.StaffMemberFactory.create(school=world.school, campus=world.campus)
    person = world.student() if kind == "students" else staff
    assert entered(world, role).get(f"/academics/{kind}/{person.pk}/sign-in/").status_code == status


def test_families_are_invited_from_the_list(world: World) -> None:
    first, second = guardian(world), guardian(world, email="")
    students = [one.guardianships.get().student_id for one in (first, second)]
    answer = entered(world, Role.REGISTRAR).post(
        "/academics/students/", {"action": "invite-families", "selected": students}, follow=True
    )
    told = [str(message) for message in answer.context["messages"]]
    assert told == ["1 invitation is on its way.", f"Not invited, see their pages: {second}"]


def test_staff_are_invited_from_the_list_by_those_who_may(world: World) -> None:
    staff = make.StaffMemberFactory.create(
        school=world.school, campus=world.campus, email="anil@example.test"
    )
    data = {"action": "invite", "selected": [staff.pk]}
    entered(world, Role.REGISTRAR).post("/academics/staff/", data)
    assert not User.objects.filter(email="anil@example.test").exists()
    entered(world, Role.CAMPUS_ADMIN).post("/academics/staff/", data)
    assert User.objects.filter(email="anil@example.test").exists()


def test_a_whole_school_is_invited_by_a_worker(world: World) -> None:
    guardians = [guardian(world, email=f"g{n}@example.test" if n else "") for n in range(31)]
    students = [one.guardianships.get().student_id for one in guardians]
    client = entered(world, Role.REGISTRAR)
    client.post("/academics/students/", {"action": "invite-families", "selected": students})
    job = Job.objects.get()
    assert (job.task, User.objects.filter(email__startswith="g1").count()) == ("academics.invite_people", 0)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.result, job.error_code) == ({"invited": 30, "refused": 1}, "")
    assert Notification.objects.get().body == (
        f"30 invitations are on their way. Not invited, see their pages: {guardians[0]}"
    )
