"""Why a total is what it is: steps that are kept as data and read as sentences in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

_SENTENCES: Final[Mapping[str, str]] = {
    # One item.
    "scored": gettext_noop("{title}: {score} of {maximum}"),
    "scored_late": gettext_noop("{title}: {score} of {maximum}, days late: {days}, counts as {counted}"),
    "scored_extra": gettext_noop("{title}: extra credit of {score}"),
    "missing": gettext_noop("{title}: missing, counts as {counted} of {maximum}"),
    "absent": gettext_noop("{title}: absent, counts as {counted} of {maximum}"),
    "left_out_missing": gettext_noop("{title}: missing, does not count"),
    "left_out_absent": gettext_noop("{title}: absent, does not count"),
    "left_out_exempt": gettext_noop("{title}: exempt, does not count"),
    "left_out_unmarked": gettext_noop("{title}: not marked yet"),
    "left_out_submitted": gettext_noop("{title}: handed in, not marked yet"),
    "left_out_uncounted": gettext_noop("{title}: is not meant to count"),
    "left_out_category": gettext_noop("{title}: is in no category, so it does not count"),
    "left_out_term": gettext_noop("{title}: its category belongs to another term"),
    "left_out_weight": gettext_noop("{title}: has no weight"),
    "dropped_lowest": gettext_noop("{title}: {counted} of {maximum}, left out as the lowest"),
    "dropped_best": gettext_noop("{title}: {counted} of {maximum}, left out, only the best {n} count"),
    # One category.
    "category": gettext_noop("{name}: {earned} of {possible} is {percent}%"),
    "category_weighted": gettext_noop("{name}: {percent}% by the weights of its items"),
    "category_adds": gettext_noop("{name}: adds {earned} as extra credit"),
    "category_extra": gettext_noop("{name} is extra credit and weighs {weight}"),
    "category_empty": gettext_noop("{name}: nothing counts yet"),
    "must_pass": gettext_noop("{name}: {percent}% reaches the {needed}% it must be passed with"),
    "must_pass_failed": gettext_noop(
        "{name}: {percent}% is below the {needed}% it must be passed with, so the whole is not passed"
    ),
    # The whole.
    "points": gettext_noop("All points: {earned} of {possible} is {percent}%"),
    "items": gettext_noop("Percentages by weight: ({workings}) / {weights} is {percent}%"),
    "categories": gettext_noop("Categories by weight: ({workings}) / {weights} is {percent}%"),
    "extra": gettext_noop("Extra credit adds {adds}: {percent}%"),
    "name": gettext_noop("{name} is {value}"),
    "name_empty": gettext_noop("{name} has nothing to count yet"),
    "formula": gettext_noop("{formula} is {percent}%"),
    "formula_empty": gettext_noop("{formula} has no result: something it needs has nothing to count yet"),
    "formula_impossible": gettext_noop("{formula} has no result: it divides by zero or grows too large"),
    "term": gettext_noop("Term {number}: {percent}%, weight {weight}"),
    "term_empty": gettext_noop("Term {number}: nothing counts yet; the others make up the whole"),
    "terms": gettext_noop("Terms by weight: ({workings}) / {weights} is {percent}%"),
    "nothing": gettext_noop("Nothing counts yet, so there is no total"),
    "floored": gettext_noop("A total is never below 0"),
    "capped": gettext_noop("A total ends at {most}%"),
    "grace": gettext_noop("Grace of {grace} lifts {percent}% to the pass mark, {pass_mark}%"),
    "rounded": gettext_noop("Rounded once, at the end: {percent}%"),
    "band": gettext_noop("{label} begins at {lower}%"),
    "passed": gettext_noop("The pass mark is {pass_mark}%: passed"),
    "not_passed": gettext_noop("The pass mark is {pass_mark}%: not passed"),
    "band_fails": gettext_noop("{label} does not pass"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a total. `depth` 0 is about the whole, 1 about a category or term, 2 about an item."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "params": dict(self.params), "depth": self.depth}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Step":
        return cls(data["code"], dict(data["params"]), data["depth"])


def sentence(step: Step) -> str:
    """The step as a sentence in the language that is active."""
    return gettext(_SENTENCES[step.code]).format(**step.params)


class Story:
    """Collects the steps; one that nobody will read collects nothing."""

    def __init__(self, *, told: bool = True) -> None:
        self.told = told
        self.steps: list[Step] = []

    def say(self, code: str, depth: int = 0, **params: Decimal | int | str) -> None:
        if self.told:
            words = {name: plain(value) for name, value in params.items()}
            self.steps.append(Step(code, words, depth))


def plain(value: Decimal | int | str) -> str:
    """A number as people write it: at most four decimals, no idle zeros."""
    if not isinstance(value, Decimal):
        return str(value)
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
