"""Who gets a place, and how places end."""

from datetime import date
from typing import Any

import pytest

from apps.academics import services
from apps.academics.models import Enrollment, EnrollmentStatus, Section, StudentStatus
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import World
from apps.accounts.models import Role
from apps.accounts.tests.factories import actor_with
from apps.core.errors import Conflict, Denied, DomainError, Missing


def enroll(world: World, student: Any, section: Any, **more: Any) -> Enrollment:
    values: dict[str, Any] = {"begin_date": date(2026, 6, 15), **more}
    return services.enroll(actor=world.registrar, student=student, section=section, **values)


def seats(section: Any) -> int:
    return Section.objects.get(pk=section.pk).seats_taken


def refused(world: World, student: Any, section: Any, **more: Any) -> str:
    with pytest.raises(DomainError) as error:
        enroll(world, student, section, **more)
    return error.value.code


def test_enroll_takes_a_seat_until_the_session_ends_and_notes_it(world: World) -> None:
    section = world.section()
    row = enroll(world, world.student(), section)
    assert (row.status, row.begin_date, row.end_date) == ("active", date(2026, 6, 15), date(2027, 4, 1))
    assert seats(section) == 1
    assert list(row.status_changes.values_list("status", "effective_date")) == [("active", date(2026, 6, 15))]


def test_enroll_refuses_when_full(world: World) -> None:
    section = world.section(capacity=1)
    enroll(world, world.student(), section)
    with pytest.raises(Conflict) as error:
        enroll(world, world.student(), section)
    assert (error.value.code, error.value.status) == ("SECTION_FULL", 409)
    assert error.value.values == {"capacity": 1, "waiting_list": True}
    assert seats(section) == 1


def test_enroll_refuses_the_same_section_twice(world: World) -> None:
    student, section = world.student(), world.section()
    enroll(world, student, section)
    assert refused(world, student, section) == "ALREADY_ENROLLED"


def test_enroll_refuses_the_same_course_twice_in_a_session(world: World) -> None:
    student, course = world.student(), world.course()
    enroll(world, student, world.section(course=course))
    assert refused(world, student, world.section(course=course)) == "COURSE_TAKEN"


def test_enroll_takes_the_same_course_in_another_session(world: World) -> None:
    student, course = world.student(), world.course()
    enroll(world, student, world.section(course=course))
    later = make.AcademicSessionFactory.create(
        school=world.school, begin_date=date(2027, 4, 1), end_date=date(2028, 4, 1)
    )
    other = make.SectionFactory.create(school=world.school, campus=world.campus, session=later, course=course)
    assert enroll(world, student, other, begin_date=date(2027, 4, 1)).status == EnrollmentStatus.ACTIVE


def test_enroll_refuses_a_second_homeroom_even_with_a_reason(world: World) -> None:
    student = world.student()
    enroll(world, student, world.homeroom())
    assert refused(world, student, world.homeroom(), override_reason="asked for") == "HOMEROOM_TAKEN"


def test_enroll_takes_a_homeroom_and_lessons_of_one_course(world: World) -> None:
    student, course = world.student(), world.course()
    enroll(world, student, world.homeroom(course=course))
    assert enroll(world, student, world.section(course=course)).status == EnrollmentStatus.ACTIVE


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [
        (date(2026, 3, 31), None, "OUTSIDE_SESSION"),
        (date(2027, 4, 1), None, "OUTSIDE_SESSION"),
        (date(2026, 6, 1), date(2027, 4, 2), "OUTSIDE_SESSION"),
        (date(2026, 6, 2), date(2026, 6, 1), "DATES_OUT_OF_ORDER"),
    ],
)
def test_enroll_refuses_dates_outside_the_session(
    world: World, begin: date, end: date | None, code: str
) -> None:
    assert refused(world, world.student(), world.section(), begin_date=begin, end_date=end) == code


def test_enroll_refuses_without_the_prerequisite_and_names_it(world: World) -> None:
    first, second = world.course(name="Algebra 1"), world.course(name="Algebra 2")
    make.CoursePrerequisiteFactory.create(school=world.school, course=second, requires=first)
    with pytest.raises(DomainError, match="Algebra 1") as error:
        enroll(world, world.student(), world.section(course=second))
    assert error.value.code == "PREREQUISITES_MISSING"


