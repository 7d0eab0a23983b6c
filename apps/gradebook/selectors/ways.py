"""The ways from a pupil's marks to one percentage: by points, items, categories, a formula, the terms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from apps.gradebook.models import Weighting
from apps.gradebook.selectors import formula as formulas
from apps.gradebook.selectors.counting import PLAIN, ZERO, Work, choose, keep_of, tell, total_of, weigh
from apps.gradebook.selectors.exact import percent_of, snapped
from apps.gradebook.selectors.expressions import Value
from apps.gradebook.selectors.rules import ONE, CategoryRule, Rules
from apps.gradebook.selectors.steps import Story, plain

_SHOWN: Final = 12


@dataclass(slots=True)
class CategoryWork:
    """A category that counts in the term, its works, and what they come to by themselves."""

    rule: CategoryRule
    worked: list[Work]
    percent: Decimal | None = None

    @property
    def earned(self) -> Decimal:
        return sum((one.earned for one in self.worked if one.counts), ZERO)

    @property
    def possible(self) -> Decimal:
        return sum((one.mark.maximum for one in self.worked if one.counts and not one.is_extra), ZERO)


def grouped(rules: Rules, worked: Sequence[Work], term_number: int | None) -> list[CategoryWork]:
    """Weighs the works, leaves out what the categories leave out, and adds each category up."""
    weigh(worked, rules.weighting)
    found = {rule: CategoryWork(rule, []) for rule in rules.categories if rule.counts_in(term_number)}
    for one in worked:
        if one.rule in found:
            found[one.rule].worked.append(one)
    if rules.weighting in PLAIN:
        choose(worked, [_group(each) for each in found.values()])
    else:
        for each in found.values():
            choose(each.worked, [_group(each)])
    for each in found.values():
        part, whole = total_of(each.worked)
        each.percent = percent_of(part, whole) if whole else None
    return list(found.values())


def _group(category: CategoryWork) -> tuple[list[Work], int]:
    """What of a category may be left out, and how much stays: extra credit neither goes nor fills a place."""
    group = [one for one in category.worked if one.counts and not one.is_extra]
    return group, keep_of(category.rule, len(group))


Way = Callable[[Rules, Sequence[Work], Sequence[CategoryWork], Story], Decimal | None]


def _by_points(
    _rules: Rules, worked: Sequence[Work], categories: Sequence[CategoryWork], story: Story
) -> Decimal | None:
    _tell(story, worked, categories)
    part, whole = total_of(worked)
    if not whole:
        return None
    percent = percent_of(part, whole)
    story.say("points", earned=part, possible=whole, percent=percent)
    return percent


def _by_items(
    _rules: Rules, worked: Sequence[Work], categories: Sequence[CategoryWork], story: Story
) -> Decimal | None:
    _tell(story, worked, categories)
    part, whole = total_of(worked)
    if not whole:
        return None
    percent = percent_of(part, whole)
    terms = [(one.percent, one.mark.weight) for one in worked if one.counts]
    story.say("items", workings=_workings(story, terms), weights=whole, percent=percent)
    return percent


def _by_categories(
    _rules: Rules, worked: Sequence[Work], categories: Sequence[CategoryWork], story: Story
) -> Decimal | None:
    """Weights of empty categories go to the others; extra credit adds its share of all the weights."""
    _tell(story, worked, categories)
    plain_ones = [one for one in categories if not one.rule.is_extra_credit]
    known = [(one.percent, one.rule.weight) for one in plain_ones if one.percent is not None]
    percent = _mean(known)
    if percent is None:
        return None
    weights = sum((weight for _, weight in known), ZERO)
    story.say("categories", workings=_workings(story, known), weights=weights, percent=percent)
    return _with_extra(percent, plain_ones, [one for one in categories if one.rule.is_extra_credit], story)


def _with_extra(
    percent: Decimal, plain_ones: Sequence[CategoryWork], extras: Sequence[CategoryWork], story: Story
) -> Decimal:
    """However little has been marked yet, extra credit is worth what it will be worth at the end."""
    whole = sum((one.rule.weight for one in plain_ones), ZERO)
    adds = sum((one.percent * one.rule.weight / whole for one in extras if one.percent is not None), ZERO)
    if adds:
        percent += adds
        story.say("extra", adds=adds, percent=percent)
    return percent


def _by_own_formula(
    rules: Rules, worked: Sequence[Work], categories: Sequence[CategoryWork], story: Story
) -> Decimal | None:
    _tell(story, worked, categories)
    return by_formula(rules.formula, values_of(worked, categories), story)


WAYS: Final[Mapping[str, Way]] = {
    Weighting.POINTS: _by_points,
    Weighting.ITEMS: _by_items,
    Weighting.CATEGORIES: _by_categories,
    Weighting.FORMULA: _by_own_formula,
}


def by_formula(text: str, values: Mapping[str, Value], story: Story) -> Decimal | None:
    formula = formulas.parse(text)
    for name in formula.names:
        value = values.get(name.casefold())
        if value is None or value.percent is None:
            story.say("name_empty", 1, name=name)
        else:
            story.say("name", 1, name=name, value=value.percent)
    try:
        percent = formula.evaluate(values)
    except ArithmeticError:
        story.say("formula_impossible", formula=text)
        return None
    if percent is None:
        story.say("formula_empty", formula=text)
    else:
        story.say("formula", formula=text, percent=percent)
    return percent


def values_of(worked: Sequence[Work], categories: Sequence[CategoryWork]) -> dict[str, Value]:
    """What the names of a formula stand for; a category comes before an item of the same name."""
    items = {one.mark.code.casefold(): _item_value(one) for one in worked if one.mark.code and one.counts}
    groups = {
        one.rule.code.casefold(): Value(one.percent, one.earned, one.possible, _percents(one.worked))
        for one in categories
    }
    return items | groups


def _item_value(one: Work) -> Value:
    return Value(one.percent, one.earned, one.mark.maximum, (one.percent,))


def _percents(worked: Sequence[Work]) -> tuple[Decimal, ...]:
    return tuple(one.percent for one in worked if one.counts and not one.is_extra)


def by_terms(rules: Rules, totals: Mapping[int, Decimal | None], story: Story) -> Decimal | None:
    known = []
    for number, percent in totals.items():
        if percent is None:
            story.say("term_empty", 1, number=number)
            continue
        weight = rules.term_weights.get(str(number), ONE)
        story.say("term", 1, number=number, percent=percent, weight=weight)
        known.append((percent, weight))
    percent = _mean(known)
    if percent is not None:
        weights = sum((weight for _, weight in known), ZERO)
        story.say("terms", workings=_workings(story, known), weights=weights, percent=percent)
    return percent


def _mean(pairs: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    weights = sum((weight for _, weight in pairs), ZERO)
    return sum((percent * weight for percent, weight in pairs), ZERO) / weights if weights else None


def _tell(story: Story, worked: Sequence[Work], categories: Sequence[CategoryWork]) -> None:
    """Each category with its items below it, then what belongs to none."""
    if not story.told:
        return
    for one in categories:
        _tell_category(story, one)
        tell(story, one.worked, 2)
    placed = {id(work) for one in categories for work in one.worked}
    tell(story, [one for one in worked if id(one) not in placed], 1)


def _tell_category(story: Story, one: CategoryWork) -> None:
    told: dict[str, Any] = {"name": one.rule.name, "percent": one.percent, "earned": one.earned}
    if one.percent is None:
        story.say(
            "category_adds" if one.earned else "category_empty", 1, name=told["name"], earned=one.earned
        )
    elif one.possible and snapped(percent_of(one.earned, one.possible)) == snapped(one.percent):
        story.say("category", 1, **told, possible=one.possible)
    else:
        story.say("category_weighted", 1, **told)
    if one.rule.is_extra_credit:
        story.say("category_extra", 1, name=one.rule.name, weight=one.rule.weight)


def _workings(story: Story, pairs: Sequence[tuple[Decimal, Decimal]]) -> str:
    """ "85 × 0.3 + 90 × 0.7"; of a long row the beginning."""
    if not story.told:
        return ""
    shown = [f"{plain(percent)} × {plain(weight)}" for percent, weight in pairs[:_SHOWN]]
    return " + ".join([*shown, "…"] if len(pairs) > _SHOWN else shown)
