"""A small school at the end of its year: three grades with two homerooms each, taught and sat in."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.academics import models
from apps.academics.services import rollover as year_end
from apps.academics.tests import factories as make
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, actor_with, user_with

BEFORE = date(2027, 3, 20)
FIRST_DAY = date(2027, 4, 1)
# Everything a rollover of this app writes; upper floors add theirs.
TOUCHED = (
    models.AcademicSession,
    models.Section,
    models.TeachingAssignment,
    models.Enrollment,
    models.EnrollmentStatusChange,
    models.CampusEnrollment,
    models.Student,
    models.WaitingListEntry,
)


@dataclass
class YearEnd:
    """Grades 8 to 10, homerooms 8A to 10B, Mathematics and Science in each; `pupils` by homeroom name."""

    pupils_each: int = 3
    capacity: int = 40
    grades: tuple[int, ...] = (8, 9, 10)
    letters: str = "AB"
    pupils: dict[str, list[Any]] = field(default_factory=dict)
    homerooms: dict[str, Any] = field(default_factory=dict)
    taught: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.campus = CampusFactory.create()
        self.school = self.campus.school
        self.admin = actor_with(Role.SCHOOL_ADMIN, school=self.school, today=BEFORE)
        self.year = make.AcademicSessionFactory.create(school=self.school, name="2026-27", code="2026-27")
        for number, (begin, end) in enumerate((("04", "10"), ("10", "04")), 1):
            make.AcademicSessionFactory.create(
                school=self.school, parent=self.year, kind="term", name=f"Term {number}",
                code=f"2026-27-T{number}", begin_date=date(2026, int(begin), 1),
                end_date=date(2026 if number == 1 else 2027, int(end), 1),
            )  # fmt: skip
        self.program = make.ProgramFactory.create(school=self.school, name="Secondary")
        self.grade: dict[int, Any] = {}
        for number in self.grades:
            self._open_grade(number)
        self.program.grade_levels.set(self.grade.values())

    def rehearsed(self, **values: Any) -> models.Rollover:
        return year_end.rehearse_rollover(actor=self.admin, from_year=self.year, now=timezone.now(), **values)

    def applied(self, rollover: Any, *, today: date = BEFORE) -> models.Rollover:
        year_end.apply_rollover(actor=self.admin, rollover=rollover)
        return self.carried_out(rollover, today=today)

    def carried_out(self, rollover: Any, *, today: date = BEFORE) -> models.Rollover:
        """What the worker does."""
        year_end.carry_out(rollover=fresh(rollover), today=today, now=timezone.now())
        close_job(rollover)
        return fresh(rollover)

    def turned(self, rollover: Any) -> models.Rollover:
        year_end.turn(rollover=fresh(rollover), now=timezone.now())
        return fresh(rollover)

    def undone(self, rollover: Any) -> models.Rollover:
        year_end.undo_rollover(actor=self.admin, rollover=rollover)
        year_end.take_back_all(rollover=fresh(rollover), today=BEFORE, now=timezone.now())
        close_job(rollover)
        return fresh(rollover)

    def decide(self, rollover: Any, decision: str, *pupils: Any, **values: Any) -> models.Rollover:
        lines = list(rollover.lines.filter(student__in=pupils))
        return year_end.decide_lines(
            actor=self.admin, rollover=rollover, lines=lines, decision=decision, now=timezone.now(), **values
        )

    def line(self, rollover: Any, pupil: Any) -> models.RolloverLine:
        found: models.RolloverLine = rollover.lines.get(student=pupil)
        return found

    def place_after(self, pupil: Any) -> Any:
        """The pupil's homeroom in the new year."""
        rows = models.Enrollment.objects.filter(student=pupil, section__kind="homeroom", status="active")
        return rows.exclude(section__session=self.year).select_related("section").get().section

    def admit(self, name: str, **values: Any) -> Any:
        """One more pupil in a homeroom and its taught sections."""
        home = self.homerooms[name]
        pupil = make.StudentFactory.create(
            school=self.school, campus=self.campus, grade_level=home.grade_level, program=self.program,
            roll_number=str(len(self.pupils.setdefault(name, [])) + 1), **values,
        )  # fmt: skip
        make.CampusEnrollmentFactory.create(school=self.school, student=pupil, grade_level=home.grade_level)
        for section in (home, *self.taught[name]):
            section.refresh_from_db()
            make.EnrollmentFactory.create(
                school=self.school, student=pupil, section=section, claim=section.claim
            )
        self.pupils[name].append(pupil)
        return pupil

    def staff_user(self, role: Role) -> Any:
        return user_with(role, campus=self.campus)

    def _open_grade(self, number: int) -> None:
        level = make.GradeLevelFactory.create(
            school=self.school, name=f"Grade {number}", code=str(number), position=number
        )
        self.grade[number] = level
        courses = [
            make.CourseFactory.create(
                school=self.school, name=f"{subject} {number}", code=f"{code}-{number}", grade_level=level,
                subject=make.SubjectFactory.create(school=self.school, name=subject),
            )
            for subject, code in (("Mathematics", "MATH"), ("Science", "SCI"))
        ]  # fmt: skip
        for course in courses:
            make.ProgramCourseFactory.create(
                school=self.school, program=self.program, course=course, grade_level=level
            )
        for letter in self.letters:
            self._open_homeroom(f"{number}{letter}", level, courses)

    def _open_homeroom(self, name: str, level: Any, courses: list[Any]) -> None:
        place = {"school": self.school, "campus": self.campus, "session": self.year, "grade_level": level}
        place["capacity"] = self.capacity
        home = make.HomeroomFactory.create(name=name, code=name, **place)
        self.homerooms[name] = home
        self.taught[name] = [
            make.SectionFactory.create(
                name=f"{course.subject.name} {name}", code=f"{course.code.split('-')[0]}-{name}",
                course=course, homeroom=home, **place,
            )
            for course in courses
        ]  # fmt: skip
        for section in (home, *self.taught[name]):
            make.TeachingAssignmentFactory.create(
                school=self.school, section=section, end_date=date(2027, 4, 1)
            )
        for _ in range(self.pupils_each):
            self.admit(name)


def fresh(rollover: Any) -> models.Rollover:
    rows = models.Rollover.objects.select_related("job__owner", "school", "from_year", "to_year")
    return rows.get(pk=rollover.pk)


def close_job(rollover: Any) -> None:
    """As the runner does when the work is over."""
    job = fresh(rollover).job
    if job is not None:
        type(job).objects.filter(pk=job.pk, closed_at__isnull=True).update(
            state="done", closed_at=timezone.now()
        )


def checksum(*more: Any) -> dict[str, str]:
    """Every column of every row of the touched tables."""
    return {model._meta.label: _sum(model._meta.db_table) for model in (*TOUCHED, *more)}


def _sum(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY id')  # noqa: S608  # a model's own name
        return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
