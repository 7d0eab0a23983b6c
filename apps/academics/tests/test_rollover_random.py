"""Schools shaped by chance: whatever a year left behind, applying keeps the rules, undoing the rows."""

import random
from datetime import date
from typing import Any

import pytest
from django.db.models import Count, F, Q

from apps.academics import models, services
from apps.academics.services import rollover as year_end
from apps.academics.tests.year_end import YearEnd, checksum

pytestmark = pytest.mark.django_db
SHAPES = ((8,), (8, 9), (8, 9, 10))


def shaped(rng: random.Random) -> YearEnd:
    """Leavers, pupils without a homeroom, a grade or a program, small and closed sections, open teaching."""
    school = YearEnd(
        pupils_each=rng.randint(0, 5), capacity=rng.choice((5, 6, 40)), grades=rng.choice(SHAPES),
        letters=rng.choice(("A", "AB", "ABC")),
    )  # fmt: skip
    for pupil in [one for each in school.pupils.values() for one in each]:
        _happens(school, pupil, rng)
    for section in models.Section.objects.filter(session=school.year):
        if rng.random() < 0.1 and not section.seats_taken:
            models.Section.objects.filter(pk=section.pk).update(is_active=False)
    return school


def _happens(school: YearEnd, pupil: Any, rng: random.Random) -> None:
    what = rng.random()
    if what < 0.1:
        services.withdraw_student(
            actor=school.admin, student=pupil, effective_date=date(2026, 11, 2), reason="moves"
        )
    elif what < 0.2:
        place = models.Enrollment.objects.get(student=pupil, section__kind="homeroom")
        services.withdraw_enrollment(actor=school.admin, enrollment=place, effective_date=date(2026, 11, 2))
    elif what < 0.3:
        values: dict[str, Any] = rng.choice(({"grade_level": None}, {"program": None}))
        models.Student.objects.filter(pk=pupil.pk).update(**values)


def decided_by_chance(school: YearEnd, rollover: Any, rng: random.Random) -> None:
    """Some repeat or leave, some sections are not opened; whoever is left undecided stays as it is."""
    pupils = list(rollover.lines.filter(kind="pupil").exclude(exception="NO_GRADE"))
    for line in rng.sample(pupils, len(pupils) // 5):
        decision = rng.choice(("repeat", "leave", "skip", "graduate"))
        school.decide(rollover, decision, line.student, reason="as it happens")
    closed = rollover.lines.filter(kind="section").order_by("key")[: rng.randint(0, 1)]
    if closed:
        _decide(school, rollover, list(closed), "skip")
    if left := list(rollover.lines.filter(decision="undecided")):
        _decide(school, rollover, left, "skip")


def _decide(school: YearEnd, rollover: Any, lines: list[Any], decision: str) -> None:
    from django.utils import timezone

    year_end.decide_lines(
        actor=school.admin, rollover=rollover, lines=lines, decision=decision, now=timezone.now()
    )


@pytest.mark.parametrize("seed", range(12))
def test_applying_keeps_the_rules_and_undoing_keeps_the_rows(seed: int) -> None:
    rng = random.Random(seed)  # chance for tests, not for secrets
    school = shaped(rng)
    rollover = school.rehearsed()
    decided_by_chance(school, rollover, rng)
    before = checksum()

    rollover = school.turned(school.applied(rollover))
    require_rules(school, rollover)
    school.undone(rollover)

    assert checksum() == before


def require_rules(school: YearEnd, rollover: Any) -> None:
    new = models.Section.objects.filter(session=rollover.to_year)
    open_places = Count("enrollments", filter=Q(enrollments__status="active"))
    counted = new.annotate(open_places=open_places)
    assert not counted.exclude(seats_taken=F("open_places")).exists()
    assert not new.filter(seats_taken__gt=F("capacity")).exists()
    for line in rollover.lines.filter(kind="pupil"):
        homes = models.Enrollment.objects.filter(
            student=line.student, section__in=new, section__kind="homeroom", status="active"
        )
        assert homes.count() == (1 if line.target and line.decision in {"promote", "repeat"} else 0)
        left = models.Enrollment.objects.filter(
            student=line.student, section__session=school.year, status="active"
        )
        assert line.decision == "skip" or not left.exists()
        stays = line.student.campus_enrollments.filter(end_date__isnull=True)
        assert stays.count() == (0 if line.decision in {"leave", "graduate"} else 1)
