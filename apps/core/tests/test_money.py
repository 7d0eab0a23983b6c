from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.money import Money, minor_digits

currencies = st.sampled_from(["INR", "USD", "JPY", "KWD"])


@given(
    amount=st.integers(-(10**12), 10**12),
    weights=st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any),
    currency=currencies,
)
def test_split_parts_sum_to_the_whole(amount: int, weights: list[int], currency: str) -> None:
    parts = Money(amount, currency).split(weights)

    assert sum(part.amount for part in parts) == amount
    assert all(part.amount == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@given(amount=st.integers(0, 10**9), weights=st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_split_is_never_more_than_one_unit_unfair(amount: int, weights: list[int]) -> None:
    parts = Money(amount, "INR").split(weights)

    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - amount * weight / sum(weights)) < 1


def test_split_gives_the_largest_remainder_first() -> None:
    assert [part.amount for part in Money(100, "INR").split([1, 1, 1])] == [34, 33, 33]


@pytest.mark.parametrize("weights", [[0, 0], [1, -1]])
def test_split_refuses_weights_that_mean_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(1, "INR").split(weights)


@pytest.mark.parametrize(
    ("value", "currency", "amount"),
    [("12.345", "INR", 1235), ("12.5", "JPY", 13), ("1.0005", "KWD", 1001), ("-0.005", "USD", -1)],
)
def test_of_rounds_half_up_once(value: str, currency: str, amount: int) -> None:
    assert Money.of(Decimal(value), currency).amount == amount


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="add up"):
        Money(1, "INR") + Money(1, "USD")


def test_shown_in_major_units() -> None:
    assert str(Money(123456789, "INR")) == "INR 1,234,567.89"
    assert str(-Money(5, "JPY")) == "JPY -5"
    assert minor_digits("BHD") == 3
