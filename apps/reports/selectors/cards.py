"""Report cards and progress reports: everything one shows, for many pupils in a fixed number of queries."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from apps.academics.models import AcademicSession, Section, SectionKind, SessionKind, Student
from apps.academics.selectors import teacher_names
from apps.reports.models import CommentState, ReportComment
from apps.reports.selectors import live, marks, pupils
from apps.reports.selectors.layouts import Layout
from apps.reports.selectors.marks import Band, Mark, Place
from apps.reports.selectors.pupils import Presence, Pupil


@dataclass(frozen=True)
class Line:
    """A subject of the pupil: the mark of each term, the year's, and what the teacher says."""

    title: str
    teacher: str
    credits: Decimal
    marks: tuple[Mark | None, ...]
    total: Mark | None
    comment: str

    @property
    def latest(self) -> Mark | None:
        """What counts most now: the year's mark, else the last term's that is there."""
        return self.total or next((mark for mark in reversed(self.marks) if mark), None)


@dataclass(frozen=True)
class Card:
    """What a report card or progress report of one pupil says."""

    pupil: Pupil
    session: AcademicSession
    terms: tuple[AcademicSession, ...]
    lines: tuple[Line, ...]
    has_total: bool
    presence: tuple[Presence, ...]
    general_comment: str
    bands: tuple[Band, ...]

    @property
    def averages(self) -> list[Decimal | None]:
        """Of each term, and last of the year where the card has that column."""
        terms = [
            marks.mean(line.marks[n].percent for line in self.lines if line.marks[n])  # type: ignore[union-attr]  # asked in the condition
            for n in range(len(self.terms))
        ]
        year = marks.mean(line.total.percent for line in self.lines if line.total)
        return [*terms, year] if self.has_total else terms

    @property
    def grade_point_average(self) -> Decimal | None:
        pairs = [(line.latest.points, line.credits) for line in self.lines if line.latest]
        return marks.grade_point_average(pairs)

    @property
    def decimals(self) -> int:
        return marks.decimals_of(mark.percent for mark in self.every_mark)

    @property
    def every_mark(self) -> list[Mark]:
        return [mark for line in self.lines for mark in (*line.marks, line.total) if mark]

    @property
    def is_empty(self) -> bool:
        """Nothing is there for the term (or, of a year, in any of its terms)."""
        return not (self.every_mark if self.has_total else any(line.marks[-1] for line in self.lines))

    @property
    def has_live(self) -> bool:
        return any(not mark.is_final for mark in self.every_mark)

    @property
    def has_resit(self) -> bool:
        return any(mark.is_resit for mark in self.every_mark)

    @property
    def comments(self) -> list[tuple[str, str, str]]:
        """(subject, teacher, what is said)"""
        return [(line.title, line.teacher, line.comment) for line in self.lines if line.comment]


def cards(
    students: Sequence[Student], session: AcademicSession, layout: Layout, *, day: date
) -> dict[uuid.UUID, Card]:
    """The cards by pupil; who has no marks at all has a card without lines."""
    ids = [one.pk for one in students]
    terms = marks.terms_of(session)
    sessions = list(dict.fromkeys([*terms, session]))
    found = marks.posted(ids, [one.pk for one in sessions])
    known = dict(found.marks)
    if layout.shows_live:
        known = {**live.averages(ids, terms), **known}
    of_year = session.kind == SessionKind.SCHOOL_YEAR
    comments = _comments(ids, sessions if of_year else [session])
    sections = _sections({place[1] for place in (*known, *comments)})
    teachers = teacher_names(list(sections), min(day, _last_day(session)))
    people, present = pupils.pupils(students, day), pupils.presence(ids, terms)
    return {
        pk: Card(
            pupil=people[pk],
            session=session,
            terms=tuple(terms),
            lines=_lines(pk, known, sections, teachers, comments, terms, session),
            has_total=of_year,
            presence=tuple(present.get((pk, term.pk), Presence()) for term in terms),
            general_comment=_general(pk, comments, sections),
            bands=found.bands_of(pk),
        )
        for pk in ids
    }


def _lines(
    student: uuid.UUID,
    known: Mapping[Place, Mark],
    sections: Mapping[uuid.UUID, Section],
    teachers: Mapping[uuid.UUID, str],
    comments: Mapping[Place, str],
    terms: Sequence[AcademicSession],
    session: AcademicSession,
) -> tuple[Line, ...]:
    """One line a course: sections of the same course in several terms share it."""
    by_course: dict[str, Line] = {}
    mine = [place for place in dict.fromkeys((*known, *comments)) if place[0] == student]
    for section_id in dict.fromkeys(place[1] for place in mine):
        section = sections[section_id]
        if section.kind == SectionKind.HOMEROOM:
            continue
        title = section.course.name if section.course else section.name
        line = Line(
            title=title,
            teacher=teachers.get(section_id, ""),
            credits=section.course.credits if section.course else Decimal(0),
            marks=tuple(known.get((student, section_id, term.pk)) for term in terms),
            total=known.get((student, section_id, session.pk)) if session not in terms else None,
            comment=_latest(student, section_id, comments),
        )
        by_course[title] = _joined(by_course[title], line) if title in by_course else line
    return tuple(by_course[title] for title in sorted(by_course))


def _joined(first: Line, second: Line) -> Line:
    return replace(
        first,
        teacher=second.teacher or first.teacher,
        marks=tuple(b or a for a, b in zip(first.marks, second.marks, strict=True)),
        total=second.total or first.total,
        comment=second.comment or first.comment,
    )


def _latest(student: uuid.UUID, section: uuid.UUID, comments: Mapping[Place, str]) -> str:
    said = [text for place, text in comments.items() if place[:2] == (student, section)]
    return said[-1] if said else ""


def _general(student: uuid.UUID, comments: Mapping[Place, str], sections: Mapping[uuid.UUID, Section]) -> str:
    said = [
        text
        for (pupil, section, _session), text in comments.items()
        if pupil == student and sections[section].kind == SectionKind.HOMEROOM
    ]
    return said[-1] if said else ""


def _comments(students: Iterable[uuid.UUID], sessions: Sequence[AcademicSession]) -> dict[Place, str]:
    """What was accepted; nothing else is ever printed. The latest session last."""
    rows = ReportComment.objects.filter(
        student__in=list(students), session__in=[one.pk for one in sessions], state=CommentState.ACCEPTED
    ).exclude(text="")
    found = {(row.student_id, row.section_id, row.session_id): row.text for row in rows}
    order = {one.pk: number for number, one in enumerate(sessions)}
    return dict(sorted(found.items(), key=lambda item: order[item[0][2]]))


def _sections(ids: set[uuid.UUID]) -> dict[uuid.UUID, Section]:
    rows = Section.objects.filter(pk__in=ids).select_related("course")
    return {row.pk: row for row in rows}


def _last_day(session: AcademicSession) -> date:
    return session.period.last_day or session.begin_date
