"""The first day of the new year: old places are completed, and every pupil is where the rollover said."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.academics.models import (
    CampusEnrollment,
    Enrollment,
    EnrollmentStatus,
    EnrollmentStatusChange,
    Rollover,
    RolloverDecision,
    RolloverLine,
    Student,
    StudentStatus,
    WaitingListEntry,
    WaitingState,
)
from apps.academics.services.rollover.effects import Effects
from apps.academics.services.rollover.plan import GOING, GOING_ON, PUPIL
from apps.academics.services.rollover.years import end_of, within
from apps.academics.services.roster import change_rows, count_seats, leave_queues
from apps.academics.services.statistics import figures_changed

_STATUS = {
    RolloverDecision.GRADUATE: StudentStatus.GRADUATED,
    RolloverDecision.LEAVE: StudentStatus.WITHDRAWN,
}
_MOVED = ("grade_level_id", "campus_id", "program_id", "roll_number", "status")


def turn_pupils(rollover: Rollover, *, now: datetime) -> dict[str, int]:
    """In the caller's transaction. A pupil who left or changed the grade meanwhile is left alone."""
    effects = Effects(rollover, now)
    lines = _lines(rollover)
    pupils = Student.objects.select_for_update(of=("self",)).filter(pk__in=lines).order_by("pk")
    moving = [one for one in pupils if _is_as_planned(one, lines[one.pk])]
    ids = [one.pk for one in moving]
    _complete(rollover, effects, ids)
    _move_stays(rollover, effects, moving, lines)
    changes = [(one.pk, one.version, _values(one, lines[one.pk])) for one in moving]
    effects.change(Student, ids, _MOVED, lambda: change_rows(Student, changes, now=now))
    _leave_queues(effects, [pk for pk in ids if lines[pk].decision in GOING])
    figures_changed(rollover.school_id)
    rollover.turned_at = now
    return {"moved": len(ids), "left_alone": len(lines) - len(ids)}


def _leave_queues(effects: Effects, ids: list[uuid.UUID]) -> None:
    """Who leaves waits for nothing."""
    rows = WaitingListEntry.objects.filter(student__in=ids, state=WaitingState.WAITING)
    entries = list(rows.values_list("pk", flat=True))
    effects.change(WaitingListEntry, entries, ("state",), lambda: leave_queues(ids))


def _lines(rollover: Rollover) -> dict[uuid.UUID, RolloverLine]:
    rows = RolloverLine.objects.filter(rollover=rollover, kind=PUPIL, decision__in=[*GOING_ON, *GOING])
    return {row.student_id: row for row in rows if row.student_id is not None}


def _is_as_planned(pupil: Student, line: RolloverLine) -> bool:
    is_there = pupil.status == StudentStatus.ACTIVE and pupil.campus_id == line.campus_id
    return is_there and str(pupil.grade_level_id or "") == line.detail["from_grade"]


def _values(pupil: Student, line: RolloverLine) -> dict[str, Any]:
    """The same columns for everybody, so that one statement does."""
    goes_on = line.decision in GOING_ON
    detail = line.detail
    return {
        "grade_level_id": _id(detail["to_grade"]) if goes_on else pupil.grade_level_id,
        "campus_id": _id(detail["campus"]) if goes_on else pupil.campus_id,
        "program_id": _id(detail["program"]) if goes_on else pupil.program_id,
        "roll_number": "" if goes_on else pupil.roll_number,
        "status": _STATUS.get(RolloverDecision(line.decision), StudentStatus.ACTIVE).value,
    }


def _complete(rollover: Rollover, effects: Effects, pupils: list[uuid.UUID]) -> None:
    """The old year's places end as finished, with the day in their history."""
    rows = Enrollment.objects.filter(
        within(rollover.from_year, "section__session"), student__in=pupils, status=EnrollmentStatus.ACTIVE
    )
    found = list(rows.values_list("pk", "section_id", Coalesce("end_date", "section__session__end_date")))
    ids = [pk for pk, _section, _end in found]
    changes: list[Any] = [
        (pk, None, {"status": EnrollmentStatus.COMPLETED.value, "end_date": end})
        for pk, _section, end in found
    ]
    effects.change(
        Enrollment, ids, ("status", "end_date"), lambda: change_rows(Enrollment, changes, now=effects.now)
    )
    effects.create(EnrollmentStatusChange, (_completed(pk, end) for pk, _section, end in found))
    count_seats(sorted({section for _pk, section, _end in found}))


def _completed(pk: uuid.UUID, end: Any) -> dict[str, Any]:
    return {
        "enrollment_id": pk,
        "status": EnrollmentStatus.COMPLETED.value,
        "effective_date": end,
        "reason": _("rolled over"),
    }


def _move_stays(
    rollover: Rollover, effects: Effects, moving: Iterable[Student], lines: dict[uuid.UUID, RolloverLine]
) -> None:
    """One stay on a campus ends, the next begins; leavers' stays end with the old year."""
    pupils = {one.pk: one for one in moving}
    open_ones = CampusEnrollment.objects.filter(student__in=pupils, end_date__isnull=True)
    stays = list(open_ones.filter(begin_date__lt=rollover.next_begin))
    changes: list[Any] = [(one.pk, None, _stay_ended(rollover, one, lines[one.student_id])) for one in stays]
    effects.change(
        CampusEnrollment,
        [one.pk for one in stays],
        ("end_date", "exit_reason"),
        lambda: change_rows(CampusEnrollment, changes, now=effects.now),
    )
    effects.create(
        CampusEnrollment,
        (
            _stay_begun(rollover, lines[one.student_id])
            for one in stays
            if lines[one.student_id].decision in GOING_ON
        ),
    )


def _stay_ended(rollover: Rollover, stay: CampusEnrollment, line: RolloverLine) -> dict[str, Any]:
    leaves = line.decision in GOING
    end = end_of(rollover.from_year) if leaves else rollover.next_begin
    return {"end_date": max(end, stay.begin_date), "exit_reason": _reason(line)}


def _stay_begun(rollover: Rollover, line: RolloverLine) -> dict[str, Any]:
    return {
        "student_id": line.student_id,
        "campus_id": _id(line.detail["campus"]),
        "grade_level_id": _id(line.detail["to_grade"]),
        "begin_date": rollover.next_begin,
        "entry_reason": _reason(line),
    }


def _reason(line: RolloverLine) -> str:
    words = {
        RolloverDecision.PROMOTE: _("promoted"),
        RolloverDecision.REPEAT: _("repeats the grade"),
        RolloverDecision.GRADUATE: _("graduated"),
    }
    return (line.reason or words.get(RolloverDecision(line.decision), ""))[:100]


def _id(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None
