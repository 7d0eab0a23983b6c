"""What holds for every scheme and every set of marks."""

import itertools
import json
import random
import uuid
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.gradebook.models import MissingWork, Rounding, ScoreStatus, Weighting, YearFrom
from apps.gradebook.selectors.exact import rounded
from apps.gradebook.selectors.rules import Band, CategoryRule, Rules, WorkRules, band_for
from apps.gradebook.selectors.totals import Mark, Step, Total, sentence, term_total, year_total

CODES = ("a", "b", "c")
many = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def numbers(least: str, most: str, places: int = 2) -> Any:
    return st.decimals(Decimal(least), Decimal(most), places=places, allow_nan=False, allow_infinity=False)


@st.composite
def categories(draw: Any) -> tuple[CategoryRule, ...]:
    return tuple(_category(draw, code) for code in CODES[: draw(st.integers(1, 3))])


def _category(draw: Any, code: str) -> CategoryRule:
    drop, best = draw(st.sampled_from([(0, None), (1, None), (2, None), (0, 1), (0, 2)]))
    return CategoryRule(
        code=code,
        name=code.upper(),
        weight=draw(numbers("0.1", "90")),
        drop_lowest=drop,
        best_of=best,
        must_pass_percent=draw(st.none() | numbers("0", "100")),
        is_extra_credit=code == "c" and draw(st.booleans()),
    )


@st.composite
def bands(draw: Any) -> tuple[Band, ...]:
    lowers = {Decimal(0), *draw(st.lists(numbers("0.1", "110"), max_size=5))}
    return tuple(Band(f"L{n}", lower, lower / 10, is_passing=n > 0) for n, lower in enumerate(sorted(lowers)))


@st.composite
def schemes(draw: Any) -> Rules:
    weighting = draw(st.sampled_from([Weighting.POINTS, Weighting.ITEMS, Weighting.CATEGORIES]))
    return Rules(
        weighting=weighting,
        categories=draw(categories()),
        bands=draw(bands()),
        decimals=draw(st.integers(0, 3)),
        rounding=draw(st.sampled_from(Rounding.values)),
        pass_mark=draw(numbers("0", "100")),
        grace_marks=draw(numbers("0", "10")),
        most_percent=draw(st.none() | st.just(Decimal(100))),
        year_from=draw(st.sampled_from([YearFrom.TERMS, YearFrom.WHOLE])),
        term_weights={"1": draw(numbers("0.1", "9")), "2": draw(numbers("0.1", "9"))},
        work=WorkRules(
            missing_work=draw(st.sampled_from(MissingWork.values)),
            missing_percent=draw(numbers("0", "100")),
            late_percent_per_day=draw(numbers("0", "20")),
            late_grace_days=draw(st.integers(0, 2)),
            late_floor_percent=draw(numbers("0", "100")),
        ),
    )


@st.composite
def marks(draw: Any) -> Mark:
    maximum = draw(numbers("1", "200"))
    status = draw(st.sampled_from([ScoreStatus.GRADED] * 4 + list(ScoreStatus)))
    return Mark(
        item_id=uuid.UUID(int=draw(st.integers(1, 2**100))),
        title="Quiz",
        category=draw(st.sampled_from(CODES)),
        maximum=maximum,
        weight=draw(numbers("0", "5")),
        score=draw(numbers("0", str(maximum))) if status == ScoreStatus.GRADED else None,
        status=status,
        days_late=draw(st.integers(0, 4)),
        is_extra_credit=draw(st.sampled_from([False, False, False, True])),
    )


sheets = st.lists(marks(), max_size=8, unique_by=lambda mark: mark.item_id)


def total(scheme: Rules, sheet: list[Mark]) -> Total:
    return term_total(scheme, sheet, 1, explained=False)


@many
@given(schemes(), sheets, st.data())
def test_a_better_score_never_lowers_a_total(scheme: Rules, sheet: list[Mark], data: Any) -> None:
    graded = [n for n, one in enumerate(sheet) if one.score is not None]
    if not graded:
        return
    place = data.draw(st.sampled_from(graded))
    chosen = sheet[place]
    higher = replace(chosen, score=(chosen.score or Decimal(0)) + data.draw(numbers("0", "50")))
    before, after = total(scheme, sheet), total(scheme, [*sheet[:place], higher, *sheet[place + 1 :]])
    if before.exact is not None and after.exact is not None:
        assert after.exact >= before.exact
        assert after.percent >= before.percent  # type: ignore[operator]  # both are there
        assert not (before.is_passing and not after.is_passing)


@many
@given(schemes(), sheets)
def test_a_total_lies_between_nothing_and_its_cap(scheme: Rules, sheet: list[Mark]) -> None:
    found = total(scheme, sheet)
    if found.exact is not None and found.percent is not None:
        assert 0 <= found.exact <= (scheme.most_percent or 999)
        assert 0 <= found.percent <= (scheme.most_percent or 999)


