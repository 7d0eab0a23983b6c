"""The office finds out why somebody is missing."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.academics.models import Guardian, Student
from apps.attendance.models import AttendanceCode, AttendanceEvent, CallNote, Category
from apps.attendance.selectors.sheets import codes_of
from apps.core import live
from apps.core.audit import acting
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, written


def explain_absence(
    *, actor: Actor, student: Student, date: date, reason: str, code: AttendanceCode | None = None
) -> int:
    """Turn the unexplained marks of a pupil's day into explained ones; notices stop. Returns how many."""
    of_school(actor, student)
    chosen = code or codes_of(student.school_id).first(Category.EXCUSED)
    if chosen is None or chosen.is_unexplained or chosen.school_id != student.school_id:
        raise DomainError("NO_CODE", _("Choose a code that explains the absence."), "code")
    if not reason.strip():
        raise DomainError("REASON_NEEDED", _("Say what explains the absence."), "reason")
    with acting(actor, reason=reason), transaction.atomic():
        events = AttendanceEvent.objects.filter(student=student, date=date, code__is_unexplained=True)
        changed = events.update(code=chosen, reason=reason.strip()[:200], updated_at=Now())
        if not changed:
            raise Conflict("EXPLAINED_ALREADY", _("Nothing is unexplained on that day any more."))
        live.publish(f"campus:{student.campus_id}:board", "board")
    return changed


def log_call(
    *,
    actor: Actor,
    student: Student,
    date: date,
    outcome: str,
    guardian: Guardian | None = None,
    note: str = "",
) -> CallNote:
    """Who was called about a missing pupil, and how it went."""
    of_school(actor, student)
    if guardian is not None and not guardian.guardianships.filter(student=student).exists():
        raise DomainError("NOT_THEIR_GUARDIAN", _("That is not a guardian of this pupil."), "guardian")
    row = CallNote(school_id=student.school_id, student=student, date=date, called_by_id=actor.user_id)
    with transaction.atomic():
        made = written(row, guardian=guardian, outcome=outcome, note=note.strip())
        live.publish(f"campus:{student.campus_id}:board", "board")
    return made
