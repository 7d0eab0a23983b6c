"""Saving marks: many cells in one statement, each on the version it was made on."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.academics.models import Section
from apps.core.audit import acting
from apps.core.errors import Detail, DomainError, StaleVersion
from apps.core.policy import Actor
from apps.core.protections import stands
from apps.core.rows import of_school, told_as_rule
from apps.gradebook.models import LineItem, Posting, Result
from apps.gradebook.selectors.entries import (
    EMPTY,
    Entry,
    Labels,
    checked_days,
    facts_of,
    is_above,
    labels_of,
    marked,
    read,
)
from apps.gradebook.selectors.places import Place, places_of

MOST_CELLS: Final = 4000
LONGEST_COMMENT: Final = 500
SAVED: Final = "saved"
UNCHANGED: Final = "unchanged"
CONFLICT: Final = "conflict"
REFUSED: Final = "refused"
_WRITTEN: Final = [
    "status", "score", "text_score", "days_late", "comment", "graded_at", "graded_by", "version",
    "updated_at",
]  # fmt: skip
Spot = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Cell:
    """A cell as somebody saved it. What is None stays as it is.

    `entry` is what was typed, or the same taken apart. `version` is the one it was made on, 0 for a cell
    nobody had touched; None writes over whatever stands. `is_confirmed` takes more than the maximum.
    """

    line_item_id: uuid.UUID
    student_id: uuid.UUID
    version: int | None
    entry: str | Entry | None = None
    comment: str | None = None
    is_confirmed: bool = False

    @property
    def spot(self) -> Spot:
        return (self.line_item_id, self.student_id)


@dataclass(frozen=True)
class Outcome:
    """What became of a cell. `result` is what stands now, None where nothing ever did."""

    cell: Cell
    state: str
    result: Result | None = None
    problem: Detail | None = None


@dataclass(frozen=True)
class Saved:
    outcomes: list[Outcome] = field(default_factory=list)

    def of(self, state: str) -> list[Outcome]:
        return [one for one in self.outcomes if one.state == state]

    @property
    def is_whole(self) -> bool:
        return not self.of(CONFLICT) and not self.of(REFUSED)


def save_results(
    *, actor: Actor, section: Section, cells: Sequence[Cell], now: datetime, reason: str = ""
) -> Saved:
    """Save what fits: a cell somebody else changed first, or that does not fit, is told and left as it was.

    The same again changes nothing, whatever the version. Once the term is posted a `reason` is needed.
    """
    of_school(actor, section)
    _require_sendable(cells)
    with told_as_rule(), acting(actor, reason=reason), transaction.atomic():
        known = _Known(section, cells)
        _require_reason(section, known, reason)
        outcomes = [known.outcome(cell) for cell in cells]
        _write(actor, outcomes, now)
    return Saved(outcomes)


def save_all_results(
    *, actor: Actor, section: Section, cells: Sequence[Cell], now: datetime, reason: str = ""
) -> Saved:
    """As `save_results`, but all or nothing: one cell that does not fit refuses the rest."""
    with transaction.atomic():
        saved = save_results(actor=actor, section=section, cells=cells, now=now, reason=reason)
        require_whole(saved)
    return saved


def rehearse_results(*, actor: Actor, section: Section, cells: Sequence[Cell]) -> Saved:
    """What saving these cells would do. Nothing is written."""
    of_school(actor, section)
    _require_sendable(cells)
    with transaction.atomic():
        known = _Known(section, cells)
        return Saved([known.outcome(cell) for cell in cells])


def require_whole(saved: Saved) -> None:
    """Raise what stood in the way, with both values of every conflict."""
    if conflicts := saved.of(CONFLICT):
        yours = {_key(one.cell): _typed(one.cell) for one in conflicts}
        theirs = {_key(one.cell): facts_of(one.result) for one in conflicts if one.result}
        raise StaleVersion(yours=yours, theirs=theirs)
    refused = [
        Detail(f"items.{number}.{one.problem.field}", one.problem.code, one.problem.message)
        for number, one in enumerate(saved.outcomes)
        if one.problem
    ]
    if refused:
        raise DomainError("VALIDATION_ERROR", refused[0].message, "items", refused)


class _Known:
    """What the cells refer to, read once; the items stay held until the end of the transaction."""

    def __init__(self, section: Section, cells: Sequence[Cell]) -> None:
        item_ids = {one.line_item_id for one in cells}
        student_ids = {one.student_id for one in cells}
        items = LineItem.objects.filter(section=section, pk__in=item_ids).order_by("pk")
        # In one order for all writers; what only points at the items is not held up.
        held = items.select_for_update(of=("self",), no_key=True).select_related("session", "scale")
        self.items = {one.pk: one for one in held.prefetch_related("scale__bands")}
        self.labels: Mapping[uuid.UUID, Labels | None] = {
            pk: labels_of(one.scale) for pk, one in self.items.items()
        }
        self.places = places_of(section.pk, student_ids)
        rows = Result.objects.filter(line_item__in=item_ids, student__in=student_ids)
        found = rows.filter(line_item__section=section).select_related("graded_by")
        self.results: dict[Spot, Result] = {(one.line_item_id, one.student_id): one for one in found}

    def outcome(self, cell: Cell) -> Outcome:
        before = self.results.get(cell.spot)
        standing = Entry.of(before) if before else EMPTY
        try:
            item, place = self._reached(cell)
            entry = self._wanted(cell, item, standing)
            comment = _comment(cell, before)
            if entry == standing and comment == (before.comment if before else ""):
                return Outcome(cell, UNCHANGED, before)
            _require_fit(cell, item, place, entry, standing)
        except DomainError as refusal:
            problem = Detail(refusal.field or "entry", refusal.code, str(refusal.message))
            return Outcome(cell, REFUSED, before, problem)
        if _is_stale(cell, before):
            return Outcome(cell, CONFLICT, before)
        return Outcome(cell, SAVED, _changed(before, item, cell, entry, comment))

    def _reached(self, cell: Cell) -> tuple[LineItem, Place]:
        item = self.items.get(cell.line_item_id)
        if item is None:
            raise DomainError("NO_ITEM", _("This item is not in the gradebook any more."), "line_item")
        place = self.places.get(cell.student_id)
        if place is None or not place.covers(item.session):
            raise DomainError(
                "NOT_IN_SECTION", _("The pupil was not in this section in that term."), "student"
            )
        return item, place

    def _wanted(self, cell: Cell, item: LineItem, standing: Entry) -> Entry:
        labels = self.labels[item.pk]
        if cell.entry is None:
            return standing
        if isinstance(cell.entry, str):
            return read(cell.entry, item, labels, standing)
        given = cell.entry
        checked_days(given.days_late)
        if given.score is None and not given.text_score:
            return given
        tidy = marked(item, labels, score=given.score, text_score=given.text_score)
        return Entry(tidy.status, tidy.score, tidy.text_score, given.days_late)


def _require_sendable(cells: Sequence[Cell]) -> None:
    if len(cells) > MOST_CELLS:
        raise DomainError("TOO_MANY", _("Save at most %d cells at once.") % MOST_CELLS, "items")
    if len({one.spot for one in cells}) != len(cells):
        raise DomainError("TWICE", _("A cell stands twice in what was sent."), "items")


def _require_reason(section: Section, known: _Known, reason: str) -> None:
    sessions = {pk for one in known.items.values() for pk in (one.session_id, one.session.parent_id) if pk}
    posted = Posting.objects.filter(section=section, session__in=sessions)
    if not reason.strip() and posted.exists():
        raise DomainError(
            "REASON_NEEDED", _("The grades of this term are posted. Say why a mark changes."), "reason"
        )


def _require_fit(cell: Cell, item: LineItem, place: Place, entry: Entry, standing: Entry) -> None:
    if place.gone_before(item):
        raise DomainError("LEFT", _("The pupil had left the section before this was due."), "student")
    if is_above(entry, item) and entry.score != standing.score and not cell.is_confirmed:
        message = _("That is more than %s, which this item is out of.") % f"{item.maximum.normalize():f}"
        raise DomainError("ABOVE_MAXIMUM", message, "entry")


def _comment(cell: Cell, before: Result | None) -> str:
    if cell.comment is None:
        return before.comment if before else ""
    comment = " ".join(cell.comment.split())
    if len(comment) > LONGEST_COMMENT:
        raise DomainError("TOO_LONG", _("A comment has at most %d letters.") % LONGEST_COMMENT, "comment")
    return comment


def _is_stale(cell: Cell, before: Result | None) -> bool:
    """Whoever saved first wins; the other gets to see what stands now."""
    current = before.version if before else 0
    return cell.version is not None and cell.version != current and stands("result_version")


def _changed(before: Result | None, item: LineItem, cell: Cell, entry: Entry, comment: str) -> Result:
    row = before or Result(school_id=item.school_id, line_item=item, student_id=cell.student_id, version=0)
    row.status, row.score = entry.status, entry.score
    row.text_score, row.days_late, row.comment = entry.text_score, entry.days_late, comment
    row.version += 1
    return row


def _write(actor: Actor, outcomes: Sequence[Outcome], now: datetime) -> None:
    rows: list[Any] = [one.result for one in outcomes if one.state == SAVED]
    for row in rows:
        row.graded_at, row.graded_by_id = now, actor.user_id
    if rows:
        # One order for all, so that two statements over the same cells never deadlock.
        rows.sort(key=lambda row: (row.line_item_id, row.student_id))
        Result.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["line_item", "student"], update_fields=_WRITTEN
        )


def _key(cell: Cell) -> str:
    return f"{cell.line_item_id}:{cell.student_id}"


def _typed(cell: Cell) -> dict[str, Any]:
    entry = None if cell.entry is None else str(cell.entry)
    return {"entry": entry, "comment": cell.comment, "version": cell.version}
