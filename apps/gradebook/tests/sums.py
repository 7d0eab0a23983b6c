"""Rules and marks for tests of totals, as short as they are said."""

import uuid
from decimal import Decimal
from typing import Any

from apps.gradebook.selectors.rules import Band, CategoryRule, Rules
from apps.gradebook.selectors.steps import sentence
from apps.gradebook.selectors.totals import Mark, Total, term_total

LETTERS = (
    Band("A", Decimal(90)),
    Band("B", Decimal(80)),
    Band("C", Decimal("79.5")),
    Band("D", Decimal(33)),
    Band("F", Decimal(0), is_passing=False),
)


def mark(score: Any, category: str = "", **values: Any) -> Mark:
    """A mark out of 100; None is work not marked yet."""
    number = values.pop("number", None)
    wanted: dict[str, Any] = {"item_id": uuid.UUID(int=number) if number else uuid.uuid4(), "title": "Quiz"}
    wanted |= {name: _decimal(name, value) for name, value in values.items()}
    return Mark(score=None if score is None else Decimal(str(score)), category=category, **wanted)


def rules(*categories: CategoryRule, **values: Any) -> Rules:
    wanted = {name: _decimal(name, value) for name, value in values.items()}
    return Rules(categories=categories, **wanted)


def rule(code: str, weight: Any = 1, **values: Any) -> CategoryRule:
    wanted = {name: _decimal(name, value) for name, value in values.items()}
    return CategoryRule(code=code, name=code.title(), weight=Decimal(str(weight)), **wanted)


def percent(given: Rules, *marks: Mark, term: int | None = 1) -> Decimal | None:
    return term_total(given, marks, term).percent


def told(total: Total) -> list[str]:
    return [sentence(step) for step in total.steps]


def _decimal(name: str, value: Any) -> Any:
    numbers = {"maximum", "weight", "pass_mark", "grace_marks", "most_percent", "must_pass_percent"}
    return Decimal(str(value)) if name in numbers and value is not None else value
