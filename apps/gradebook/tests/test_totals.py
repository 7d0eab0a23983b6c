"""What marks come to: weighting, leaving out, extra credit, the rules on work, the end of a total."""

from decimal import Decimal
from typing import Any

import pytest

from apps.gradebook.models import MissingWork, Rounding, ScaleKind, ScoreStatus, Weighting
from apps.gradebook.selectors.rules import WorkRules
from apps.gradebook.selectors.totals import Total, term_total
from apps.gradebook.tests.sums import LETTERS, mark, percent, rule, rules, told

POINTS = Weighting.POINTS
THREE = (rule("a", ".3"), rule("b", ".3"), rule("c", ".4"))


@pytest.mark.parametrize(
    ("given", "marks"),
    [
        (rules(*THREE), [mark(85, "a"), mark(90, "b"), mark(95, "c")]),
        (
            rules(weighting=Weighting.ITEMS),
            [mark(85, weight=".3"), mark(90, weight=".3"), mark(95, weight=".4")],
        ),
        (
            rules(*THREE, weighting=Weighting.FORMULA, formula="a*30% + b*30% + c*40%"),
            [mark(85, "a"), mark(90, "b"), mark(95, "c")],
        ),
        (
            rules(weighting=POINTS, most_percent=None),
            [mark("25.5", maximum=30), mark(27, maximum=30), mark(38, maximum=40)],
        ),
    ],
    ids=["categories", "items", "formula", "points"],
)
def test_every_weighting_makes_90_5(given: Any, marks: Any) -> None:
    assert percent(given, *marks) == Decimal("90.5")


def test_weights_of_empty_categories_go_to_the_others() -> None:
    assert percent(rules(*THREE), mark(80, "a"), mark(100, "c"), mark(None, "b")) == Decimal("91.4")


def test_within_a_category_points_count_by_the_weight_of_the_item() -> None:
    marks = [mark(10, "a", maximum=10, weight=3), mark(0, "a", maximum=10)]
    assert percent(rules(rule("a")), *marks) == Decimal("75.0")


def test_an_item_without_category_does_not_count_where_categories_weigh() -> None:
    total = term_total(rules(rule("a")), [mark(50, "a"), mark(100)], 1)
    assert total.percent == 50
    assert "Quiz: is in no category, so it does not count" in told(total)


def test_a_category_counts_in_its_term_only() -> None:
    given = rules(rule("fa1", term_number=1), rule("fa3", term_number=2))
    marks = [mark(40, "fa1"), mark(90, "fa3")]
    assert [percent(given, *marks, term=term) for term in (1, 2, None)] == [40, 90, 65]


def test_nothing_to_count_is_no_total() -> None:
    total = term_total(rules(*THREE), [mark(None, "a")], 1)
    assert (total.exact, total.percent, total.label, total.points, total.is_passing) == (
        None, None, "", None, None,
    )  # fmt: skip
    assert told(total)[-1] == "Nothing counts yet, so there is no total"
    assert term_total(rules(weighting=POINTS), [], 1).percent is None


# --- leaving out ---


def test_lowest_scores_are_left_out_and_one_stays() -> None:
    given = rules(rule("a", drop_lowest=2))
    assert percent(given, mark(10, "a"), mark(60, "a"), mark(80, "a"), mark(100, "a")) == 90
    assert percent(given, mark(10, "a"), mark(60, "a")) == 60


def test_the_best_count() -> None:
    assert percent(rules(rule("a", best_of=2)), mark(50, "a"), mark(70, "a"), mark(90, "a")) == 80


def test_what_is_left_out_is_what_serves_the_pupil_best() -> None:
    """2 of 10 is the lowest percentage, but without 40 of 100 more is left: 82 of 110 against 120 of 200."""
    given = rules(rule("a", drop_lowest=1))
    marks = [mark(2, "a", maximum=10), mark(40, "a"), mark(80, "a")]
    assert percent(given, *marks) == Decimal("74.5")


def test_by_points_the_whole_total_decides_what_is_left_out() -> None:
    """Alone, category a is best without the 5 of 10; the whole is best without the 60 of 100."""
    given = rules(rule("a", drop_lowest=1), rule("b"), weighting=POINTS)
    marks = [mark(5, "a", maximum=10), mark(60, "a"), mark(950, "b", maximum=1000)]
    assert percent(given, *marks) == Decimal("94.6")


