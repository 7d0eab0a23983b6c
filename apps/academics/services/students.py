"""A pupil's way through the school: admitted, changed, moved, promoted, withdrawn."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Unpack

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.academics.models import (
    CampusEnrollment,
    CustomFieldTarget,
    Enrollment,
    EnrollmentStatus,
    GradeLevel,
    Section,
    Student,
    StudentStatus,
    WaitingListEntry,
    WaitingState,
)
from apps.academics.services.custom_fields import checked_custom
from apps.academics.services.data import StudentData
from apps.academics.services.enrollment import (
    complete_enrollment,
    end_for_transfer,
    enroll,
    withdraw_enrollment,
)
from apps.academics.services.statistics import figures_changed
from apps.accounts.models import Campus
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, revised, school_of, told_as_rule, written


def admit_student(
    *,
    actor: Actor,
    campus: Campus,
    begin_date: date,
    grade_level: GradeLevel | None = None,
    section: Section | None = None,
    entry_reason: str = "",
    **data: Unpack[StudentData],
) -> Student:
    """A new pupil on a campus, in a grade and (if given) a homeroom. No admission number: the next one."""
    of_school(actor, campus)
    _require_ours(actor, grade_level, data.get("program"))
    _require_born_before(data.get("birth_date"), begin_date)
    with transaction.atomic():
        custom = checked_custom(school_of(actor), CustomFieldTarget.STUDENT, data.pop("custom", {}), {})
        if not data.get("admission_number"):
            data["admission_number"] = _next_admission_number(actor, begin_date.year)
        student = written(
            Student(school_id=school_of(actor), campus=campus, grade_level=grade_level),
            custom=custom,
            **data,
        )
        _open_stay(student, begin_date, entry_reason)
        if section is not None:
            enroll(actor=actor, student=student, section=section, begin_date=begin_date)
        figures_changed(student.school_id)
    return student


def change_student(
    *, actor: Actor, student: Student, expected: int, today: date, **changes: Unpack[StudentData]
) -> Student:
    """New master data. Campus, grade and status move by verbs of their own, so that their history is kept."""
    of_school(actor, student)
    _require_ours(actor, changes.get("program"))
    _require_born_before(changes.get("birth_date"), today)
    values: dict[str, Any] = dict(changes)
    if "custom" in changes:
        values["custom"] = checked_custom(
            student.school_id, CustomFieldTarget.STUDENT, changes["custom"], student.custom
        )
    with transaction.atomic():
        student = revised(student, expected=expected, **values)
        figures_changed(student.school_id)
    return student


def withdraw_student(
    *, actor: Actor, student: Student, effective_date: date, reason: str, graduated: bool = False
) -> Student:
    """The pupil leaves the school; seats are freed, queues left. `effective_date` is the first day away."""
    status = StudentStatus.GRADUATED if graduated else StudentStatus.WITHDRAWN
    with transaction.atomic():
        student = _locked(actor, student)
        _close_stay(student, effective_date, reason)
        for row in _places(student):
            if graduated and _is_over(row, effective_date):
                complete_enrollment(actor=actor, enrollment=row, effective_date=_last(row, effective_date))
            else:
                day = _last(row, effective_date)
                withdraw_enrollment(actor=actor, enrollment=row, effective_date=day, reason=reason)
        _leave_queues(student)
        return _moved(student, status=status)


def readmit_student(
    *, actor: Actor, student: Student, campus: Campus, begin_date: date, grade_level: GradeLevel | None = None
) -> Student:
    """A pupil who had left comes back."""
    of_school(actor, campus)
    _require_ours(actor, grade_level)
    with transaction.atomic():
        student = Student.objects.select_for_update(of=("self",)).get(pk=of_school(actor, student).pk)
        if student.status == StudentStatus.ACTIVE:
            raise Conflict("ENROLLED_ALREADY", _("%s is enrolled already.") % student)
        student = _moved(
            student,
            status=StudentStatus.ACTIVE,
            campus=campus,
            grade_level=grade_level or student.grade_level,
        )
        _open_stay(student, begin_date, _("came back"))
    return student


def transfer_student(
    *, actor: Actor, student: Student, campus: Campus, effective_date: date, reason: str = ""
) -> Student:
    """To another campus of the school; places in sections end, since sections belong to a campus."""
    of_school(actor, campus)
    with transaction.atomic():
        student = _locked(actor, student)
        if student.campus_id == campus.pk:
            raise Conflict("SAME_CAMPUS", _("%s is on this campus already.") % student, "campus")
        _close_stay(student, effective_date, reason or _("transferred"))
        for row in _places(student):
            end_for_transfer(
                actor=actor, enrollment=row, effective_date=_last(row, effective_date), reason=reason
            )
        _leave_queues(student)
        student = _moved(student, campus=campus)
        _open_stay(student, effective_date, reason or _("transferred"))
    return student


def promote_student(
    *,
    actor: Actor,
    student: Student,
    grade_level: GradeLevel,
    effective_date: date,
    section: Section | None = None,
) -> Student:
    """Into another grade. Places of sessions that are over by then are completed, the others left."""
    _require_ours(actor, grade_level)
    with transaction.atomic():
        student = _locked(actor, student)
        if student.grade_level_id == grade_level.pk:
            raise Conflict("SAME_GRADE", _("%s is in this grade already.") % student, "grade_level")
        _close_stay(student, effective_date, _("promoted"))
        for row in _places(student):
            day = _last(row, effective_date)
            if _is_over(row, effective_date):
                complete_enrollment(actor=actor, enrollment=row, effective_date=day)
            else:
                withdraw_enrollment(actor=actor, enrollment=row, effective_date=day, reason=_("promoted"))
        student = _moved(student, grade_level=grade_level, roll_number="")
        _open_stay(student, effective_date, _("promoted"))
        if section is not None:
            enroll(actor=actor, student=student, section=section, begin_date=effective_date)
    return student


def _locked(actor: Actor, student: Student) -> Student:
    student = Student.objects.select_for_update(of=("self",)).get(pk=of_school(actor, student).pk)
    if student.status != StudentStatus.ACTIVE:
        raise Conflict("STUDENT_NOT_ENROLLED", _("%s is not enrolled in the school.") % student)
    return student


def _moved(student: Student, **values: Any) -> Student:
    student = revised(student, expected=student.version, **values)
    figures_changed(student.school_id)
    return student


def _places(student: Student) -> Iterable[Enrollment]:
    rows = Enrollment.objects.filter(student=student, status=EnrollmentStatus.ACTIVE)
    # In the order of the sections, so that two such moves never wait for each other in a circle.
    return rows.select_related("section__session", "section__campus").order_by("section_id")


def _is_over(row: Enrollment, day: date) -> bool:
    end = row.section.session.end_date
    return end is not None and end <= day


def _last(row: Enrollment, day: date) -> date:
    """The day a place ends: not after its session, not before it began."""
    end = row.section.session.end_date
    return max(row.begin_date, min(day, end) if end else day)


def _leave_queues(student: Student) -> None:
    WaitingListEntry.objects.filter(student=student, state=WaitingState.WAITING).update(
        state=WaitingState.REMOVED
    )


def _open_stay(student: Student, day: date, reason: str) -> None:
    with told_as_rule(), transaction.atomic():
        CampusEnrollment.objects.create(
            school_id=student.school_id,
            student=student,
            campus_id=student.campus_id,
            grade_level_id=student.grade_level_id,
            begin_date=day,
            entry_reason=reason,
        )


def _close_stay(student: Student, day: date, reason: str) -> None:
    stay = CampusEnrollment.objects.filter(student=student, end_date__isnull=True).first()
    if stay is None:
        return
    if day < stay.begin_date:
        raise DomainError(
            "BEFORE_ENTRY",
            _("%(student)s entered on %(day)s; choose a later day.")
            % {"student": student, "day": stay.begin_date},
            "effective_date",
        )
    written(stay, end_date=day, exit_reason=reason[:100])


def _require_ours(actor: Actor, *rows: Any) -> None:
    for row in rows:
        if row is not None:
            of_school(actor, row)


def _require_born_before(birth_date: date | None, day: date) -> None:
    if birth_date is not None and birth_date >= day:
        raise DomainError("BIRTH_DATE", _("The birth date lies ahead."), "birth_date")


def _next_admission_number(actor: Actor, year: int) -> str:
    """`2026-0042`: numbers of one school are given one after the other, so two clerks never get the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"admission:{actor.school_id}"])
    given = Student.objects.filter(
        school_id=school_of(actor), admission_number__regex=rf"^{year}-[0-9]{{1,9}}$"
    )
    numbers = given.values_list("admission_number", flat=True)
    last = max((int(number.partition("-")[2]) for number in numbers), default=0)
    return f"{year}-{last + 1:04}"
