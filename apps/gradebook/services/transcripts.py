"""What a pupil earned elsewhere or before, kept by the office; every change leaves its trace."""

from typing import Any

from apps.academics.models import Student
from apps.core.audit import acting
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, written
from apps.gradebook.models import CourseTranscript


def add_transcript(*, actor: Actor, student: Student, course_title: str, **values: Any) -> CourseTranscript:
    """`school_name`, `year_label`, `term_label`, `course`, `course_code`, `percent`, `label`, `points`,
    `is_final`, `credits_attempted`, `credits_earned`, `credit_type`."""
    of_school(actor, student)
    _require_ours(actor, values)
    row = CourseTranscript(school_id=student.school_id, student=student)
    return written(row, course_title=course_title.strip(), **values)


def change_transcript(
    *, actor: Actor, transcript: CourseTranscript, reason: str = "", **changes: Any
) -> CourseTranscript:
    """As add_transcript; the pupil stays."""
    of_school(actor, transcript)
    _require_ours(actor, changes)
    with acting(actor, reason=reason):
        return written(transcript, **changes)


def delete_transcript(*, actor: Actor, transcript: CourseTranscript) -> None:
    """The line goes; its history stays in the audit trail."""
    of_school(actor, transcript)
    removed(transcript)


def _require_ours(actor: Actor, values: dict[str, Any]) -> None:
    if (course := values.get("course")) is not None:
        of_school(actor, course)
