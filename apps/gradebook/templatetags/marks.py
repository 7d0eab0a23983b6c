"""Marks as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template

from apps.gradebook.selectors.entries import shown
from apps.gradebook.selectors.steps import Step, sentence

register = template.Library()


@register.filter
def figure(number: Decimal | None) -> str:
    """A number without idle zeros, in the reader's language; a dash where there is none."""
    return shown(number) or "–"


@register.filter
def sentences(steps: Sequence[Step] | Iterable[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Steps of a total, live or frozen, as sentences with their depth."""
    read = [one if isinstance(one, Step) else Step.from_json(one) for one in steps]
    return [(one.depth, sentence(one)) for one in read]


@register.filter
def of(rows: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key that is itself a variable; None without one."""
    return rows.get(key)
