"""The chart on a report card, as figures for an inline SVG: a group of bars a subject, a bar a term."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apps.reports.selectors.cards import Card, Line

WIDTH: Final = 520
HEIGHT: Final = 190
LEFT: Final = 26
BOTTOM: Final = 24
MOST_SUBJECTS: Final = 12
_LONGEST_NAME: Final = 15


@dataclass(frozen=True)
class Bar:
    """One bar; `shade` says which term it is."""

    x: float
    y: float
    width: float
    height: float
    shade: int


@dataclass(frozen=True)
class Group:
    """The bars of a subject and its name below them."""

    name: str
    x: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class TermChart:
    """Ready to be drawn: groups, horizontal lines with their percent, and the terms for the key."""

    width: int
    height: int
    groups: tuple[Group, ...]
    rules: tuple[tuple[int, float], ...]
    terms: tuple[str, ...]


def term_chart(card: Card) -> TermChart | None:
    """Nothing to draw without marks in percent."""
    lines = [line for line in card.lines if any(mark and mark.percent is not None for mark in line.marks)]
    if not lines:
        return None
    lines = lines[:MOST_SUBJECTS]
    step = (WIDTH - LEFT) / len(lines)
    return TermChart(
        width=WIDTH,
        height=HEIGHT,
        groups=tuple(_group(line, LEFT + step * n, step) for n, line in enumerate(lines)),
        rules=tuple((percent, _y(percent)) for percent in (0, 25, 50, 75, 100)),
        terms=tuple(term.name for term in card.terms),
    )


def _group(line: Line, left: float, width: float) -> Group:
    count = max(len(line.marks), 1)
    bar = min(width * 0.76 / count, 22)
    first = left + (width - bar * count) / 2
    return Group(_short(line.title), round(left + width / 2, 1), tuple(_bars(line, first, bar)))


def _bars(line: Line, first: float, width: float) -> Sequence[Bar]:
    return [
        Bar(
            x=round(first + width * n, 1),
            y=_y(percent),
            width=round(width * 0.86, 1),
            height=round(_y(0) - _y(percent), 1),
            shade=n,
        )
        for n, mark in enumerate(line.marks)
        if mark and mark.percent is not None
        for percent in [min(float(mark.percent), 100.0)]
    ]


def _y(percent: float) -> float:
    top = 6
    return round(HEIGHT - BOTTOM - percent * (HEIGHT - BOTTOM - top) / 100, 1)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
