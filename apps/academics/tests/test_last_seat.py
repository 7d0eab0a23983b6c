"""Two hundred at once for the last seat, on real connections; and what happens without the guard."""

import os
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.db import connections, transaction

from apps.academics import services
from apps.academics.models import Enrollment, Section, WaitingListEntry
from apps.academics.tests import factories as make
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, actor_with
from apps.core.errors import DomainError

CROWD = 200
LIMIT = 2.0
# Another attempt for what a busy machine does to a clock; the rules hold each time.
ATTEMPTS = 3


@dataclass
class Outcome:
    entered: list[Any] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: list[Any] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def rush(*, wait: bool, crowd: int = CROWD) -> tuple[Any, Outcome]:
    """`crowd` threads, each with its own connection, ask for one seat at the same moment."""
    campus = CampusFactory.create()
    actor = actor_with(Role.REGISTRAR, campus=campus)
    section = make.SectionFactory.create(school=campus.school, campus=campus, capacity=1)
    students = [make.StudentFactory.create(school=campus.school, campus=campus) for _ in range(crowd)]
    section = Section.objects.select_related("campus", "session", "course").get(pk=section.pk)
    others = [make.SectionFactory.create(school=campus.school, campus=campus, capacity=n) for n in (0, crowd)]
    barrier, outcome = threading.Barrier(crowd), Outcome()
    verb = services.enroll_or_wait if wait else services.enroll

    def ask(student: Any) -> None:
        warm_up(actor, student, others)
        barrier.wait()
        begun = time.perf_counter()
        try:
            row = verb(actor=actor, student=student, section=section, begin_date=date(2026, 6, 15))
            (outcome.entered if isinstance(row, Enrollment) else outcome.waiting).append(row)
        except DomainError as refusal:
            outcome.refused.append(refusal.code)
        except Exception as fault:  # noqa: BLE001  # the test shows every fault
            outcome.faults.append(fault)
        finally:
            outcome.seconds.append(time.perf_counter() - begun)
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(student,)) for student in students]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    section.refresh_from_db()
    print(f"\n{crowd} at once: slowest {max(outcome.seconds):.2f} s")  # noqa: T201  # a figure people ask for
    return section, outcome


def busy() -> float:
    """How many others wait for each core: two seconds are meant on a machine that does nothing else."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def warm_up(actor: Any, student: Any, sections: list[Any]) -> None:
    """Open the connection and let its backend read the catalogue, as in a pool. Nothing is kept."""
    with transaction.atomic():
        for section in sections:
            services.enroll_or_wait(
                actor=actor, student=student, section=section, begin_date=date(2026, 6, 15)
            )
        transaction.set_rollback(True)


def require_one_winner(section: Any, outcome: Outcome, crowd: int = CROWD) -> None:
    assert outcome.faults == []
    assert len(outcome.entered) == 1
    assert len(outcome.refused) + len(outcome.waiting) == crowd - 1
    assert set(outcome.refused) <= {"SECTION_FULL"}
    assert section.seats_taken == 1
    assert Enrollment.objects.filter(section=section).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wait", [False, True], ids=["refused", "queued"])
def test_last_seat_goes_to_one_and_the_others_hear_it_within_two_seconds(*, wait: bool) -> None:
    slowest = []
    for _ in range(ATTEMPTS):
        limit = LIMIT * busy()
        section, outcome = rush(wait=wait)
        require_one_winner(section, outcome)
        others = WaitingListEntry.objects.filter(section=section, state="waiting").count()
        assert len(outcome.waiting) == others == (CROWD - 1 if wait else 0)
        slowest.append(max(outcome.seconds))
        if slowest[-1] <= limit:
            break
    else:
        pytest.fail(f"slowest answers took {slowest} seconds")


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_the_same_rush_lets_several_in(settings: Any) -> None:
    settings.PROTECTIONS_OFF = {"seats"}
    section, outcome = rush(wait=False)
    with pytest.raises(AssertionError):
        require_one_winner(section, outcome)
