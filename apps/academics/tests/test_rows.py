"""What every row of this app has from its bases: a stamp of the last change, a period, a history."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.academics import services
from apps.academics.models import Enrollment, Student
from apps.academics.tests.conftest import TODAY, World
from apps.core.trail import audited_models

pytestmark = pytest.mark.django_db


def test_a_change_by_version_stamps_the_row(world: World) -> None:
    student = world.student()
    earlier = timezone.now() - timedelta(days=3)
    Student.objects.filter(pk=student.pk).update(updated_at=earlier)

    student.change(expected=student.version, roll_number="7")

    assert student.updated_at > earlier + timedelta(days=2)


def test_a_place_given_back_before_its_first_day_has_an_empty_period(world: World) -> None:
    row = services.enroll(
        actor=world.registrar, student=world.student(), section=world.section(), begin_date=TODAY
    )

    row = services.withdraw_enrollment(actor=world.registrar, enrollment=row, effective_date=TODAY)

    assert row.period.is_empty
    assert TODAY not in row.period
    assert Enrollment.objects.active_on(TODAY).count() == 0


def test_a_place_of_some_days_has_a_last_one(world: World) -> None:
    row = services.enroll(
        actor=world.registrar, student=world.student(), section=world.section(), begin_date=TODAY
    )

    row = services.withdraw_enrollment(
        actor=world.registrar, enrollment=row, effective_date=date(2026, 6, 18)
    )

    assert row.period.last_day == date(2026, 6, 17)


@pytest.mark.parametrize("label", sorted(audited_models()))
def test_the_history_of_a_day_is_found_by_an_index(label: str) -> None:
    events = audited_models()[label].events.rel.related_model  # type: ignore[attr-defined]  # made by `audited`

    assert ["pgh_created_at", "pgh_id"] in [index.fields for index in events._meta.indexes]