def test_a_category_with_all_its_marks_still_counts_beside_one_that_leaves_out() -> None:
    given = rules(rule("a", drop_lowest=1), rule("b", drop_lowest=1), weighting=POINTS)
    assert percent(given, mark(0, "a"), mark(100, "a"), mark(50, "b")) == 75


def test_left_out_marks_are_named() -> None:
    total = term_total(rules(rule("a", best_of=1)), [mark(50, "a"), mark(70, "a")], 1)
    assert "Quiz: 50 of 100, left out, only the best 1 count" in told(total)


# --- extra credit ---


@pytest.mark.parametrize("weighting", [Weighting.POINTS, Weighting.ITEMS, Weighting.CATEGORIES])
def test_an_extra_item_adds_and_never_dilutes(weighting: str) -> None:
    given = rules(rule("a"), weighting=weighting)
    assert percent(given, mark(80, "a"), mark(10, "a", is_extra_credit=True)) == 90
    assert percent(given, mark(80, "a"), mark(0, "a", is_extra_credit=True)) == 80


def test_an_extra_item_out_of_nothing_adds_its_points() -> None:
    marks = [mark(80, "a"), mark(5, "a", maximum=0, is_extra_credit=True)]
    assert percent(rules(rule("a"), weighting=POINTS), *marks) == 85
    assert percent(rules(rule("a")), *marks) == 85


def test_an_extra_category_is_worth_the_same_however_little_is_marked() -> None:
    given = rules(rule("a", 30), rule("b", 70), rule("x", 5, is_extra_credit=True))
    assert percent(given, mark(80, "a"), mark(100, "x")) == 85
    assert percent(given, mark(80, "a"), mark(80, "b"), mark(100, "x")) == 85


def test_an_extra_category_by_points() -> None:
    given = rules(rule("a"), rule("x", is_extra_credit=True), weighting=POINTS)
    total = term_total(given, [mark(80, "a"), mark(7, "x")], 1)
    assert total.percent == 87
    assert "X: adds 7 as extra credit" in told(total)


def test_extra_credit_fills_no_place_of_the_best() -> None:
    given = rules(rule("a", best_of=1))
    assert percent(given, mark(60, "a"), mark(50, "a"), mark(10, "a", is_extra_credit=True)) == 70


# --- the rules of the campus on work ---


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(MissingWork.IGNORE, 80), (MissingWork.ZERO, 40), (MissingWork.PERCENT, 55)],
)
@pytest.mark.parametrize("status", [ScoreStatus.MISSING, ScoreStatus.ABSENT])
def test_missing_and_absent_work(policy: str, expected: int, status: str) -> None:
    work = WorkRules(missing_work=policy, absent_work=policy, missing_percent=Decimal(30))
    given = rules(weighting=POINTS, work=work)
    assert percent(given, mark(80), mark(None, status=status)) == expected


@pytest.mark.parametrize("status", [ScoreStatus.EXEMPT, ScoreStatus.UNMARKED, ScoreStatus.SUBMITTED])
def test_what_is_not_marked_does_not_count(status: str) -> None:
    assert percent(rules(weighting=POINTS), mark(80), mark(None, status=status)) == 80


def test_missing_extra_credit_costs_nothing() -> None:
    extra = mark(None, status=ScoreStatus.MISSING, is_extra_credit=True)
    assert percent(rules(weighting=POINTS), mark(80), extra) == 80


@pytest.mark.parametrize(("days", "expected"), [(0, 80), (1, 80), (2, 70), (4, 50), (30, 40)])
def test_late_work_loses_each_day_after_the_grace_down_to_the_floor(days: int, expected: int) -> None:
    work = WorkRules(late_percent_per_day=Decimal(10), late_grace_days=1, late_floor_percent=Decimal(50))
    assert percent(rules(weighting=POINTS, work=work), mark(80, days_late=days)) == expected


def test_an_item_that_is_not_meant_to_count_does_not() -> None:
    assert percent(rules(weighting=POINTS), mark(80), mark(0, is_counted=False)) == 80


# --- the end of a total ---


def test_the_band_is_read_from_the_figure_people_see() -> None:
    given = rules(weighting=POINTS, decimals=0, bands=LETTERS)
    seen = [term_total(given, [mark(score)], 1) for score in ("79.4", "79.5", "79.96", "89.5")]
    assert [(str(one.percent), one.label) for one in seen] == [
        ("79", "D"), ("80", "B"), ("80", "B"), ("90", "A"),
    ]  # fmt: skip


