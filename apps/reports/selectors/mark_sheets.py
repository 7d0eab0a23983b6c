"""The mark sheet of a section: every pupil's grades of a session on one paper."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.academics.models import AcademicSession, Enrollment, Section, SectionKind, Student
from apps.academics.selectors import teacher_names
from apps.reports.selectors import marks
from apps.reports.selectors.marks import Band, Mark


@dataclass(frozen=True)
class Row:
    """A pupil's line: a mark in each column, and their average."""

    number: int
    name: str
    roll_number: str
    admission_number: str
    marks: tuple[Mark | None, ...]

    @property
    def average(self) -> Decimal | None:
        return marks.mean(mark.percent for mark in self.marks if mark)


@dataclass(frozen=True)
class Sheet:
    """A homeroom's sheet has a column a course; that of a taught section a column a term."""

    section: Section
    session: AcademicSession
    teacher: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    bands: tuple[Band, ...]

    @property
    def averages(self) -> list[Decimal | None]:
        """Of each column, over the pupils."""
        return [
            marks.mean(mark.percent for row in self.rows if (mark := row.marks[n]))
            for n in range(len(self.columns))
        ]

    @property
    def decimals(self) -> int:
        return marks.decimals_of(mark.percent for row in self.rows for mark in row.marks if mark)

    @property
    def has_marks(self) -> bool:
        return any(mark for row in self.rows for mark in row.marks)

    @property
    def has_resit(self) -> bool:
        return any(mark.is_resit for row in self.rows for mark in row.marks if mark)


def mark_sheet(section: Section, session: AcademicSession, *, day: date) -> Sheet:
    """What was posted for the section's pupils in the session, or a term of it."""
    pupils = _pupils(section)
    columns = _courses(section, session) if section.kind == SectionKind.HOMEROOM else _terms(section, session)
    sessions = {part for parts in columns.values() for _section, part in parts} | {session.pk}
    found = marks.posted([one.pk for one in pupils], sessions)
    taken = [title for title in columns if any(_has(found, pupils, place) for place in columns[title])]
    rows = tuple(
        Row(
            number,
            pupil.full_name,
            pupil.roll_number,
            pupil.admission_number,
            tuple(_mark(found, pupil.pk, columns[title]) for title in taken),
        )
        for number, pupil in enumerate(pupils, 1)
    )
    teacher = teacher_names([section.pk], day).get(section.pk, "")
    bands = next((found.bands_of(one.pk) for one in pupils if found.bands_of(one.pk)), ())
    return Sheet(section, session, teacher, tuple(taken), rows, bands)


_Parts = dict[str, list[tuple[uuid.UUID, uuid.UUID]]]
"""(section, session) by the title of the column."""


def _terms(section: Section, session: AcademicSession) -> _Parts:
    parts = list(dict.fromkeys([*marks.terms_of(session), session]))
    return {one.name: [(section.pk, one.pk)] for one in parts}


def _courses(homeroom: Section, session: AcademicSession) -> _Parts:
    """The sections in which the homeroom's pupils are taught, by course."""
    places = Enrollment.objects.filter(
        student__in=Enrollment.objects.filter(section=homeroom).values("student"),
        section__kind=SectionKind.SCHEDULED,
        begin_date__lt=homeroom.session.end_date,
        end_date__gt=homeroom.session.begin_date,
    )
    found: _Parts = {}
    rows = places.order_by("section__course__name").values_list("section__course__name", "section")
    for title, section in rows.distinct():
        found.setdefault(title, []).append((section, session.pk))
    return found


def _pupils(section: Section) -> list[Student]:
    enrolled = Enrollment.objects.filter(section=section).exclude(status="withdrawn")
    rows = Student.objects.filter(pk__in=enrolled.values("student"))
    return sorted(rows, key=lambda one: (len(one.roll_number), one.roll_number, one.full_name))


def _has(found: marks.Posted, pupils: list[Student], place: tuple[uuid.UUID, uuid.UUID]) -> bool:
    return any((one.pk, *place) in found.marks for one in pupils)


def _mark(found: marks.Posted, student: uuid.UUID, places: list[tuple[uuid.UUID, uuid.UUID]]) -> Mark | None:
    return next((found.marks[student, *place] for place in places if (student, *place) in found.marks), None)
