"""How pupils do: the same pupil the same mark, on whatever day it is drawn."""

import random
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from apps.gradebook.models import ScoreStatus

# Out of so many points or fewer, half points are given.
_HALVES_TO: Final = 25
_PRAISE: Final = ("Careful and complete.", "Well reasoned, neatly set out.", "The best work so far.")
_ADVICE: Final = (
    "Show every step.", "Read the question twice.", "Mind the units.", "See me about the second part.",
    "Much better than last time.", "Learn the definitions by heart.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """Something every section of a kind is marked for; `place` is when in the term it is due (0 to 1)."""

    title: str
    category: str
    maximum: int
    place: float
    is_written_at_home: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell of a gradebook."""

    status: ScoreStatus = ScoreStatus.GRADED
    score: Decimal | None = None
    days_late: int = 0
    comment: str = ""


def seeded(*parts: object) -> random.Random:
    """The same for the same parts, in every process."""
    return random.Random("|".join(map(str, parts)))  # noqa: S311  # makes a demo, guards nothing


def cell_of(seed: int, pupil: str, subject: str, work: Work, item: str) -> Cell:
    """`pupil` is the admission number; `item` tells works of the same kind apart."""
    rng = seeded(seed, pupil, item)
    odd = _odd(rng, work)
    if odd in {ScoreStatus.ABSENT, ScoreStatus.EXEMPT, ScoreStatus.MISSING}:
        return Cell(odd)
    percent = _level(seed, pupil, subject) + _difficulty(seed, item) + rng.gauss(0, 6)
    score = points_of(percent, work.maximum)
    late = rng.choice((1, 1, 2, 3)) if work.is_written_at_home and rng.random() < 0.05 else 0
    return Cell(score=score, days_late=late, comment=_comment(rng, percent))


def percent_of(seed: int, pupil: str, subject: str, when: str) -> Decimal:
    """A total of some earlier term."""
    percent = _level(seed, pupil, subject) + seeded(seed, pupil, subject, when).gauss(0, 4)
    return Decimal(str(round(max(8.0, min(99.0, percent)), 1)))


def points_of(percent: float, maximum: int) -> Decimal:
    step = 2 if maximum <= _HALVES_TO else 1
    points = round(max(4.0, min(100.0, percent)) / 100 * maximum * step) / step
    return Decimal(str(points))


@lru_cache(maxsize=20_000)
def _level(seed: int, pupil: str, subject: str) -> float:
    """Most lie between 55 and 85; a pupil's subjects lie closer together than pupils do."""
    general = max(35.0, min(94.0, seeded(seed, pupil).gauss(70, 12)))
    return general + seeded(seed, pupil, subject).gauss(0, 6)


@lru_cache(maxsize=5_000)
def _difficulty(seed: int, item: str) -> float:
    return seeded(seed, item).gauss(0, 3.5)


def _odd(rng: random.Random, work: Work) -> ScoreStatus:
    drawn = rng.random()
    if drawn < 0.006:
        return ScoreStatus.EXEMPT
    if drawn < 0.03:
        return ScoreStatus.MISSING if work.is_written_at_home else ScoreStatus.ABSENT
    return ScoreStatus.GRADED


def _comment(rng: random.Random, percent: float) -> str:
    if rng.random() > 0.06:
        return ""
    return rng.choice(_PRAISE if percent > 82 else _ADVICE)