def test_enroll_counts_a_completed_prerequisite_but_not_a_running_or_left_one(world: World) -> None:
    student = world.student()
    first, second = world.course(), world.course()
    make.CoursePrerequisiteFactory.create(school=world.school, course=second, requires=first)
    section = world.section(course=second)
    running = enroll(world, student, world.section(course=first))
    assert refused(world, student, section) == "PREREQUISITES_MISSING"
    services.complete_enrollment(actor=world.registrar, enrollment=running, effective_date=date(2026, 6, 15))
    assert enroll(world, student, section).status == EnrollmentStatus.ACTIVE


def test_enroll_overrides_prerequisites_with_a_reason_that_is_kept(world: World) -> None:
    second = world.course()
    make.CoursePrerequisiteFactory.create(school=world.school, course=second)
    row = enroll(world, world.student(), world.section(course=second), override_reason="Passed a test")
    assert row.override_reason == "Passed a test"


def test_enroll_override_is_not_for_a_campus_administrator(world: World) -> None:
    actor = actor_with(Role.CAMPUS_ADMIN, campus=world.campus)
    with pytest.raises(Denied):
        services.enroll(
            actor=actor,
            student=world.student(),
            section=world.section(),
            begin_date=date(2026, 6, 15),
            override_reason="because",
        )


def test_enroll_override_never_makes_a_seat(world: World) -> None:
    section = world.section(capacity=0)
    assert refused(world, world.student(), section, override_reason="please") == "SECTION_FULL"


def test_enroll_refuses_closed_sections_and_pupils_who_left(world: World) -> None:
    assert refused(world, world.student(), world.section(is_active=False)) == "SECTION_CLOSED"
    gone = world.student(status=StudentStatus.WITHDRAWN)
    assert refused(world, gone, world.section()) == "STUDENT_NOT_ENROLLED"


def test_enroll_refuses_another_campus_and_hides_another_school(world: World) -> None:
    other_campus = make.SectionFactory.create(school=world.school, session=world.year)
    assert refused(world, world.student(), other_campus) == "OTHER_CAMPUS"
    with pytest.raises(Missing):
        enroll(world, world.student(), make.SectionFactory.create())
    with pytest.raises(Missing):
        enroll(world, make.StudentFactory.create(), world.section())


def test_withdraw_frees_the_seat_and_keeps_the_history(world: World) -> None:
    section = world.section()
    row = enroll(world, world.student(), section)
    row = services.withdraw_enrollment(
        actor=world.registrar, enrollment=row, effective_date=date(2026, 7, 1), reason="Changed subject"
    )
    assert (row.status, row.end_date, seats(section)) == ("withdrawn", date(2026, 7, 1), 0)
    assert list(row.status_changes.values_list("status", "reason")) == [
        ("active", ""),
        ("withdrawn", "Changed subject"),
    ]


def test_withdraw_twice_frees_one_seat(world: World) -> None:
    section = world.section()
    enroll(world, world.student(), section)
    row = enroll(world, world.student(), section)
    values: dict[str, Any] = {"actor": world.registrar, "effective_date": date(2026, 7, 1)}
    services.withdraw_enrollment(enrollment=row, **values)
    with pytest.raises(Conflict, match="ended already"):
        services.withdraw_enrollment(enrollment=row, **values)
    assert seats(section) == 1


def test_withdraw_before_the_first_day_leaves_no_day(world: World) -> None:
    row = enroll(world, world.student(), world.section(), begin_date=date(2026, 8, 1))
    row = services.withdraw_enrollment(actor=world.registrar, enrollment=row, effective_date=date(2026, 8, 1))
    assert not Enrollment.objects.active_on(date(2026, 8, 1)).filter(pk=row.pk).exists()
    with pytest.raises(DomainError, match="begins on"):
        services.withdraw_enrollment(actor=world.registrar, enrollment=row, effective_date=date(2026, 7, 31))


def test_places_may_be_taken_again_after_leaving(world: World) -> None:
    student, section = world.student(), world.section()
    first = enroll(world, student, section)
    services.withdraw_enrollment(actor=world.registrar, enrollment=first, effective_date=date(2026, 7, 1))
    assert enroll(world, student, section, begin_date=date(2026, 8, 1)).pk != first.pk
    assert seats(section) == 1
