"""Grade point averages and credits: of a term, and over all years here and elsewhere."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import QuerySet

from apps.gradebook.models import CourseTranscript, PostedGrade
from apps.gradebook.selectors.posting import Posted, standing_by

_NOUGHT: Final = Decimal(0)
_STEP: Final = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One line of a pupil's record: a course in a year or term, with the grade that counts.

    `weight` is what it weighs in an average: its credits; `resit` says that the first try was bettered.
    `is_final` closes the course, so only such lines earn credits and count over the years.
    """

    title: str
    year: str
    term: str
    percent: Decimal | None
    label: str
    points: Decimal | None
    is_passing: bool | None
    attempted: Decimal
    earned: Decimal
    weight: Decimal
    is_final: bool
    school: str = ""
    resit: bool = False
    session_id: uuid.UUID | None = None
    section_id: uuid.UUID | None = None
    grade_id: uuid.UUID | None = None
    transcript_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Gpa:
    """`points` is the average, rounded once at the end; None where no line brings points."""

    points: Decimal | None
    attempted: Decimal
    earned: Decimal
    lines: int


@dataclass(frozen=True)
class TermGpa:
    session_id: uuid.UUID
    year: str
    term: str
    gpa: Gpa


@dataclass(frozen=True)
class Record:
    """A pupil's lines, oldest first, with the averages they make."""

    lines: Sequence[Line]

    @property
    def cumulative(self) -> Gpa:
        """Over what closes a course: a term does not count twice beside its year."""
        return gpa_of([one for one in self.lines if one.is_final])

    @property
    def by_term(self) -> list[TermGpa]:
        """The average of each term and year posted here."""
        found: defaultdict[uuid.UUID, list[Line]] = defaultdict(list)
        for one in self.lines:
            if one.session_id is not None:
                found[one.session_id].append(one)
        return [TermGpa(pk, some[0].year, some[0].term, gpa_of(some)) for pk, some in found.items()]


def gpa_of(lines: Iterable[Line]) -> Gpa:
    """Points weighted by credits; where no course has credits all weigh the same."""
    lines = list(lines)
    counted = [(one.points, one.weight) for one in lines if one.points is not None]
    if not any(weight for _, weight in counted):
        counted = [(points, Decimal(1)) for points, _ in counted]
    weights = sum((weight for _, weight in counted), _NOUGHT)
    total = sum((points * weight for points, weight in counted), _NOUGHT)
    return Gpa(
        points=(total / weights).quantize(_STEP, rounding=ROUND_HALF_UP) if weights else None,
        attempted=sum((one.attempted for one in lines), _NOUGHT),
        earned=sum((one.earned for one in lines), _NOUGHT),
        lines=len(lines),
    )


def record_of(posted: QuerySet[PostedGrade], elsewhere: QuerySet[CourseTranscript]) -> Record:
    """The record of one pupil from rows somebody may see, in two queries."""
    rows = posted.filter(replaced_at__isnull=True).select_related(
        "section__course", "session__parent__parent"
    )
    by_place: defaultdict[tuple[Any, Any], list[PostedGrade]] = defaultdict(list)
    for row in rows.order_by("session__begin_date", "-session__end_date", "section__name"):
        by_place[(row.section_id, row.session_id)].append(row)
    both = [next(iter(standing_by(some).values())) for some in by_place.values()]
    brought = elsewhere.order_by("year_label", "term_label", "course_title")
    return Record([*map(_from_elsewhere, brought), *map(_from_here, both)])


def _from_here(posted: Posted) -> Line:
    """The better of the regular grade and the resit counts."""
    first = posted.regular or posted.resit
    best = posted.best or first
    if first is None or best is None:
        raise ValueError("a line of a record has a grade")
    section, session = best.section, best.session
    year = session
    while year.parent is not None:
        year = year.parent
    return Line(
        title=str(section.course or section),
        year=year.name,
        term="" if session == year else session.name,
        percent=best.percent,
        label=best.label,
        points=best.points,
        is_passing=best.is_passing,
        attempted=best.credits_attempted,
        earned=best.credits_earned,
        weight=section.course.credits if section.course else _NOUGHT,
        is_final=session.pk == section.session_id,
        resit=best is posted.resit,
        session_id=session.pk,
        section_id=section.pk,
        grade_id=best.pk,
    )


def _from_elsewhere(row: CourseTranscript) -> Line:
    return Line(
        title=row.course_title,
        year=row.year_label,
        term=row.term_label,
        percent=row.percent,
        label=row.label,
        points=row.points,
        is_passing=None,
        attempted=row.credits_attempted or _NOUGHT,
        earned=row.credits_earned or _NOUGHT,
        weight=row.credits_attempted or _NOUGHT,
        is_final=row.is_final,
        school=row.school_name,
        transcript_id=row.pk,
    )