def test_79_5_falls_between_no_bands() -> None:
    given = rules(weighting=POINTS, bands=LETTERS)
    assert term_total(given, [mark("79.5")], 1).label == "C"


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [(Rounding.HALF_UP, 63), (Rounding.HALF_EVEN, 62), (Rounding.UP, 63), (Rounding.DOWN, 62)],
)
def test_rounding_happens_once_at_the_end(rounding: str, expected: int) -> None:
    """62.45 and 62.55 would round to 62 and 63, and their mean to 63, if each were rounded first."""
    given = rules(rule("a"), rule("b"), decimals=0, rounding=rounding)
    assert percent(given, mark("62.45", "a"), mark("62.55", "b")) == expected


def test_thirds_lose_nothing() -> None:
    """Three thirds of 79.5 are 79.5, so half up shows 80."""
    given = rules(rule("a", "0.3333"), rule("b", "0.3333"), rule("c", "0.3333"), decimals=0)
    marks = [mark(1, "a", maximum=3), mark(2, "b", maximum=3), mark("138.5", "c")]
    assert percent(given, *marks) == 80


def test_a_total_ends_at_its_cap() -> None:
    assert percent(rules(weighting=POINTS), mark(120)) == 100
    assert percent(rules(weighting=POINTS, most_percent=None), mark(120)) == 120
    assert percent(rules(weighting=POINTS, most_percent=None), mark(99999, maximum=1)) == 999


def _graced(score: Any, **values: Any) -> Total:
    given = rules(weighting=POINTS, pass_mark=33, grace_marks=3, **values)
    return term_total(given, [mark(score)], 1)


@pytest.mark.parametrize(
    ("score", "expected", "passing"),
    [
        ("29.9", "29.9", False),
        ("30", "33.0", True),
        ("32", "33.0", True),
        ("33", "33.0", True),
        ("34", "34.0", True),
    ],
)
def test_grace_lifts_to_the_pass_mark_exactly(score: str, expected: str, passing: bool) -> None:
    total = _graced(score)
    assert (str(total.percent), total.is_passing) == (expected, passing)
    assert total.exact == Decimal(score)


def test_grace_is_told() -> None:
    assert "Grace of 3 lifts 31% to the pass mark, 33%" in told(_graced(31))


def test_a_figure_shown_as_the_pass_mark_passes() -> None:
    given = rules(weighting=POINTS, decimals=0)
    assert term_total(given, [mark("32.5")], 1).is_passing is True
    assert term_total(given, [mark("32.4")], 1).is_passing is False


def test_a_band_that_does_not_pass_fails_whatever_the_pass_mark() -> None:
    given = rules(weighting=POINTS, pass_mark=20, bands=LETTERS)
    total = term_total(given, [mark(25)], 1)
    assert (total.label, total.is_passing) == ("F", False)
    assert told(total)[-1] == "F does not pass"


def test_a_must_pass_category_fails_the_whole_and_leaves_the_total() -> None:
    given = rules(rule("theory", 70), rule("lab", 30, must_pass_percent=40))
    total = term_total(given, [mark(90, "theory"), mark(39, "lab")], 1)
    assert (total.percent, total.is_passing) == (Decimal("74.7"), False)
    assert "Lab: 39% is below the 40% it must be passed with, so the whole is not passed" in told(total)
    assert term_total(given, [mark(90, "theory"), mark(40, "lab")], 1).is_passing is True
    assert term_total(given, [mark(90, "theory")], 1).is_passing is True


def test_a_points_scale_shows_points() -> None:
    given = rules(weighting=POINTS, scale_kind=ScaleKind.POINTS)
    assert term_total(given, [mark("17.5", maximum=20), mark(70)], 1).label == "87.5/120"


def test_parts_are_the_columns_of_a_report_card() -> None:
    given = rules(rule("fa1"), rule("sa1"), bands=LETTERS)
    total = term_total(given, [mark(18, "fa1", maximum=20)], 1)
    assert [(one.code, one.percent, one.label) for one in total.parts] == [
        ("fa1", Decimal("90.0"), "A"),
        ("sa1", None, ""),
    ]


def test_steps_are_left_away_where_nobody_reads_them() -> None:
    given = rules(*THREE)
    quick = term_total(given, [mark(85, "a")], 1, explained=False)
    assert quick.steps == ()
    assert quick.percent == 85
