"""How a column came out: mean, median, lowest, highest, how many are marked, and how they are spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Final

_SHOWN: Final = Decimal("0.1")
_WHOLE: Final = Decimal(100)
BUCKETS: Final = 10


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of one item, in its points. `expected` counts the pupils whose mark is waited for or there."""

    marked: int
    expected: int
    mean: Decimal | None = None
    median: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    # How many reached 0-9 %, 10-19 %, ... 90-100 % of the maximum, and how many more than that.
    spread: tuple[int, ...] = ()


def statistics(scores: Sequence[Decimal], maximum: Decimal, expected: int) -> Statistics:
    """`scores` are those that are marked, without exempt, absent and missing ones."""
    if not scores:
        return Statistics(0, expected, spread=(0,) * (BUCKETS + 1))
    return Statistics(
        marked=len(scores),
        expected=expected,
        mean=_shown(sum(scores, Decimal(0)) / len(scores)),
        median=_shown(median(scores)),
        lowest=min(scores),
        highest=max(scores),
        spread=_spread(scores, maximum),
    )


def bucket_labels() -> list[str]:
    tops = [f"{low}–{low + 9}%" for low in range(0, 90, 10)]
    return [*tops, "90–100%", ">100%"]


def _spread(scores: Sequence[Decimal], maximum: Decimal) -> tuple[int, ...]:
    counts = [0] * (BUCKETS + 1)
    for score in scores:
        percent = score / maximum * _WHOLE if maximum else _WHOLE + 1
        # Full marks belong to the highest bucket, not to one of their own.
        place = BUCKETS if percent > _WHOLE else min(int(percent // BUCKETS), BUCKETS - 1)
        counts[place] += 1
    return tuple(counts)


def _shown(number: Decimal) -> Decimal:
    return number.quantize(_SHOWN, ROUND_HALF_UP)
