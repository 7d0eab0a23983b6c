"""How pupils stand: their results by subject, the average of what is out, and the grades that were posted."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from apps.academics.models import AcademicSession, Section, Student
from apps.core.policy import Actor, may
from apps.gradebook.models import (
    Gradebook,
    LineItem,
    MarkingRules,
    PostedGrade,
    Result,
    ScoreStatus,
)
from apps.gradebook.selectors.exact import percent_of
from apps.gradebook.selectors.marks import mark_of, total_of
from apps.gradebook.selectors.posting import Posted, standing_by
from apps.gradebook.selectors.rules import Rules, band_for, rules_of
from apps.gradebook.selectors.totals import Total
from apps.gradebook.selectors.years import Years

_T = TypeVar("_T")
_K = TypeVar("_K")
_Spot = tuple[uuid.UUID, uuid.UUID]
_UNMARKED: Final = frozenset({ScoreStatus.UNMARKED, ScoreStatus.SUBMITTED})


@dataclass(frozen=True)
class ItemLine:
    """A result with what it is out of. `is_out` says whether families see it too."""

    result: Result
    percent: Decimal | None
    label: str
    is_out: bool

    @property
    def item(self) -> LineItem:
        return self.result.line_item

    @property
    def day(self) -> date:
        """When it was, as well as anybody knows."""
        item = self.item
        known = item.due_date or item.assigned_date
        marked = self.result.graded_at or self.result.created_at
        return known or marked.astimezone(timezone.get_current_timezone()).date()


@dataclass(frozen=True)
class Subject:
    """A pupil's section: results newest first, the average of what is out, and posted grades by session."""

    section: Section
    lines: Sequence[ItemLine] = ()
    live: Total | None = None
    posted: Mapping[uuid.UUID, Posted] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.section.course or self.section)

    @property
    def is_empty(self) -> bool:
        return not self.lines and not self.posted


@dataclass(frozen=True)
class PupilMarks:
    """A pupil's subjects; `columns` are the terms, and the year where a grade of it is posted."""

    student: Student
    subjects: Sequence[Subject]
    columns: Sequence[AcademicSession]

    @property
    def newest(self) -> list[ItemLine]:
        """What came out last, first."""
        lines = [line for subject in self.subjects for line in subject.lines if line.is_out]
        return sorted(lines, key=lambda one: str(one.item.release_at), reverse=True)


@dataclass(frozen=True)
class Shown:
    """What a campus lets families see beside results."""

    live: bool = False
    rank: bool = False


def marks_of_pupils(
    actor: Actor, students: Sequence[Student], session: AcademicSession, years: Years
) -> list[PupilMarks]:
    """The results of these pupils in a session (a year or a term of it) with what they come to, and all that
    was posted in the year, as the actor may see them.

    The number of queries is the same for one subject and for twelve, for one child and for four.
    """
    results = _results(actor, students, years.inside(session.pk))
    posted = _posted(actor, students, years.inside(years.year_of(session.pk).pk))
    sections = {one.line_item.section_id: one.line_item.section for one in results}
    sections |= {one.section_id: one.section for one in posted}
    made = _Making(
        session=session,
        years=years,
        sections=sorted(sections.values(), key=lambda one: (str(one.course or one), one.name)),
        rules=rules_of(Gradebook.objects.filter(section__in=sections)),
        results=_grouped(results, lambda one: (one.student_id, one.line_item.section_id)),
        posted=_grouped(posted, lambda one: (one.student_id, one.section_id)),
        shown=shown_to_families({one.campus_id for one in sections.values()}),
        own=family_of(actor, students),
    )
    return [made.pupil(student) for student in students]