@many
@given(schemes(), sheets, st.integers())
def test_the_order_of_marks_means_nothing(scheme: Rules, sheet: list[Mark], seed: int) -> None:
    shuffled = random.Random(seed).sample(sheet, len(sheet))
    assert term_total(scheme, shuffled, 1) == term_total(scheme, sheet, 1)


@many
@given(schemes(), sheets, st.sampled_from([Decimal("0.01"), Decimal(3), Decimal(10)]))
def test_weights_mean_only_how_much_more_one_counts(
    scheme: Rules, sheet: list[Mark], factor: Decimal
) -> None:
    heavier = replace(
        scheme, categories=tuple(replace(one, weight=one.weight * factor) for one in scheme.categories)
    )
    heavy = [replace(one, weight=one.weight * factor) for one in sheet]
    assert total(heavier, sheet).exact == total(scheme, sheet).exact
    assert total(scheme, heavy).exact == total(scheme, sheet).exact


@many
@given(schemes(), sheets)
def test_grace_never_lowers_and_lifts_to_the_pass_mark_only(scheme: Rules, sheet: list[Mark]) -> None:
    with_grace, without = total(scheme, sheet), total(replace(scheme, grace_marks=Decimal(0)), sheet)
    if with_grace.percent is None or without.percent is None:
        return
    shown_pass_mark = rounded(scheme.pass_mark, scheme.decimals, scheme.rounding)
    assert with_grace.percent >= without.percent
    assert with_grace.percent in {without.percent, shown_pass_mark}
    assert with_grace.exact == without.exact


@many
@given(schemes(), sheets)
def test_leaving_out_never_lowers_where_categories_are_weighed(scheme: Rules, sheet: list[Mark]) -> None:
    """By points or items a category may be better than the rest, and leaving out of it has its price."""
    scheme = replace(scheme, weighting=Weighting.CATEGORIES)
    plain = tuple(replace(one, drop_lowest=0, best_of=None) for one in scheme.categories)
    everything = total(replace(scheme, categories=plain), sheet).exact
    fewer = total(scheme, sheet).exact
    assert (everything is None) == (fewer is None)
    if everything is not None and fewer is not None:
        assert fewer >= everything


@many
@given(st.lists(marks(), min_size=3, max_size=6, unique_by=lambda mark: mark.item_id))
def test_no_other_choice_serves_the_pupil_better(sheet: list[Mark]) -> None:
    """Against every way of leaving out one, reckoned in fractions."""
    alike: Any = {"category": "a", "status": ScoreStatus.GRADED, "weight": Decimal(1), "days_late": 0}
    graded = [replace(one, **alike, score=one.score or Decimal(0), is_extra_credit=False) for one in sheet]
    scheme = Rules(categories=(CategoryRule("a", "A", drop_lowest=1),), most_percent=None)
    best = max(_percent(kept) for kept in itertools.combinations(graded, len(graded) - 1))
    assert abs(Fraction(total(scheme, graded).exact or 0) - best) < Fraction(1, 10**18)


def _percent(kept: tuple[Mark, ...]) -> Fraction:
    earned = sum((Fraction(one.score or 0) for one in kept), Fraction(0))
    return 100 * earned / sum((Fraction(one.maximum) for one in kept), Fraction(0))


@many
@given(bands(), numbers("0", "250", 4))
def test_every_percentage_has_exactly_one_band(scale: tuple[Band, ...], percent: Decimal) -> None:
    band = band_for(percent, scale)
    assert band is not None
    assert band.lower <= percent
    assert not [one for one in scale if band.lower < one.lower <= percent]
    assert band_for(percent, scale[::-1]) == band


@many
@given(schemes(), sheets, sheets)
def test_rules_that_went_through_json_make_the_same_totals(
    scheme: Rules, first: list[Mark], second: list[Mark]
) -> None:
    again = Rules.from_json(json.loads(json.dumps(scheme.as_json())))
    assert again == scheme
    terms = {1: first, 2: second}
    assert year_total(again, terms) == year_total(scheme, terms)


@many
@given(schemes(), sheets)
def test_steps_that_went_through_json_say_the_same(scheme: Rules, sheet: list[Mark]) -> None:
    steps = term_total(scheme, sheet, 1).steps
    again = [Step.from_json(json.loads(json.dumps(one.as_json()))) for one in steps]
    assert tuple(again) == steps
    assert not [one for one in again if "{" in sentence(one)]


@many
@given(schemes(), sheets, sheets)
def test_a_year_lies_between_its_terms(scheme: Rules, first: list[Mark], second: list[Mark]) -> None:
    by_terms = replace(scheme, year_from=YearFrom.TERMS)
    known = [one.exact for one in (total(by_terms, first), total(by_terms, second)) if one.exact is not None]
    year = year_total(by_terms, {1: first, 2: second}, explained=False).exact
    assert (year is None) == (not known)
    if year is not None:
        assert min(known) <= year <= max(known)
