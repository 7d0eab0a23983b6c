"""The total of a year: terms by their weights, one long term, a formula; CBSE's FA and SA."""

from decimal import Decimal

from apps.gradebook.models import Weighting, YearFrom
from apps.gradebook.selectors.totals import Mark, year_total
from apps.gradebook.tests.sums import mark, rule, rules, told

POINTS = Weighting.POINTS
TERMS = {1: [mark(60)], 2: [mark(80), mark(80)]}


def test_terms_count_the_same_without_weights() -> None:
    assert year_total(rules(weighting=POINTS), TERMS).percent == 70


def test_terms_count_by_their_weights() -> None:
    given = rules(weighting=POINTS, term_weights={"1": Decimal(40), "2": Decimal(60)})
    assert year_total(given, TERMS).percent == 72


def test_a_term_without_marks_is_passed_by() -> None:
    total = year_total(rules(weighting=POINTS), {**TERMS, 3: []})
    assert total.percent == 70
    assert "Term 3: nothing counts yet; the others make up the whole" in told(total)


def test_the_whole_year_is_one_long_term() -> None:
    given = rules(weighting=POINTS, year_from=YearFrom.WHOLE)
    assert year_total(given, TERMS).percent == Decimal("73.3")


def test_a_formula_over_the_terms() -> None:
    given = rules(weighting=POINTS, year_from=YearFrom.FORMULA, year_formula="max(T1, T2)*75% + t1*25%")
    assert year_total(given, TERMS).percent == 75


def test_terms_go_in_before_their_grace_and_rounding() -> None:
    """30.44 and 30.44 are shown as 33 and 33 with grace, the year without grace is 30.4."""
    given = rules(weighting=POINTS, grace_marks=0)
    assert year_total(given, {1: [mark("30.44")], 2: [mark("30.46")]}).percent == Decimal("30.5")
    graced = rules(weighting=POINTS, grace_marks=5)
    assert year_total(graced, {1: [mark(30)], 2: [mark(40)]}).percent == 35


def test_a_must_pass_category_is_judged_over_the_year() -> None:
    given = rules(rule("lab", must_pass_percent=40))
    assert year_total(given, {1: [mark(30, "lab")], 2: [mark(50, "lab")]}).is_passing is True
    assert year_total(given, {1: [mark(30, "lab")], 2: [mark(49, "lab")]}).is_passing is False


def test_cbse_adds_up_to_a_hundred() -> None:
    """10 + 10 + 30 in each of two terms: 8 + 9 + 24 + 7 + 10 + 27 = 85."""
    scores = {"FA1": 80, "FA2": 90, "SA1": 80, "FA3": 70, "FA4": 100, "SA2": 90}
    given = rules(
        *(
            rule(code, 30 if code.startswith("SA") else 10, term_number=1 if n < 3 else 2)
            for n, code in enumerate(scores)
        ),
        year_from=YearFrom.WHOLE,
    )
    terms = {1: list(scores)[:3], 2: list(scores)[3:]}
    marks: dict[int, list[Mark]] = {
        n: [mark(scores[code], code) for code in codes] for n, codes in terms.items()
    }
    assert year_total(given, marks).percent == 85
