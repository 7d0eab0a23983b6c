"""A pupil's way through the school, the family, and staff."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.academics import services
from apps.academics.models import CampusEnrollment, Enrollment, Section, Student
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import TODAY, World
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory
from apps.core.errors import Conflict, DomainError, StaleVersion
from apps.core.policy import Actor
from apps.messaging.models import Notification


def admit(world: World, **more: Any) -> Student:
    values: dict[str, Any] = {"given_name": "Asha", "begin_date": TODAY, "campus": world.campus, **more}
    return services.admit_student(actor=world.registrar, **values)


def test_admit_gives_the_next_admission_number_and_opens_a_stay(world: World) -> None:
    grade = make.GradeLevelFactory.create(school=world.school)
    first, second = admit(world, grade_level=grade), admit(world)
    assert (first.admission_number, second.admission_number) == ("2026-0001", "2026-0002")
    stay = first.campus_enrollments.get()
    assert (stay.campus, stay.grade_level, stay.begin_date, stay.end_date) == (
        world.campus,
        grade,
        TODAY,
        None,
    )


def test_admit_into_a_full_homeroom_admits_nobody(world: World) -> None:
    with pytest.raises(Conflict) as error:
        admit(world, section=world.homeroom(capacity=0))
    assert error.value.code == "SECTION_FULL"
    assert not Student.objects.exists()


def test_admit_names_the_field_of_a_taken_admission_number(world: World) -> None:
    admit(world, admission_number="A1")
    with pytest.raises(Conflict) as error:
        admit(world, admission_number="A1")
    assert (error.value.code, error.value.field) == ("DUPLICATE", "admission_number")


def test_admit_refuses_a_birth_date_ahead(world: World) -> None:
    with pytest.raises(DomainError) as error:
        admit(world, birth_date=date(2030, 1, 1))
    assert error.value.field == "birth_date"


def test_change_with_an_old_version_shows_both_values(world: World) -> None:
    student = admit(world)
    old = Student.objects.get(pk=student.pk)
    services.change_student(actor=world.registrar, student=student, expected=1, today=TODAY, phone="111")
    with pytest.raises(StaleVersion) as error:
        services.change_student(actor=world.registrar, student=old, expected=1, today=TODAY, phone="222")
    assert error.value.values == {"yours": {"phone": "222"}, "theirs": {"phone": "111", "version": 2}}


def test_withdraw_ends_stay_and_places_and_frees_seats(world: World) -> None:
    student = admit(world, section=world.homeroom(capacity=5))
    student = services.withdraw_student(
        actor=world.registrar, student=student, effective_date=date(2026, 9, 1), reason="Moved"
    )
    assert student.status == "withdrawn"
    stay = student.campus_enrollments.get()
    assert (stay.end_date, stay.exit_reason) == (date(2026, 9, 1), "Moved")
    assert Enrollment.objects.get().end_date == date(2026, 9, 1)
    assert Section.objects.get().seats_taken == 0


def test_withdraw_before_the_entry_is_refused(world: World) -> None:
    with pytest.raises(DomainError) as error:
        services.withdraw_student(
            actor=world.registrar, student=admit(world), effective_date=date(2026, 6, 14), reason="x"
        )
    assert error.value.code == "BEFORE_ENTRY"


def test_transfer_moves_campus_and_ends_places_there(world: World) -> None:
    other = CampusFactory.create(school=world.school)
    student = admit(world, section=world.homeroom())
    student = services.transfer_student(
        actor=world.registrar, student=student, campus=other, effective_date=date(2026, 9, 1)
    )
    assert student.campus == other
    assert Enrollment.objects.get().status == "transferred"
    stays = CampusEnrollment.objects.filter(student=student).order_by("begin_date", "created_at")
    assert [(stay.campus, stay.end_date) for stay in stays] == [
        (world.campus, date(2026, 9, 1)),
        (other, None),
    ]


def test_promote_completes_what_is_over_and_enters_the_new_homeroom(world: World) -> None:
    nine, ten = make.GradeLevelFactory.create_batch(2, school=world.school)
    student = admit(world, grade_level=nine, section=world.homeroom())
    next_year = make.AcademicSessionFactory.create(
        school=world.school, begin_date=date(2027, 4, 1), end_date=date(2028, 4, 1)
    )
    home = make.HomeroomFactory.create(school=world.school, campus=world.campus, session=next_year)
    student = services.promote_student(
        actor=world.registrar, student=student, grade_level=ten, effective_date=date(2027, 4, 1), section=home
    )
    assert student.grade_level == ten
    places = Enrollment.objects.filter(student=student).order_by("begin_date")
    assert [place.status for place in places] == ["completed", "active"]


def test_readmitted_pupil_has_two_stays(world: World) -> None:
    student = admit(world)
    student = services.withdraw_student(
        actor=world.registrar, student=student, effective_date=date(2026, 7, 1), reason="Moved"
    )
    student = services.readmit_student(
        actor=world.registrar, student=student, campus=world.campus, begin_date=date(2026, 8, 1)
    )
    assert (student.status, student.campus_enrollments.count()) == ("active", 2)
    with pytest.raises(Conflict):
        services.readmit_student(
            actor=world.registrar, student=student, campus=world.campus, begin_date=date(2026, 8, 1)
        )


def test_only_one_guardian_is_called_first(world: World) -> None:
    student = admit(world)
    add: dict[str, Any] = {"actor": world.registrar, "student": student, "begin_date": TODAY}
    first = services.add_guardian(given_name="Meera", link={"is_primary": True}, **add)
    services.add_guardian(given_name="Ravi", link={"is_primary": True}, **add)
    first.refresh_from_db()
    assert first.is_primary is False


def test_shares_of_the_fees_make_at_most_the_whole(world: World) -> None:
    student = admit(world)
    add: dict[str, Any] = {"actor": world.registrar, "student": student, "begin_date": TODAY}
    services.add_guardian(given_name="Meera", link={"pays_share": Decimal(60)}, **add)
    with pytest.raises(DomainError) as error:
        services.add_guardian(given_name="Ravi", link={"pays_share": Decimal(50)}, **add)
    assert error.value.code == "SHARES_TOO_HIGH"


def test_ended_guardianship_may_begin_again(world: World) -> None:
    student = admit(world)
    link = services.add_guardian(actor=world.registrar, student=student, begin_date=TODAY, given_name="Meera")
    with pytest.raises(Conflict):
        services.link_guardian(
            actor=world.registrar, student=student, guardian=link.guardian, begin_date=TODAY
        )
    services.end_guardianship(actor=world.registrar, guardianship=link, end_date=date(2026, 7, 1))
    again = services.link_guardian(
        actor=world.registrar, student=student, guardian=link.guardian, begin_date=date(2026, 8, 1)
    )
    assert again.end_date is None


def test_staff_who_leave_teach_no_more(world: World) -> None:
    staff = services.hire_staff_member(
        actor=world.registrar, campus=world.campus, given_name="Anil", employee_id="E1", joined_date=TODAY
    )
    row = services.assign_teacher(
        actor=world.registrar, section=world.section(), staff=staff, begin_date=TODAY
    )
    services.end_employment(actor=world.registrar, staff=staff, left_date=date(2026, 9, 1))
    row.refresh_from_db()
    assert row.end_date == date(2026, 9, 1)


def test_new_main_teacher_turns_the_former_into_a_second_one(world: World) -> None:
    section = world.section()
    first, second = make.StaffMemberFactory.create_batch(2, school=world.school, campus=world.campus)
    row = services.assign_teacher(actor=world.registrar, section=section, staff=first, begin_date=TODAY)
    services.assign_teacher(actor=world.registrar, section=section, staff=second, begin_date=TODAY)
    row.refresh_from_db()
    assert row.is_primary is False
    with pytest.raises(Conflict) as error:
        services.assign_teacher(actor=world.registrar, section=section, staff=second, begin_date=TODAY)
    assert error.value.code == "TEACHES_ALREADY"


@pytest.fixture
def parent(world: World) -> tuple[Actor, Any, Student]:
    user = world.login(Role.GUARDIAN)
    guardian = make.GuardianFactory.create(school=world.school, user=user, phone="old")
    student = world.student(address="Old street")
    make.GuardianshipFactory.create(school=world.school, student=student, guardian=guardian)
    return user.actor(TODAY), guardian, student


def test_contact_request_keeps_before_and_after_and_is_taken_over(
    world: World, parent: tuple[Actor, Any, Student]
) -> None:
    actor, guardian, student = parent
    row = services.request_contact_change(
        actor=actor, student=student, guardian=guardian, after={"phone": "new", "email": guardian.email}
    )
    assert (row.before, row.after) == ({"phone": "old"}, {"phone": "new"})
    row = services.accept_contact_change(actor=world.registrar, request=row, now=timezone.now())
    guardian.refresh_from_db()
    assert (guardian.phone, guardian.version, row.state) == ("new", 2, "accepted")
    assert Notification.objects.get().recipient_id == actor.user_id
    with pytest.raises(Conflict, match="settled"):
        services.decline_contact_change(actor=world.registrar, request=row, now=timezone.now(), note="late")


def test_contact_request_overtaken_by_the_office_shows_both_values(
    world: World, parent: tuple[Actor, Any, Student]
) -> None:
    actor, _guardian, student = parent
    row = services.request_contact_change(actor=actor, student=student, after={"address": "New street"})
    services.change_student(
        actor=world.registrar, student=student, expected=1, today=TODAY, address="Third street"
    )
    with pytest.raises(StaleVersion) as error:
        services.accept_contact_change(actor=world.registrar, request=row, now=timezone.now())
    assert error.value.values["theirs"] == {"address": "Third street"}


def test_second_wish_replaces_the_first(world: World, parent: tuple[Actor, Any, Student]) -> None:
    actor, _guardian, student = parent
    first = services.request_contact_change(actor=actor, student=student, after={"phone": "1"})
    services.request_contact_change(actor=actor, student=student, after={"phone": "2"})
    first.refresh_from_db()
    assert first.state == "withdrawn"


def test_contact_request_of_nothing_new_or_nonsense_is_refused(
    world: World, parent: tuple[Actor, Any, Student]
) -> None:
    actor, _guardian, student = parent
    with pytest.raises(DomainError, match="on file already"):
        services.request_contact_change(actor=actor, student=student, after={"address": "Old street"})
    with pytest.raises(DomainError) as error:
        services.request_contact_change(actor=actor, student=student, after={"email": "nonsense"})
    assert error.value.field == "email"


def test_declining_needs_a_word_to_the_family(world: World, parent: tuple[Actor, Any, Student]) -> None:
    actor, _guardian, student = parent
    row = services.request_contact_change(actor=actor, student=student, after={"phone": "1"})
    with pytest.raises(DomainError) as error:
        services.decline_contact_change(actor=world.registrar, request=row, now=timezone.now(), note=" ")
    assert error.value.field == "note"
