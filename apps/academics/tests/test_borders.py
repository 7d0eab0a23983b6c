"""What crosses a border: of campuses, of families, of the days a link holds."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.academics import services
from apps.academics.models import Guardianship
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import TODAY, World
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, UserFactory, user_with
from apps.core.errors import DomainError, Missing
from apps.messaging import kinds
from apps.messaging.models import Notification
from apps.messaging.services import Recipient, notify


def _api(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def test_a_homeroom_of_another_campus_is_no_home(world: World) -> None:
    elsewhere = make.HomeroomFactory.create(
        school=world.school, campus=CampusFactory.create(school=world.school), session=world.year
    )
    with pytest.raises(DomainError) as refusal:
        services.open_section(
            actor=user_with(Role.SCHOOL_ADMIN, school=world.school).actor(TODAY),
            campus=world.campus, session=world.year, kind="scheduled", course=world.course(),
            homeroom=elsewhere, name="Physics", code="PHY",
        )  # fmt: skip
    assert refusal.value.code == "OTHER_CAMPUS"


@pytest.mark.parametrize(("until", "count"), [(None, 1), (date(2026, 6, 1), 0), (date(2026, 7, 1), 1)])
def test_a_teacher_reads_no_address_behind_an_ended_link(world: World, until: Any, count: int) -> None:
    teacher = world.login(Role.TEACHER)
    staff = make.StaffMemberFactory.create(school=world.school, campus=world.campus, user=teacher)
    section, pupil = world.section(), world.student()
    make.TeachingAssignmentFactory.create(school=world.school, section=section, staff=staff)
    make.EnrollmentFactory.create(school=world.school, section=section, student=pupil)
    make.GuardianshipFactory.create(school=world.school, student=pupil, end_date=until)
    answer = _api(teacher).get(f"/api/v1/guardianships?student={pupil.pk}")
    assert len(answer.json()["data"]) == count
    assert Guardianship.objects.permitted(world.registrar).count() == 1


def test_a_guardian_asks_by_way_of_their_own_child_only(world: World) -> None:
    user = UserFactory.create(school=world.school)
    guardian = make.GuardianFactory.create(school=world.school, user=user)
    child, other = world.student(), world.student()
    make.GuardianshipFactory.create(school=world.school, student=child, guardian=guardian)
    actor = user.actor(TODAY)
    with pytest.raises(Missing):
        services.request_contact_change(
            actor=actor, student=other, guardian=guardian, after={"phone": "1234567"}
        )
    assert services.request_contact_change(
        actor=actor, student=child, guardian=guardian, after={"phone": "1234567"}
    )


def _notice(world: World, dedupe: str, kind: str, user: Any) -> Notification:
    return notify(
        school_id=world.school.pk,
        kind=kind,
        recipients=[Recipient(user.pk)],
        title="News",
        dedupe=dedupe,
        now=timezone.now(),
    )[0]


@pytest.mark.parametrize(
    ("changes", "due"), [({}, True), ({"may_contact": False}, False), ({"end_date": date(2026, 4, 2)}, False)]
)
def test_a_waiting_mail_asks_the_rights_again(world: World, changes: dict[str, Any], due: bool) -> None:
    place = make.EnrollmentFactory.create(
        school=world.school, section=world.section(), student=world.student()
    )
    user = UserFactory.create(school=world.school)
    guardian = make.GuardianFactory.create(school=world.school, user=user)
    link = make.GuardianshipFactory.create(school=world.school, student=place.student, guardian=guardian)
    seat = _notice(world, f"seat:{place.pk}", "academics.seat_free", user)
    request = make.ContactChangeRequestFactory.create(
        school=world.school, student=place.student, requested_by=user
    )
    told = _notice(world, f"contact:{request.pk}", "academics.contact_decided", user)
    Guardianship.objects.filter(pk=link.pk).update(begin_date=date(2026, 4, 1), **changes)
    assert [kinds.get(one.kind).still_due(one) for one in (seat, told)] == [due, due]
