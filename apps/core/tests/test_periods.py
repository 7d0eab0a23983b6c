from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.periods import Period

days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    begin = draw(days)
    length = draw(st.none() | st.integers(0, 400))
    return Period(begin, None if length is None else begin + timedelta(days=length))


@given(one=periods(), other=periods())
def test_overlap_means_a_shared_day(one: Period, other: Period) -> None:
    later = max(one.begin, other.begin)

    assert one.overlaps(other) == (later in one and later in other) == other.overlaps(one)


@given(one=periods(), other=periods(), day=days)
def test_within_holds_for_every_day(one: Period, other: Period, day: date) -> None:
    if one.within(other) and day in one:
        assert day in other


def test_the_end_is_outside_and_the_last_day_is_shown() -> None:
    week = Period(date(2026, 6, 1), date(2026, 6, 8))

    assert date(2026, 6, 7) in week
    assert date(2026, 6, 8) not in week
    assert week.last_day == date(2026, 6, 7)


@given(other=periods())
def test_an_empty_period_holds_no_day_and_shares_none(other: Period) -> None:
    never = Period(date(2026, 6, 1), date(2026, 6, 1))

    assert never.is_empty
    assert never.last_day is None
    assert date(2026, 6, 1) not in never
    assert not never.overlaps(other)
    assert not other.overlaps(never)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="no earlier"):
        Period(date(2026, 6, 2), date(2026, 6, 1))
