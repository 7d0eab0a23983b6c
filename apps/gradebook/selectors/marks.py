"""From line items and results to totals: how marks reach the rules, whoever asks."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from apps.academics.models import AcademicSession
from apps.gradebook.models import LineItem, Result, ScoreStatus
from apps.gradebook.selectors.rules import Rules
from apps.gradebook.selectors.totals import Mark, Total, term_total, year_total
from apps.gradebook.selectors.years import Years

Place = tuple[uuid.UUID, uuid.UUID]


def by_place(results: Iterable[Result]) -> dict[Place, Result]:
    """Results by pupil and item."""
    return {(one.student_id, one.line_item_id): one for one in results}


class Cell(Protocol):
    """What counts of a cell somebody has touched: a Result, or what a sheet reads of it."""

    @property
    def score(self) -> Decimal | None: ...
    @property
    def status(self) -> str: ...
    @property
    def days_late(self) -> int: ...


def mark_of(item: LineItem, cell: Cell | None, term_number: int) -> Mark:
    """A cell as the rules read it; one without a row has never been touched. The item brings its category."""
    return Mark(
        item_id=item.pk,
        title=item.title,
        code=item.code,
        category=item.category.code if item.category else "",
        maximum=item.maximum,
        weight=item.weight,
        score=cell.score if cell else None,
        status=cell.status if cell else ScoreStatus.UNMARKED,
        days_late=cell.days_late if cell else 0,
        is_extra_credit=item.is_extra_credit,
        is_counted=item.is_counted,
        term_number=term_number,
    )


def marks_of(
    student_id: uuid.UUID, items: Sequence[LineItem], results: Mapping[Place, Result], years: Years
) -> list[Mark]:
    return [mark_of(one, results.get((student_id, one.pk)), years.number_of(one.session_id)) for one in items]


def total_of(rules: Rules, marks: Iterable[Mark], session: AcademicSession, years: Years) -> Total:
    """The total of a term or, for a year that has terms, of the year."""
    by_term: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_term[mark.term_number or 0].append(mark)
    number = years.number_of(session.pk)
    if years.has_terms(session.pk):
        return year_total(rules, by_term)
    return term_total(rules, by_term[number], number)


def same_number(one: Decimal | None, other: Decimal | None) -> bool:
    """Equal in value; nothing equals nothing only."""
    return one == other if one is not None and other is not None else one is other
