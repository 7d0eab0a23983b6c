"""Transcripts: all years of a pupil, here and at other schools."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from apps.academics.models import AcademicSession, SessionKind, Student
from apps.gradebook.models import Attempt, CourseTranscript, PostedGrade
from apps.reports.selectors import marks, pupils
from apps.reports.selectors.marks import Band, Mark
from apps.reports.selectors.pupils import Pupil


@dataclass(frozen=True)
class Entry:
    """A course with its final mark."""

    course: str
    code: str
    term: str
    mark: Mark
    credits: Decimal


@dataclass(frozen=True)
class Year:
    """A school year at one school; `school` is empty for this one."""

    label: str
    school: str
    entries: tuple[Entry, ...]

    @property
    def grade_point_average(self) -> Decimal | None:
        return marks.grade_point_average([(one.mark.points, one.credits) for one in self.entries])

    @property
    def credits_earned(self) -> Decimal:
        return sum((one.mark.credits_earned for one in self.entries), Decimal(0))


@dataclass(frozen=True)
class Transcript:
    """The years in their order, those elsewhere among them."""

    pupil: Pupil
    years: tuple[Year, ...]
    bands: tuple[Band, ...]

    @property
    def entries(self) -> list[Entry]:
        return [entry for year in self.years for entry in year.entries]

    @property
    def grade_point_average(self) -> Decimal | None:
        return marks.grade_point_average([(one.mark.points, one.credits) for one in self.entries])

    @property
    def credits_earned(self) -> Decimal:
        return sum((year.credits_earned for year in self.years), Decimal(0))

    @property
    def decimals(self) -> int:
        return marks.decimals_of(entry.mark.percent for entry in self.entries)

    @property
    def has_resit(self) -> bool:
        return any(entry.mark.is_resit for entry in self.entries)


def transcripts(students: Sequence[Student], *, day: date) -> dict[uuid.UUID, Transcript]:
    """The transcripts by pupil, in a fixed number of queries."""
    ids = [one.pk for one in students]
    people = pupils.pupils(students, day)
    here, elsewhere = _here(ids), _elsewhere(ids)
    found = marks.posted(ids, {session for rows in here.values() for session in rows})
    return {
        pk: Transcript(
            pupil=people[pk],
            years=tuple(
                sorted(
                    [*_own_years(here.get(pk, {})), *_other_years(elsewhere.get(pk, []))],
                    key=lambda year: (year.label, year.school),
                )
            ),
            bands=found.bands_of(pk),
        )
        for pk in ids
    }


def _here(students: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, list[PostedGrade]]]:
    """Posted grades by pupil and session."""
    rows = PostedGrade.objects.filter(student__in=list(students), replaced_at__isnull=True)
    rows = rows.select_related("section__course", "session__parent").order_by("attempt")
    found: dict[uuid.UUID, dict[uuid.UUID, list[PostedGrade]]] = {}
    for row in rows:
        found.setdefault(row.student_id, {}).setdefault(row.session_id, []).append(row)
    return found


def _own_years(rows: dict[uuid.UUID, list[PostedGrade]]) -> list[Year]:
    """A course's year grade where there is one, else its terms'."""
    by_year: dict[str, dict[tuple[Any, ...], Entry]] = {}
    final = {
        (grade.section_id, _year_of(grade.session).pk)
        for grades in rows.values()
        for grade in grades
        if grade.session.kind == SessionKind.SCHOOL_YEAR
    }
    for grade in sorted(
        (one for each in rows.values() for one in each), key=lambda one: (one.session.begin_date, one.attempt)
    ):
        year = _year_of(grade.session)
        is_term = grade.session.kind != SessionKind.SCHOOL_YEAR
        if is_term and (grade.section_id, year.pk) in final:
            continue
        # A resit stands in the place of the first attempt.
        by_year.setdefault(year.name, {})[grade.section_id, grade.session_id] = _entry(grade, is_term)
    return [Year(name, "", tuple(_sorted(entries.values()))) for name, entries in by_year.items()]


def _entry(grade: PostedGrade, is_term: bool) -> Entry:
    course = grade.section.course
    return Entry(
        course=course.name if course else grade.section.name,
        code=course.code if course else "",
        term=grade.session.name if is_term else "",
        mark=Mark(
            percent=grade.percent,
            label=grade.label,
            points=grade.points,
            is_passing=grade.is_passing,
            credits_earned=grade.credits_earned,
            is_resit=grade.attempt == Attempt.RESIT,
        ),
        credits=grade.credits_attempted or (course.credits if course else Decimal(0)),
    )


def _elsewhere(students: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[CourseTranscript]]:
    found: dict[uuid.UUID, list[CourseTranscript]] = {}
    for row in CourseTranscript.objects.filter(student__in=list(students), is_final=True):
        found.setdefault(row.student_id, []).append(row)
    return found


def _other_years(rows: Sequence[CourseTranscript]) -> list[Year]:
    by_place: dict[tuple[str, str], list[Entry]] = {}
    for row in rows:
        by_place.setdefault((row.year_label, row.school_name), []).append(
            Entry(
                course=row.course_title,
                code=row.course_code,
                term=row.term_label,
                mark=Mark(
                    percent=row.percent,
                    label=row.label,
                    points=row.points,
                    credits_earned=row.credits_earned or Decimal(0),
                ),
                credits=row.credits_attempted or Decimal(0),
            )
        )
    return [Year(year, school, tuple(_sorted(entries))) for (year, school), entries in by_place.items()]


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: (one.term, one.course))


def _year_of(session: AcademicSession) -> AcademicSession:
    return session.parent or session
