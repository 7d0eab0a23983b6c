"""Results up to now: old work marked and let out, new work half marked, some waiting for its hour."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from apps.academics.models import AcademicSession, Section
from apps.core.models import uuid7
from apps.gradebook.models import LineItem, Result, ScoreStatus
from apps.gradebook.services.history import write_marks
from apps.portals.demo.grading import Pupil, Shelf, works_of
from apps.portals.demo.scores import Work, cell_of, seeded

# Days after the work was due: from when on half of it is marked, all of it, and families see it.
HALF, WHOLE, OUT = 0, 3, 10
SLOW: Final = 0.12
_LAG_OF_THE_SLOW: Final = 12
_SCHEDULED: Final = 0.3


@dataclass(frozen=True)
class Asked:
    """A line item that is due, with what the draws need."""

    item: LineItem
    section: Section
    work: Work
    key: str
    age: int
    is_over: bool


def make_results(shelf: Shelf) -> None:
    """Fill what is due and empty; whoever tries the demo keeps what they typed."""
    asked = list(_asked(shelf))
    known = _known(asked)
    rows = (row for one in asked for row in _results(shelf, one, known[one.item.pk]))
    write_marks(Result, created=rows, changed=(), school_id=shelf.school.pk, now=shelf.now)
    _release(shelf, asked)


def is_slow(shelf: Shelf, section: Section) -> bool:
    """Some teachers need longer; so does teacher@, who finds half a pile to mark."""
    teacher = shelf.teachers.get(section.pk)
    drawn = seeded(shelf.plan.seed, "slow", shelf.key_of(section)).random() < SLOW
    return drawn or (teacher is not None and teacher == shelf.demo_teacher)


def _asked(shelf: Shelf) -> Iterator[Asked]:
    sections = {one.pk: one for one in shelf.sections}
    rows = LineItem.objects.filter(section__in=sections, due_date__lte=shelf.today, source="")
    for item in rows.select_related("session").order_by("section", "position"):
        section = sections[item.section_id]
        work = _work_of(shelf, section, item)
        if work is not None and item.due_date is not None:
            key = f"{shelf.key_of(section)}:{item.title}"
            lag = _LAG_OF_THE_SLOW if is_slow(shelf, section) else 0
            age = (shelf.today - item.due_date).days - lag
            yield Asked(item, section, work, key, age, _is_over(shelf, item.session))


def _work_of(shelf: Shelf, section: Section, item: LineItem) -> Work | None:
    """The demo's own works are known by their titles; what somebody added is theirs to mark."""
    number = shelf.years.number_of(item.session_id)
    works = works_of(shelf.books[section.pk].scheme.code, number)
    return next((one for one in works if one.title == item.title), None)


def _is_over(shelf: Shelf, term: AcademicSession) -> bool:
    return term.end_date is not None and term.end_date <= shelf.today


def _known(asked: Sequence[Asked]) -> defaultdict[UUID, set[UUID]]:
    known: defaultdict[UUID, set[UUID]] = defaultdict(set)
    rows = Result.objects.filter(line_item__in=[one.item.pk for one in asked])
    for item, student in rows.values_list("line_item", "student"):
        known[item].add(student)
    return known


def _results(shelf: Shelf, one: Asked, known: set[UUID]) -> Iterator[dict[str, Any]]:
    due = one.item.due_date or shelf.today
    pupils = [pupil for pupil in shelf.pupils.get(one.section.pk, ()) if pupil.is_there(due)]
    if one.age < WHOLE and not one.is_over:
        pupils = pupils[: len(pupils) // 2]
    graded_at = min(shelf.at(one.section, due + timedelta(days=2)), shelf.now)
    for pupil in pupils:
        if pupil.pk not in known:
            yield _result(shelf, one, pupil, graded_at)


def _result(shelf: Shelf, one: Asked, pupil: Pupil, graded_at: datetime) -> dict[str, Any]:
    subject = one.section.course.subject.code if one.section.course and one.section.course.subject else ""
    cell = cell_of(shelf.plan.seed, pupil.number, subject, one.work, one.key)
    return {
        "id": uuid7(),
        "line_item_id": one.item.pk,
        "student_id": pupil.pk,
        "status": cell.status.value,
        "score": cell.score,
        "days_late": cell.days_late,
        "comment": cell.comment,
        "graded_at": graded_at if cell.status == ScoreStatus.GRADED else None,
        "graded_by_id": shelf.teachers.get(one.section.pk),
    }


def _release(shelf: Shelf, asked: Sequence[Asked]) -> None:
    changed = [
        (one.item.pk, one.item.version, {"release_at": moment})
        for one in asked
        if one.item.release_at is None and (moment := _release_at(shelf, one)) is not None
    ]
    write_marks(LineItem, created=(), changed=changed, school_id=shelf.school.pk, now=shelf.now)


def _release_at(shelf: Shelf, one: Asked) -> datetime | None:
    """Out a while after it was marked; of what is marked now, some comes out tomorrow morning."""
    due = one.item.due_date or shelf.today
    if one.age >= OUT or one.is_over:
        return min(shelf.at(one.section, due + timedelta(days=8)), shelf.now)
    scheduled = seeded(shelf.plan.seed, "scheduled", one.key).random() < _SCHEDULED
    if one.age >= WHOLE and scheduled:
        return shelf.at(one.section, shelf.today + timedelta(days=1), hour=8)
    return None
