"""What the school holds when a rehearsal is drawn, read in a fixed number of queries."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import F, Q
from django.db.models.functions import Length

from apps.academics.models import (
    AcademicSession,
    Enrollment,
    EnrollmentStatus,
    GradeLevel,
    Program,
    ProgramCourse,
    Section,
    SectionKind,
    Student,
    StudentStatus,
    TeachingAssignment,
)
from apps.academics.services.rollover.plan import Standing, contributors
from apps.academics.services.rollover.years import NextSession, next_sessions, sessions_of, within


@dataclass
class Facts:
    """The old year, what is there of the new one, and everybody who is enrolled in the school."""

    year: AcademicSession
    sessions: list[AcademicSession]
    there: list[AcademicSession]
    next: dict[uuid.UUID, NextSession]
    grades: list[GradeLevel]
    sections: list[Section]
    existing: list[Section]
    assignments: list[TeachingAssignment]
    pupils: list[Student]
    homerooms: dict[uuid.UUID, uuid.UUID]
    already: set[uuid.UUID]
    curriculum: dict[tuple[uuid.UUID, uuid.UUID], list[ProgramCourse]]
    programs: dict[uuid.UUID, Program]
    covers: dict[uuid.UUID, set[uuid.UUID]]
    standings: dict[uuid.UUID, Standing] | None

    @property
    def begin(self) -> date:
        return self.next[self.year.pk].begin

    @property
    def end(self) -> date:
        return self.next[self.year.pk].end

    @cached_property
    def grade_by_id(self) -> dict[uuid.UUID, GradeLevel]:
        return {one.pk: one for one in self.grades}

    @cached_property
    def section_by_id(self) -> dict[uuid.UUID, Section]:
        return {one.pk: one for one in self.sections}

    @cached_property
    def program_of_section(self) -> dict[uuid.UUID, uuid.UUID]:
        """The program most pupils of a homeroom follow."""
        followed: dict[uuid.UUID, Counter[uuid.UUID]] = defaultdict(Counter)
        for pupil in self.pupils:
            if pupil.program_id is not None and (home := self.homerooms.get(pupil.pk)):
                followed[home][pupil.program_id] += 1
        return {section: max(sorted(each), key=each.__getitem__) for section, each in followed.items()}

    def position_of(self, grade_id: uuid.UUID | None) -> int:
        return self.grade_by_id[grade_id].position if grade_id else 0

    def grade_after(self, grade: GradeLevel) -> GradeLevel | None:
        later = [one for one in self.grades if one.position > grade.position]
        return later[0] if later else None

    def ends_with(self, program_id: uuid.UUID | None, grade: GradeLevel) -> bool:
        """Whether the program's last grade is this one."""
        covered = self.covers.get(program_id, set()) if program_id else set()
        positions = [one.position for one in self.grades if one.pk in covered]
        return bool(positions) and max(positions) == grade.position


def read_facts(year: AcademicSession, to_year: AcademicSession | None) -> Facts:
    """Everything a rehearsal looks at; who asks has locked what must not move meanwhile."""
    school = year.school_id
    sessions = sessions_of(year)
    there = sessions_of(to_year) if to_year is not None else []
    pupils = list(_pupils(school))
    ids = [one.pk for one in pupils]
    return Facts(
        year=year,
        sessions=sessions,
        there=there,
        next=next_sessions(sessions, there),
        grades=list(GradeLevel.objects.filter(school=school).order_by("position", "code")),
        sections=_sections(year),
        existing=_sections(to_year) if to_year is not None else [],
        assignments=_assignments(year),
        pupils=pupils,
        homerooms=_homerooms(year),
        already=_already(to_year),
        curriculum=_curriculum(school),
        programs={one.pk: one for one in Program.objects.filter(school=school)},
        covers=_covers(school),
        standings=_standings(year, ids),
    )


def _pupils(school_id: uuid.UUID) -> Iterable[Student]:
    rows = Student.objects.filter(school=school_id, status=StudentStatus.ACTIVE)
    rows = rows.select_related("grade_level", "campus", "program")
    return rows.order_by(Length("roll_number"), "roll_number", "given_name", "family_name", "pk")


def _sections(year: AcademicSession) -> list[Section]:
    rows = Section.objects.filter(within(year), school=year.school_id, is_active=True)
    rows = rows.select_related("campus", "grade_level", "course", "session", "homeroom")
    return list(rows.order_by("campus__code", "grade_level__position", "name", "pk"))


def _assignments(year: AcademicSession) -> list[TeachingAssignment]:
    """Who still teaches a section on its last day."""
    last = F("section__session__end_date")
    rows = TeachingAssignment.objects.filter(
        within(year, "section__session"),
        Q(end_date__isnull=True) | Q(end_date__gte=last),
        school=year.school_id,
        section__is_active=True,
    )
    return list(rows.select_related("staff").order_by("section_id", "-is_primary", "begin_date", "pk"))


def _homerooms(year: AcademicSession) -> dict[uuid.UUID, uuid.UUID]:
    """The homeroom of each pupil; of several the last one."""
    rows = Enrollment.objects.filter(
        within(year, "section__session"), status=EnrollmentStatus.ACTIVE, school=year.school_id,
        section__kind=SectionKind.HOMEROOM, section__is_active=True,
    )  # fmt: skip
    return dict(rows.order_by("begin_date", "pk").values_list("student_id", "section_id"))


def _already(to_year: AcademicSession | None) -> set[uuid.UUID]:
    if to_year is None:
        return set()
    rows = Enrollment.objects.filter(within(to_year, "section__session"), status=EnrollmentStatus.ACTIVE)
    return set(rows.values_list("student_id", flat=True))


def _curriculum(school_id: uuid.UUID) -> dict[tuple[uuid.UUID, uuid.UUID], list[ProgramCourse]]:
    """Lines by program and grade; a line without a grade takes the course's."""
    rows = ProgramCourse.objects.filter(school=school_id, course__is_active=True)
    found: dict[tuple[uuid.UUID, uuid.UUID], list[ProgramCourse]] = defaultdict(list)
    for row in rows.select_related("course__subject").order_by("course__name", "pk"):
        if grade := row.grade_level_id or row.course.grade_level_id:
            found[row.program_id, grade].append(row)
    return dict(found)


def _covers(school_id: uuid.UUID) -> dict[uuid.UUID, set[uuid.UUID]]:
    rows = Program.grade_levels.through._default_manager.filter(program__school=school_id)
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for program, grade in rows.values_list("program_id", "gradelevel_id"):
        found[program].add(grade)
    return dict(found)


def _standings(year: AcademicSession, pupils: Sequence[uuid.UUID]) -> dict[uuid.UUID, Standing] | None:
    """What the apps above know; None when none of them can judge this year."""
    judged = [found for one in contributors() if (found := one.standings(year, pupils)) is not None]
    if not judged:
        return None
    merged: dict[uuid.UUID, Standing] = {}
    for found in judged:
        for pupil, standing in found.items():
            before = merged.get(pupil)
            merged[pupil] = standing if before is None or before.has_passed else before
    return merged