@dataclass(frozen=True)
class _Making:
    """Everything read; what is left is to lay it out by pupil and subject."""

    session: AcademicSession
    years: Years
    sections: Sequence[Section]
    rules: Mapping[uuid.UUID, Rules]
    results: Mapping[_Spot, list[Result]]
    posted: Mapping[_Spot, list[PostedGrade]]
    shown: Mapping[uuid.UUID, Shown]
    own: set[uuid.UUID]

    def pupil(self, student: Student) -> PupilMarks:
        subjects = [self.subject(student, section) for section in self.sections]
        sessions = {pk for subject in subjects for pk in subject.posted}
        columns = [one for one in self._columns() if not self.years.has_terms(one.pk) or one.pk in sessions]
        return PupilMarks(student, [one for one in subjects if not one.is_empty], columns)

    def subject(self, student: Student, section: Section) -> Subject:
        results = self.results.get((student.pk, section.pk), [])
        rules = self.rules.get(section.pk)
        lines = [_line(one, rules) for one in results]
        out = [one.result for one in lines if one.is_out]
        hides = student.pk in self.own and not self.shown.get(section.campus_id, Shown()).live
        live = None if hides or rules is None or not out else self._total(rules, out)
        by_session = _grouped(self.posted.get((student.pk, section.pk), []), lambda one: one.session_id)
        posted = {pk: standing_by(some)[student.pk] for pk, some in by_session.items()}
        return Subject(section, sorted(lines, key=lambda one: one.day, reverse=True), live, posted)

    def _total(self, rules: Rules, results: Sequence[Result]) -> Total:
        marks = [
            mark_of(one.line_item, one, self.years.number_of(one.line_item.session_id)) for one in results
        ]
        return total_of(rules, marks, self.session, self.years)

    def _columns(self) -> list[AcademicSession]:
        return self.years.postable(self.years.year_of(self.session.pk).pk)


def shown_to_families(campuses: Iterable[uuid.UUID]) -> dict[uuid.UUID, Shown]:
    rows = MarkingRules.objects.filter(campus__in=list(campuses))
    return {one.campus_id: Shown(one.shows_live_average, one.shows_rank) for one in rows}


def new_results(actor: Actor, students: Iterable[Student], since: date) -> QuerySet[Result]:
    """What came out since that day, newest first."""
    rows = Result.objects.permitted(actor).filter(
        student__in=list(students), line_item__release_at__date__gte=since
    )
    rows = rows.filter(line_item__in=LineItem.objects.released()).exclude(status__in=_UNMARKED)
    return rows.select_related("line_item__section__course", "student").order_by("-line_item__release_at")


def may_see_workings(actor: Actor, grade: PostedGrade, years: Years) -> bool:
    """Steps name the score of each item, so families read them once all of those are out."""
    if may(actor, "explain", grade):
        return True
    items = LineItem.objects.filter(section=grade.section_id, session__in=years.inside(grade.session_id))
    return not items.filter(results__student=grade.student_id).waiting().exists()


def family_of(actor: Actor, students: Iterable[Student]) -> set[uuid.UUID]:
    """Those of the pupils whom the actor looks at as the pupil or a guardian, whatever else the actor is."""
    who = Q(user=actor.user_id) | Q(guardianships__guardian__user=actor.user_id)
    rows = Student.objects.filter(who, pk__in=[one.pk for one in students])
    return set(rows.values_list("pk", flat=True))


def current_term(years: Years, today: date) -> AcademicSession | None:
    """The term that runs, or the last one that did."""
    year = current_year(years, today)
    return years.running(year.pk, today) if year else None


def current_year(years: Years, today: date) -> AcademicSession | None:
    """The school year of today, or the last one before."""
    begun = [one for one in years.by_id.values() if years.is_year(one.pk) and one.begin_date <= today]
    return begun[-1] if begun else None


def _results(actor: Actor, students: Iterable[Student], inside: list[uuid.UUID]) -> list[Any]:
    rows = Result.objects.permitted(actor).filter(student__in=list(students), line_item__session__in=inside)
    out = ExpressionWrapper(Q(line_item__release_at__lte=Now()), output_field=BooleanField())
    joined = rows.select_related("line_item__category", "line_item__section__course")
    return list(joined.annotate(is_out=out).order_by("line_item__position"))


def _posted(actor: Actor, students: Iterable[Student], inside: list[uuid.UUID]) -> list[PostedGrade]:
    rows = PostedGrade.objects.permitted(actor).standing()
    rows = rows.filter(student__in=list(students), session__in=inside)
    return list(rows.select_related("section__course", "posting").defer("workings", "posting__rules"))


def _line(result: Any, rules: Rules | None) -> ItemLine:
    item, score = result.line_item, result.score
    percent = percent_of(score, item.maximum) if score is not None and item.maximum else None
    band = band_for(percent, rules.bands) if rules and percent is not None else None
    return ItemLine(result, percent, result.text_score or (band.label if band else ""), bool(result.is_out))


def _grouped(rows: Iterable[_T], key: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    found: defaultdict[_K, list[_T]] = defaultdict(list)
    for one in rows:
        found[key(one)].append(one)
    return dict(found)
