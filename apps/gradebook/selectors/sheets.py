"""A gradebook as it lies open: pupils by items, what stands in each cell, and what it adds up to."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Func, JSONField, TextField
from django.db.models.functions import Cast, Length
from django.utils.functional import cached_property

from apps.academics.models import AcademicSession, Student
from apps.gradebook.models import Gradebook, LineItem, Posting, Result, ScoreStatus
from apps.gradebook.selectors.columns import Statistics, statistics
from apps.gradebook.selectors.entries import Entry, Labels, labels_of
from apps.gradebook.selectors.marks import mark_of
from apps.gradebook.selectors.places import LEFT, Place, places_of
from apps.gradebook.selectors.rules import Rules, rules_of
from apps.gradebook.selectors.totals import Mark, Total, term_total, year_total
from apps.gradebook.selectors.years import Years, years_of

Spot = tuple[uuid.UUID, uuid.UUID]
_NOT_EXPECTED: Final = frozenset({ScoreStatus.EXEMPT, ScoreStatus.ABSENT})


class Standing(NamedTuple):
    """What stands in a cell somebody has touched."""

    status: str
    score: Decimal | None
    text_score: str
    days_late: int
    comment: str
    version: int

    @property
    def entry(self) -> Entry:
        return Entry(self.status, self.score, self.text_score, self.days_late)


@dataclass(frozen=True)
class Row:
    """One pupil. `state` is active, late (came after the term began) or left."""

    student: Student
    place: Place
    state: str


@dataclass(frozen=True)
class Sums:
    """A pupil's totals; the year's is of all terms so far."""

    term: Total
    year: Total


class Sheet:
    """The gradebook of a section in a term. Everything is read by the time it is made."""

    def __init__(
        self, gradebook: Gradebook, session: AcademicSession, years: Years, rules: Rules, today: date
    ) -> None:
        self.gradebook, self.section, self.session = gradebook, gradebook.section, session
        self.years, self.rules = years, rules
        self.sessions = years.terms_in(self.section.session_id)
        self._inside = frozenset(years.inside(session.pk))
        self._all_items = _items(gradebook)
        self.items = [one for one in self._all_items if one.session_id in self._inside]
        self.rows = _rows(gradebook, session, today)
        self._results = _results(gradebook, self._all_items)
        self.is_posted = Posting.objects.filter(section=self.section, session=session).exists()

    def cell(self, student_id: uuid.UUID, item_id: uuid.UUID) -> Standing | None:
        return self._results[student_id].get(item_id)

    @cached_property
    def labels(self) -> dict[uuid.UUID, Labels | None]:
        return {one.pk: labels_of(one.scale) for one in self.items}

    @cached_property
    def totals(self) -> dict[uuid.UUID, Sums]:
        return {row.student.pk: self.sums(row.student.pk) for row in self.rows}

    def sums(self, student_id: uuid.UUID, *, explained: bool = False) -> Sums:
        marks = self._marks(student_id)
        number = self.years.number_of(self.session.pk)
        return Sums(
            term=term_total(self.rules, marks.get(number, ()), number, explained=explained),
            year=year_total(self.rules, marks, explained=explained),
        )

    def statistics(self, item: LineItem) -> Statistics:
        scores, expected = [], 0
        for row in self.rows:
            cell = self.cell(row.student.pk, item.pk)
            if cell is not None and cell.score is not None:
                scores.append(cell.score)
                expected += 1
            elif row.place.is_expected(item) and (cell is None or cell.status not in _NOT_EXPECTED):
                expected += 1
        return statistics(scores, item.maximum, expected)

    def _marks(self, student_id: uuid.UUID) -> Mapping[int, list[Mark]]:
        """All items of the year by term number; what nobody has touched is unmarked."""
        found: defaultdict[int, list[Mark]] = defaultdict(list)
        cells = self._results[student_id]
        for item in self._all_items:
            number = self._numbers[item.session_id]
            found[number].append(mark_of(item, cells.get(item.pk), number))
        return found

    @cached_property
    def _numbers(self) -> dict[uuid.UUID, int]:
        return {pk: self.years.number_of(pk) for pk in {one.session_id for one in self._all_items}}


def sheet(*, gradebook: Gradebook, session: AcademicSession | None, today: date) -> Sheet:
    """The gradebook in that term, or in the one that runs today, in a fixed number of queries."""
    years = years_of(gradebook.school_id)
    term = session or years.running(gradebook.section.session_id, today)
    rules = rules_of([gradebook])[gradebook.section_id]
    return Sheet(gradebook, term, years, rules, today)


def term_in(years: Years, section_session_id: uuid.UUID, wanted: str) -> AcademicSession | None:
    """The term of a section whose id stands in the address."""
    return next((one for one in years.terms_in(section_session_id) if str(one.pk) == wanted), None)


def _items(gradebook: Gradebook) -> list[LineItem]:
    rows = LineItem.objects.filter(section=gradebook.section_id).select_related("category", "scale")
    return list(rows.prefetch_related("scale__bands").order_by("position", "created_at"))


def _rows(gradebook: Gradebook, session: AcademicSession, today: date) -> list[Row]:
    places = {pk: one for pk, one in places_of(gradebook.section_id).items() if one.covers(session)}
    pupils = Student.objects.filter(pk__in=places).order_by(
        Length("roll_number"), "roll_number", "given_name", "family_name", "pk"
    )
    rows = [Row(one, places[one.pk], places[one.pk].state(session, today)) for one in pupils]
    # Who is gone stands below, in the same order.
    return sorted(rows, key=lambda row: row.state == LEFT)


def _results(
    gradebook: Gradebook, items: Iterable[LineItem]
) -> defaultdict[uuid.UUID, dict[uuid.UUID, Standing]]:
    """One row a pupil: a sheet has thousands of cells, and a row for each costs several times as much."""
    names = {str(one.pk): one.pk for one in items}
    cell: Any = Func(
        Cast("line_item_id", TextField()),
        "status",
        Cast("score", TextField()),
        "text_score",
        "days_late",
        "comment",
        "version",
        function="jsonb_build_array",
        output_field=JSONField(),
    )
    rows = Result.objects.filter(line_item__section=gradebook.section_id).order_by()
    found: defaultdict[uuid.UUID, dict[uuid.UUID, Standing]] = defaultdict(dict)
    for student, cells in rows.values_list("student_id").annotate(cells=JSONBAgg(cell)):
        found[student] = {
            names[item]: Standing(status, Decimal(score) if score else None, *rest)
            for item, status, score, *rest in cells
        }
    return found
