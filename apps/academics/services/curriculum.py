"""What is taught: subjects, grade levels, courses and their prerequisites, programs and their curriculum."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.academics import selectors
from apps.academics.models import (
    Course,
    CoursePrerequisite,
    GradeLevel,
    Program,
    ProgramCourse,
    Subject,
    TermStructure,
)
from apps.academics.services.statistics import figures_changed
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, school_of, written


def save_subject(
    *, actor: Actor, subject: Subject | None = None, name: str, code: str, department: str = ""
) -> Subject:
    """A new subject, or new values of one."""
    row = of_school(actor, subject) if subject else Subject(school_id=school_of(actor))
    return written(row, name=name, code=code, department=department)


def save_grade_level(
    *, actor: Actor, grade_level: GradeLevel | None = None, name: str, code: str, position: int
) -> GradeLevel:
    row = of_school(actor, grade_level) if grade_level else GradeLevel(school_id=school_of(actor))
    return written(row, name=name, code=code, position=position)


def save_course(
    *,
    actor: Actor,
    course: Course | None = None,
    name: str,
    code: str,
    subject: Subject | None = None,
    grade_level: GradeLevel | None = None,
    credits: Decimal = Decimal(0),  # noqa: A002  # the field's word
    description: str = "",
    is_active: bool = True,
) -> Course:
    for one in (subject, grade_level):
        if one is not None:
            of_school(actor, one)
    return written(
        of_school(actor, course) if course else Course(school_id=school_of(actor)),
        name=name,
        code=code,
        subject=subject,
        grade_level=grade_level,
        credits=credits,
        description=description,
        is_active=is_active,
    )


def save_program(
    *,
    actor: Actor,
    program: Program | None = None,
    name: str,
    code: str,
    description: str = "",
    term_structure: str = TermStructure.TERMS,
    grade_levels: Iterable[GradeLevel] = (),
    credits_required: Decimal = Decimal(0),
    is_active: bool = True,
) -> Program:
    row = of_school(actor, program) if program else Program(school_id=school_of(actor))
    with transaction.atomic():
        written(
            row,
            name=name,
            code=code,
            description=description,
            term_structure=term_structure,
            credits_required=credits_required,
            is_active=is_active,
        )
        row.grade_levels.set([of_school(actor, grade) for grade in grade_levels])
    return row


def require_course(*, actor: Actor, course: Course, requires: Course) -> CoursePrerequisite:
    """`course` opens only to who has completed `requires`. A circle would open to nobody and is refused."""
    of_school(actor, course)
    of_school(actor, requires)
    with transaction.atomic():
        _lock_prerequisites(actor)
        if selectors.requires_transitively(requires, course):
            raise DomainError(
                "PREREQUISITE_CYCLE",
                _("%(other)s itself needs %(course)s: nobody could ever begin.")
                % {"other": requires, "course": course},
                "requires",
            )
        row = CoursePrerequisite(school_id=school_of(actor), course=course, requires=requires)
        return written(row)


def drop_prerequisite(*, actor: Actor, prerequisite: CoursePrerequisite) -> None:
    removed(of_school(actor, prerequisite))


def add_to_curriculum(
    *,
    actor: Actor,
    program: Program,
    course: Course,
    grade_level: GradeLevel | None = None,
    is_required: bool = True,
) -> ProgramCourse:
    of_school(actor, program)
    of_school(actor, course)
    with transaction.atomic():
        row = ProgramCourse(school_id=program.school_id, program=program, course=course)
        written(row, grade_level=grade_level or course.grade_level, is_required=is_required)
        figures_changed(program.school_id)
    return row


def drop_from_curriculum(*, actor: Actor, line: ProgramCourse) -> None:
    of_school(actor, line)
    with transaction.atomic():
        removed(line)
        figures_changed(line.school_id)


def delete_setup(*, actor: Actor, row: Subject | GradeLevel | Course | Program) -> None:
    """Only what nothing refers to; otherwise switch it off."""
    of_school(actor, row)
    if isinstance(row, Program) and row.students.exists():
        raise Conflict("IN_USE", _("Pupils follow this program."))
    removed(row)


def _lock_prerequisites(actor: Actor) -> None:
    """Two halves of a circle written at once would each look harmless."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"prerequisites:{actor.school_id}"])
