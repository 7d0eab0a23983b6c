"""Who was where on which day, as it goes in schools: a cold, a late bus, a day nobody explains."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from apps.academics.models import Student
from apps.portals.demo.made import Made

PRESENT: Final = "P"
REASONS: Final = (
    ("illness", "Fever"), ("illness", "Cold"), ("appointment", "Dentist"), ("family", "Family wedding"),
    ("family", "Travelling"), ("religious", "Festival"), ("activity", "Chess tournament"),
)  # fmt: skip


@dataclass(frozen=True)
class Away:
    """One pupil's day that was not plainly present."""

    letter: str
    minutes: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Spell:
    """Some days away that belong together and were excused."""

    student: Student
    begin: date
    end: date
    kind: str
    note: str


@dataclass
class Absences:
    """By pupil and day; whoever is not here was present."""

    days: dict[UUID, dict[date, Away]] = field(default_factory=dict)
    spells: list[Spell] = field(default_factory=list)
    unexplained: list[Student] = field(default_factory=list)

    def of(self, student: Student) -> dict[date, Away]:
        return self.days.setdefault(student.pk, {})


def make_absences(made: Made, days: Sequence[date]) -> Absences:
    pupils = [pupil for room in made.homerooms for pupil in room.pupils]
    absences = draw_past(made.rng, pupils, days[:-1])
    elder, younger = made.families[0].children[:2]
    draw_today(made.rng, absences, pupils, days[-1], present=[elder], missed=[younger])
    return absences


def draw_past(rng: random.Random, pupils: Sequence[Student], days: Sequence[date]) -> Absences:
    absences = Absences()
    for pupil in pupils:
        _past(rng, absences, pupil, days)
    return absences


def draw_today(
    rng: random.Random,
    absences: Absences,
    pupils: Sequence[Student],
    today: date,
    *,
    present: Sequence[Student],
    missed: Sequence[Student],
) -> None:
    """A few nobody has explained, more whose families wrote ahead, some late. So are those of `missed`."""
    free = [one for one in pupils if one not in (*present, *missed)]
    others = rng.sample(free, min(len(free), max(4, len(pupils) // 14)))
    cut = max(1, len(others) // 5)
    for pupil in (*missed, *others[:cut]):
        absences.of(pupil)[today] = Away("A")
        absences.unexplained.append(pupil)
    for pupil in others[cut : cut * 3]:
        kind, note = rng.choice(REASONS)
        absences.of(pupil)[today] = Away("E", reason=note)
        absences.spells.append(Spell(pupil, today, today, kind, note))
    for pupil in others[cut * 3 :]:
        absences.of(pupil)[today] = Away("L", rng.randint(3, 25))


def draw_ahead(rng: random.Random, pupils: Sequence[Student], tomorrow: date) -> list[Spell]:
    """What a few families have written about tomorrow."""
    spells = []
    for pupil in rng.sample(pupils, max(1, len(pupils) // 150)):
        kind, note = rng.choice(REASONS)
        spells.append(Spell(pupil, tomorrow, tomorrow + timedelta(days=rng.randint(0, 1)), kind, note))
    return spells


def _past(rng: random.Random, absences: Absences, pupil: Student, days: Sequence[date]) -> None:
    """Most pupils miss a day in thirty, a few a day in six."""
    starts = rng.choices((0.012, 0.025, 0.09), (55, 38, 7))[0]
    late = rng.choices((0.008, 0.03, 0.12), (60, 33, 7))[0]
    mine = absences.of(pupil)
    index = 0
    while index < len(days):
        chance = rng.random()
        if chance < starts:
            length = rng.choices((1, 2, 3, 4), (60, 22, 13, 5))[0]
            _away(rng, absences, pupil, days[index : index + length])
            index += length
        elif chance < starts + late:
            mine[days[index]] = Away("L", rng.randint(3, 25))
        index += 1


def _away(rng: random.Random, absences: Absences, pupil: Student, days: Sequence[date]) -> None:
    letter = rng.choices(("E", "M", "A", "T"), (74, 12, 10, 4))[0]
    kind, note = rng.choice(REASONS)
    if letter == "M":
        kind, note = "illness", "Doctor's note"
    excused = letter in "EM"
    for day in days:
        absences.of(pupil)[day] = Away(letter, reason=note if excused else "")
    if excused and rng.random() < 0.6:
        absences.spells.append(Spell(pupil, days[0], days[-1], kind, note))
