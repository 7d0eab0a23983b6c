"""Places in sections: who gets one, and how a place ends."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.academics import selectors
from apps.academics.models import (
    Enrollment,
    EnrollmentStatus,
    EnrollmentStatusChange,
    Section,
    SectionKind,
    Student,
    StudentStatus,
    WaitingListEntry,
    WaitingState,
)
from apps.academics.services.seats import free_seat, take_seat
from apps.academics.services.statistics import figures_changed
from apps.core.errors import Conflict, Denied, DomainError
from apps.core.policy import Actor, may
from apps.core.rows import of_school, told_as_rule


def enroll(
    *,
    actor: Actor,
    student: Student,
    section: Section,
    begin_date: date,
    end_date: date | None = None,
    override_reason: str = "",
) -> Enrollment:
    """Give the pupil a seat. A reason of who may override sets prerequisites, repetition and queue aside."""
    require_asked_rightly(actor, student, section, override_reason)
    with transaction.atomic():
        student = locked(student)
        take_seat(section, past=None if override_reason else student)
        return seated(student, section, begin=begin_date, end=end_date, reason=override_reason)


def require_asked_rightly(actor: Actor, student: Student, section: Section, reason: str) -> None:
    of_school(actor, student)
    of_school(actor, section)
    if reason and not may(actor, "override", section):
        raise Denied


def seated(
    student: Student, section: Section, *, begin: date, end: date | None = None, reason: str = ""
) -> Enrollment:
    """The rules and the row, once the pupil is locked and the seat taken, in the caller's transaction.

    The pupil's row is locked first, so two places for one pupil are decided one after the other; then the
    section's, which everybody who comes too late waits for and no longer than this takes. Every writer keeps
    this order, so none waits for another in a circle.
    """
    end = end or section.session.end_date
    _require_inside_session(section, begin, end)
    require_admissible(student, section, override=bool(reason))
    WaitingListEntry.objects.filter(section=section, student=student, state=WaitingState.WAITING).update(
        state=WaitingState.ENROLLED
    )
    row = Enrollment(
        school_id=section.school_id,
        student=student,
        section=section,
        begin_date=begin,
        end_date=end,
        override_reason=reason,
        claim=None if reason and section.kind != SectionKind.HOMEROOM else section.claim,
    )
    with told_as_rule():
        row.save(force_insert=True)
    _note(row, EnrollmentStatus.ACTIVE, begin, reason)
    figures_changed(section.school_id)
    return row


def locked(student: Student) -> Student:
    """The pupil's row as it is now, held until the transaction ends."""
    return Student.objects.select_for_update(of=("self",)).get(pk=student.pk)


def require_admissible(student: Student, section: Section, *, override: bool = False) -> None:
    """Whether the pupil may sit in the section at all, free seat or not."""
    _require_open(student, section)
    _require_not_there_yet(student, section, override=override)
    if not override:
        _require_prerequisites(student, section)


def withdraw_enrollment(
    *, actor: Actor, enrollment: Enrollment, effective_date: date, reason: str = ""
) -> Enrollment:
    """The pupil leaves the section; `effective_date` is the first day they are not there."""
    return _ended(actor, enrollment, EnrollmentStatus.WITHDRAWN, effective_date, reason)


def complete_enrollment(*, actor: Actor, enrollment: Enrollment, effective_date: date) -> Enrollment:
    """The pupil has finished the course (or the homeroom's year); it counts as a prerequisite from now on."""
    return _ended(actor, enrollment, EnrollmentStatus.COMPLETED, effective_date, "")


def end_for_transfer(
    *, actor: Actor, enrollment: Enrollment, effective_date: date, reason: str
) -> Enrollment:
    return _ended(actor, enrollment, EnrollmentStatus.TRANSFERRED, effective_date, reason)


def _ended(
    actor: Actor, enrollment: Enrollment, status: EnrollmentStatus, effective_date: date, reason: str
) -> Enrollment:
    of_school(actor, enrollment)
    section = enrollment.section
    if effective_date < enrollment.begin_date:
        raise DomainError(
            "DATES_OUT_OF_ORDER", _("The place begins on %s only.") % enrollment.begin_date, "effective_date"
        )
    end = min(effective_date, section.session.end_date or effective_date)
    with transaction.atomic():
        active = Enrollment.objects.filter(pk=enrollment.pk, status=EnrollmentStatus.ACTIVE)
        if not active.update(status=status, end_date=max(end, enrollment.begin_date)):
            raise Conflict("NOT_ACTIVE", _("This place has ended already."))
        _note(enrollment, status, effective_date, reason)
        free_seat(section)
        figures_changed(section.school_id)
    enrollment.refresh_from_db()
    return enrollment


def _note(row: Enrollment, status: EnrollmentStatus, day: date, reason: str) -> None:
    EnrollmentStatusChange.objects.create(
        school_id=row.school_id, enrollment=row, status=status, effective_date=day, reason=reason
    )


def _require_open(student: Student, section: Section) -> None:
    if student.status != StudentStatus.ACTIVE:
        raise Conflict("STUDENT_NOT_ENROLLED", _("%s is not enrolled in the school.") % student, "student")
    if not section.is_active:
        raise Conflict("SECTION_CLOSED", _("%s is closed.") % section, "section")
    if student.campus_id != section.campus_id:
        raise DomainError(
            "OTHER_CAMPUS",
            _("%(section)s is on another campus. Transfer %(student)s there first.")
            % {"section": section, "student": student},
            "section",
        )


def _require_inside_session(section: Section, begin: date, end: date | None) -> None:
    session = section.session
    if end is not None and end < begin:
        raise DomainError("DATES_OUT_OF_ORDER", _("The end lies before the beginning."), "end_date")
    if begin < session.begin_date or (session.end_date and (begin >= session.end_date or end is None)):
        raise _outside(session, "begin_date")
    if session.end_date and end and end > session.end_date:
        raise _outside(session, "end_date")


def _outside(session: object, field: str) -> DomainError:
    return DomainError("OUTSIDE_SESSION", _("This day lies outside %s.") % session, field)


def _require_not_there_yet(student: Student, section: Section, *, override: bool) -> None:
    there = Enrollment.objects.filter(
        student=student, status=EnrollmentStatus.ACTIVE, section__session=section.session_id
    ).select_related("section")
    for one in there:
        if one.section_id == section.pk:
            raise Conflict("ALREADY_ENROLLED", _("%s is in this section already.") % student, "student")
        both_homerooms = section.kind == one.section.kind == SectionKind.HOMEROOM
        if both_homerooms:
            raise Conflict(
                "HOMEROOM_TAKEN",
                _("%(student)s belongs to %(section)s this session.")
                % {"student": student, "section": one.section},
                "student",
            )
        same_course = section.course_id is not None and section.course_id == one.section.course_id
        if same_course and section.kind == one.section.kind and not override:
            raise Conflict(
                "COURSE_TAKEN",
                _("%(student)s takes this course in %(section)s already.")
                % {"student": student, "section": one.section},
                "student",
            )


def _require_prerequisites(student: Student, section: Section) -> None:
    if section.course is None:
        return
    if missing := selectors.missing_prerequisites(student, section.course):
        names = ", ".join(course.name for course in missing)
        raise DomainError(
            "PREREQUISITES_MISSING",
            _("%(student)s has not completed: %(courses)s.") % {"student": student, "courses": names},
            "student",
            values={"courses": [str(course.pk) for course in missing]},
        )
