"""The waiting list moves by itself, in order, and only to who may come in."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from apps.academics import services
from apps.academics.models import Enrollment, WaitingListEntry
from apps.academics.services.seats import FILL
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import World
from apps.core import jobs
from apps.core.errors import Conflict
from apps.core.models import Job
from apps.messaging.models import Notification

DAY = date(2026, 6, 15)


def take(world: World, section: Any, student: Any = None) -> Any:
    return services.enroll_or_wait(
        actor=world.registrar, student=student or world.student(), section=section, begin_date=DAY
    )


def fill(section: Any) -> list[Enrollment]:
    section.refresh_from_db()
    return services.fill_free_seats(section=section, today=DAY, now=timezone.now())


def test_full_section_offers_a_place_in_the_queue(world: World) -> None:
    section = world.section(capacity=1)
    assert isinstance(take(world, section), Enrollment)
    entry = take(world, section)
    assert isinstance(entry, WaitingListEntry)
    assert entry.state == "waiting"


def test_queueing_twice_keeps_the_place(world: World) -> None:
    section, student = world.section(capacity=0), world.student()
    first = take(world, section, student)
    assert take(world, section, student) == first


def test_campus_without_waiting_lists_refuses(world: World) -> None:
    world.campus.features = {"waiting_list": False}
    world.campus.save()
    with pytest.raises(Conflict) as error:
        take(world, world.section(capacity=0))
    assert error.value.code == "SECTION_FULL"


def test_freed_seat_goes_to_who_waits_longest_by_the_outbox_alone(world: World) -> None:
    section = world.section(capacity=1)
    row = take(world, section)
    first, second = take(world, section), take(world, section)
    services.withdraw_enrollment(actor=world.registrar, enrollment=row, effective_date=DAY)
    section.session.end_date = date(2099, 1, 1)
    section.session.save()
    for job in Job.objects.filter(task=FILL).order_by("created_at"):
        jobs.run(job.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("enrolled", "waiting")
    moved = Enrollment.objects.get(section=section, status="active")
    assert moved.student == first.student
    assert moved.begin_date == timezone.localdate()


def test_raised_capacity_moves_the_queue(world: World) -> None:
    section = world.section(capacity=0)
    entries = [take(world, section) for _ in range(3)]
    services.change_section(actor=world.registrar, section=section, expected=1, capacity=2)
    assert [row.student for row in fill(section)] == [entry.student for entry in entries[:2]]
    section.refresh_from_db()
    assert (section.seats_taken, section.capacity) == (2, 2)


def test_newcomer_does_not_pass_the_queue(world: World) -> None:
    section = world.section(capacity=0)
    take(world, section)
    services.change_section(actor=world.registrar, section=section, expected=1, capacity=1)
    assert isinstance(take(world, section), WaitingListEntry)
    assert len(fill(section)) == 1


def test_pupil_without_prerequisite_is_passed_over_and_keeps_waiting(world: World) -> None:
    section = world.section(capacity=0)
    first, second = take(world, section), take(world, section)
    needed = world.course()
    make.CoursePrerequisiteFactory.create(school=world.school, course=section.course, requires=needed)
    make.EnrollmentFactory.create(
        school=world.school, section=world.section(course=needed), student=second.student, status="completed"
    )
    services.change_section(actor=world.registrar, section=section, expected=1, capacity=1)
    assert [row.student for row in fill(section)] == [second.student]
    first.refresh_from_db()
    assert first.state == "waiting"


def test_pupil_who_left_the_school_leaves_the_queue(world: World) -> None:
    section = world.section(capacity=0)
    entry = take(world, section)
    services.withdraw_student(
        actor=world.registrar, student=entry.student, effective_date=DAY, reason="Moved away"
    )
    entry.refresh_from_db()
    assert entry.state == "removed"


def test_leaving_the_queue_is_final(world: World) -> None:
    section = world.section(capacity=0)
    entry = services.leave_waiting_list(actor=world.registrar, entry=take(world, section))
    assert entry.state == "removed"
    with pytest.raises(Conflict, match="any more"):
        services.leave_waiting_list(actor=world.registrar, entry=entry)
    services.change_section(actor=world.registrar, section=section, expected=1, capacity=5)
    assert fill(section) == []


def test_session_that_is_over_moves_nobody(world: World) -> None:
    section = world.section(capacity=0)
    take(world, section)
    services.change_section(actor=world.registrar, section=section, expected=1, capacity=1)
    section.refresh_from_db()
    assert services.fill_free_seats(section=section, today=date(2027, 4, 1), now=timezone.now()) == []


def test_family_with_the_right_to_be_told_is_told_once(world: World) -> None:
    section, student = world.section(capacity=0), world.student()
    told = make.GuardianFactory.create(school=world.school, email="told@example.test")
    silent = make.GuardianFactory.create(school=world.school, email="silent@example.test")
    make.GuardianshipFactory.create(school=world.school, student=student, guardian=told)
    make.GuardianshipFactory.create(school=world.school, student=student, guardian=silent, may_contact=False)
    take(world, section, student)
    services.change_section(actor=world.registrar, section=section, expected=1, capacity=1)
    fill(section)
    assert list(Notification.objects.values_list("email", "title")) == [
        ("told@example.test", "A seat fell free")
    ]
