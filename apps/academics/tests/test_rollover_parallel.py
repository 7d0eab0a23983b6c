"""Two people press Apply at the same moment, on real connections."""

import threading
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from apps.academics import models
from apps.academics.services import rollover as year_end
from apps.academics.tests.year_end import BEFORE, YearEnd, fresh
from apps.core.errors import DomainError


def both_at_once(rollovers: list[Any]) -> list[str]:
    """What each of them got: "applied", or the code of the refusal."""
    barrier, answers = threading.Barrier(len(rollovers)), []

    def apply(rollover: Any) -> None:
        row = fresh(rollover)
        barrier.wait()
        try:
            year_end.carry_out(rollover=row, today=BEFORE, now=timezone.now())
            answers.append("applied")
        except DomainError as refusal:
            answers.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=apply, args=(one,)) for one in rollovers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False], ids=["one rehearsal twice", "two rehearsals"])
def test_a_year_is_rolled_over_once(*, same: bool) -> None:
    school = YearEnd(grades=(8, 9), letters="A")
    one = school.rehearsed()
    other = one if same else school.rehearsed()

    assert both_at_once([one, other]) == ["ALREADY_APPLIED", "applied"]

    assert models.AcademicSession.objects.filter(school=school.school, kind="school_year").count() == 2
    assert models.Section.objects.filter(school=school.school, kind="homeroom").count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_that_went_stale_under_the_lock_writes_nothing(settings: Any) -> None:
    school = YearEnd(grades=(8, 9), letters="A")
    rollover = school.rehearsed()
    school.admit("8A")

    assert both_at_once([rollover]) == ["REHEARSAL_STALE"]
    assert not models.Section.objects.exclude(session=school.year).exists()

    settings.PROTECTIONS_OFF = {"rollover_fresh"}
    assert both_at_once([rollover]) == ["applied"]
