"""Totals of a term and of a year from plain values, each with the steps that explain it. No queries here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

from apps.gradebook.models import ScaleKind, YearFrom
from apps.gradebook.selectors.counting import ZERO, Mark, Work, works
from apps.gradebook.selectors.exact import EXACT, rounded, snapped
from apps.gradebook.selectors.expressions import Value
from apps.gradebook.selectors.rules import Rules, band_for
from apps.gradebook.selectors.steps import Step, Story, plain, sentence
from apps.gradebook.selectors.ways import WAYS, CategoryWork, by_formula, by_terms, grouped, values_of

__all__ = ["Mark", "Part", "Rules", "Step", "Total", "sentence", "term_total", "year_total"]

# What a percentage can be at most where a scheme sets no end, so that it fits wherever it is kept.
_END: Final = Decimal(999)


@dataclass(frozen=True, slots=True)
class Part:
    """What a category came to by itself, for the columns of a report card; rounded as it is shown."""

    code: str
    name: str
    percent: Decimal | None
    label: str
    earned: Decimal
    possible: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    """What marks come to. `exact` is before grace and rounding, `percent` is what people see.

    Without anything to count, all of these are None and `label` is empty.
    """

    exact: Decimal | None = None
    percent: Decimal | None = None
    label: str = ""
    points: Decimal | None = None
    is_passing: bool | None = None
    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()


def term_total(
    rules: Rules, marks: Sequence[Mark], term_number: int | None, *, explained: bool = True
) -> Total:
    """The total of one term's marks; without a term number they are a whole year's. Any order will do."""
    story = Story(told=explained)
    with localcontext(EXACT):
        worked = works(rules, marks, term_number)
        categories = grouped(rules, worked, term_number)
        exact = WAYS[rules.weighting](rules, worked, categories, story)
        return _finished(rules, exact, categories, worked, story)


def year_total(rules: Rules, terms: Mapping[int, Sequence[Mark]], *, explained: bool = True) -> Total:
    """The total of a year from the marks of its terms. Terms go in as they are before grace and rounding."""
    marks = [mark for number in sorted(terms) for mark in terms[number]]
    if rules.year_from == YearFrom.WHOLE:
        return term_total(rules, marks, None, explained=explained)
    story = Story(told=explained)
    with localcontext(EXACT):
        totals = {n: term_total(rules, terms[n], n, explained=False).exact for n in sorted(terms)}
        worked = works(rules, marks, None)
        categories = grouped(rules, worked, None)
        if rules.year_from == YearFrom.FORMULA:
            named = {f"t{number}": Value(percent) for number, percent in totals.items()}
            exact = by_formula(rules.year_formula, values_of(worked, categories) | named, story)
        else:
            exact = by_terms(rules, totals, story)
        return _finished(rules, exact, categories, worked, story)


def _finished(
    rules: Rules,
    found: Decimal | None,
    categories: Sequence[CategoryWork],
    worked: Sequence[Work],
    story: Story,
) -> Total:
    parts = tuple(_part(rules, one) for one in categories)
    if found is None:
        story.say("nothing")
        return Total(steps=tuple(story.steps), parts=parts)
    exact = snapped(_bounded(rules, found, story))
    percent = rounded(_with_grace(rules, exact, story), rules.decimals, rules.rounding)
    story.say("rounded", percent=percent)
    band = band_for(percent, rules.bands)
    label = band.label if band else ""
    if band:
        story.say("band", label=band.label, lower=band.lower)
    if rules.scale_kind == ScaleKind.POINTS:
        label = _as_points(worked)
    reached = _passes(rules, percent, story)
    if band and not band.is_passing:
        story.say("band_fails", label=band.label)
        reached = False
    reached = _must_pass(rules, categories, story) and reached
    return Total(exact, percent, label, band.points if band else None, reached, tuple(story.steps), parts)


def _bounded(rules: Rules, exact: Decimal, story: Story) -> Decimal:
    most = _END if rules.most_percent is None else rules.most_percent
    if exact < 0:
        story.say("floored")
        return ZERO
    if exact > most:
        story.say("capped", most=most)
        return most
    return exact


def _with_grace(rules: Rules, exact: Decimal, story: Story) -> Decimal:
    """Lifts a total that misses the pass mark by no more than the grace to the pass mark, never beyond."""
    shown = rounded(exact, rules.decimals, rules.rounding)
    if shown >= _shown_pass_mark(rules) or rules.pass_mark - exact > rules.grace_marks:
        return exact
    story.say("grace", grace=rules.grace_marks, percent=exact, pass_mark=rules.pass_mark)
    return rules.pass_mark


def _passes(rules: Rules, percent: Decimal, story: Story) -> bool:
    reached = percent >= _shown_pass_mark(rules)
    story.say("passed" if reached else "not_passed", pass_mark=rules.pass_mark)
    return reached


def _shown_pass_mark(rules: Rules) -> Decimal:
    """Figures people see are compared with each other, so that a shown 33 is never below 33."""
    return rounded(rules.pass_mark, rules.decimals, rules.rounding)


def _must_pass(rules: Rules, categories: Sequence[CategoryWork], story: Story) -> bool:
    """Whether every category that must be passed is, as far as it has anything to count."""
    all_passed = True
    for one in categories:
        needed = one.rule.must_pass_percent
        if needed is None or one.percent is None:
            continue
        shown = rounded(one.percent, rules.decimals, rules.rounding)
        is_passed = shown >= rounded(needed, rules.decimals, rules.rounding)
        code = "must_pass" if is_passed else "must_pass_failed"
        story.say(code, 1, name=one.rule.name, percent=shown, needed=needed)
        all_passed = all_passed and is_passed
    return all_passed


def _part(rules: Rules, one: CategoryWork) -> Part:
    if one.percent is None:
        return Part(one.rule.code, one.rule.name, None, "", one.earned, one.possible)
    percent = rounded(snapped(one.percent), rules.decimals, rules.rounding)
    band = band_for(percent, rules.bands)
    return Part(one.rule.code, one.rule.name, percent, band.label if band else "", one.earned, one.possible)


def _as_points(worked: Sequence[Work]) -> str:
    counted = [one for one in worked if one.counts]
    earned = sum((one.earned for one in counted), ZERO)
    possible = sum((one.mark.maximum for one in counted if not one.is_extra), ZERO)
    return f"{plain(earned)}/{plain(possible)}"[:20]
