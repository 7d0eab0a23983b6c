"""Trying a scheme out while it is being written: the form as it stands, with made-up scores."""

import uuid
from dataclasses import dataclass, replace
from typing import Any, Final

from apps.core.errors import DomainError
from apps.gradebook.models import Weighting
from apps.gradebook.selectors.formula import check_names, parse
from apps.gradebook.selectors.rules import Band, CategoryRule, Rules
from apps.gradebook.selectors.steps import sentence
from apps.gradebook.selectors.totals import Mark, Total, term_total
from apps.gradebook.services.schemes import MOST_TERMS

_RULES: Final = ("weighting", "formula", "decimals", "rounding", "pass_mark", "grace_marks", "most_percent")
_CATEGORY: Final = tuple(CategoryRule.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Trial:
    """What the made-up scores come to, or what is wrong with the formulas."""

    total: Total | None = None
    fault: str = ""
    year_fault: str = ""
    is_year: bool = False

    @property
    def lines(self) -> list[tuple[int, str]]:
        return [(step.depth, sentence(step)) for step in self.total.steps] if self.total else []


def tried(form: Any, rows: Any, more_names: tuple[str, ...] = ()) -> Trial:
    """Only what is written correctly takes part; the rest is told when the form is saved."""
    form.is_valid()
    rows.is_valid()
    data = form.cleaned_data
    categories = [one.cleaned_data for one in rows.kept if one.cleaned_data.get("code")]
    names = (*(one["code"] for one in categories), *more_names)
    fault = _fault(data.get("formula", ""), names, "formula")
    terms = tuple(f"T{number}" for number in range(1, MOST_TERMS + 1))
    year_fault = _fault(data.get("year_formula", ""), (*names, *terms), "year_formula")
    rules = _rules(data, categories)
    if rules.weighting == Weighting.FORMULA and (fault or not rules.formula):
        return Trial(fault=fault, year_fault=year_fault)
    total = term_total(rules, _marks(data, categories), None)
    return Trial(total=total, fault=fault, year_fault=year_fault)


def _fault(text: str, names: tuple[str, ...], field: str) -> str:
    if not text:
        return ""
    try:
        check_names(parse(text, field), names, field)
    except DomainError as fault:
        return str(fault)
    return ""


def _rules(data: dict[str, Any], categories: list[dict[str, Any]]) -> Rules:
    """The fields that hold a value, in place of the defaults; samples count in every term."""
    given = {name: data[name] for name in _RULES if data.get(name) is not None or name == "most_percent"}
    scale = data.get("scale")
    bands = (
        [Band(row.label, row.lower, row.points, row.is_passing) for row in scale.bands.all()] if scale else []
    )
    written = [
        CategoryRule(**{name: one[name] for name in _CATEGORY if one.get(name) is not None})
        for one in categories
        if one.get("name")
    ]
    rules = Rules(categories=tuple(written), bands=tuple(bands), **given)
    return replace(rules, scale_kind=scale.kind) if scale else rules


def _marks(data: dict[str, Any], categories: list[dict[str, Any]]) -> list[Mark]:
    """Items in the order they are written in."""
    samples = [(one["code"], one.get("name", one["code"]), one.get("sample") or []) for one in categories]
    samples.append(("", "", data.get("sample") or []))
    written = [
        (code, f"{name} {place}".strip(), *pair)
        for code, name, pairs in samples
        for place, pair in enumerate(pairs, 1)
    ]
    return [
        Mark(item_id=uuid.UUID(int=place), title=title, category=code, score=score, maximum=maximum)
        for place, (code, title, score, maximum) in enumerate(written)
    ]
