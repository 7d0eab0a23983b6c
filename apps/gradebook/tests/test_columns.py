"""How a column came out."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.gradebook.selectors.columns import Statistics, bucket_labels, statistics

SCORES = st.lists(st.decimals(min_value=0, max_value=40, places=2), max_size=40)


def test_figures() -> None:
    found = statistics([Decimal(one) for one in (5, 10, 20, 20)], Decimal(20), 6)
    assert (found.mean, found.median, found.lowest, found.highest) == (
        Decimal("13.8"), Decimal("15.0"), Decimal(5), Decimal(20),
    )  # fmt: skip
    assert (found.marked, found.expected) == (4, 6)
    assert found.spread == (0, 0, 1, 0, 0, 1, 0, 0, 0, 2, 0)


def test_nothing_marked_has_no_figures() -> None:
    assert statistics([], Decimal(20), 6) == Statistics(0, 6, spread=(0,) * 11)


def test_extra_credit_out_of_nothing_is_above_all() -> None:
    assert statistics([Decimal(3)], Decimal(0), 1).spread[-1] == 1


@given(SCORES)
def test_every_mark_is_in_one_bucket(scores: list[Decimal]) -> None:
    found = statistics(scores, Decimal(20), len(scores))
    assert sum(found.spread) == len(scores)
    assert len(found.spread) == len(bucket_labels())
    assert found.lowest is None or found.highest is None or found.lowest <= found.highest
