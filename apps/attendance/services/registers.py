"""Taking a register: one request, one upsert, a fixed number of queries whatever the size of the section."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.academics.models import Section
from apps.attendance.models import AttendanceEvent, Category, Register
from apps.attendance.selectors.sheets import Codes, codes_of, roster, settings_of
from apps.core import live
from apps.core.audit import acting
from apps.core.errors import Detail, DomainError, StaleVersion
from apps.core.jobs import enqueue
from apps.core.policy import Actor
from apps.core.protections import stands
from apps.core.rows import of_school, told_as_rule
from apps.timetable.models import Meeting
from apps.timetable.selectors import school_day

_WRITTEN: Final = ["code", "minutes_late", "reason", "note", "updated_at"]
_LONGEST: Final = 200
_MOST_LATE: Final = 600


@dataclass(frozen=True)
class Mark:
    """One line as somebody saved it."""

    student_id: uuid.UUID
    code_id: uuid.UUID
    minutes_late: int | None = None
    reason: str = ""
    note: str = ""

    def same_as(self, event: AttendanceEvent) -> bool:
        return (self.code_id, self.minutes_late, self.reason, self.note) == (
            event.code_id,
            event.minutes_late,
            event.reason,
            event.note,
        )


def take_register(
    *,
    actor: Actor,
    section: Section,
    date: date,
    meeting: Meeting | None = None,
    marks: Sequence[Mark],
    expected: int,
    now: datetime,
    today: date,
    reason: str = "",
) -> Register:
    """Save a register. `expected` is the version the marks were made on, 0 for a register nobody had taken.

    Pupils without a mark stay as they are. A change to a register of another day needs a `reason`, kept in
    its history. Saving again what stands already changes nothing, whatever the version.
    """
    of_school(actor, section)
    _require_takeable(section, date, meeting, today)
    codes = codes_of(section.school_id)
    wanted = _checked(marks, codes, {one.pk for one in roster(section, date)})
    with told_as_rule(), acting(actor, reason=reason), transaction.atomic():
        register, is_new = _locked(actor, section, date, meeting, now)
        before = {} if is_new else {one.student_id: one for one in register.marks.all()}
        changed = [
            one for one in wanted if one.student_id not in before or not one.same_as(before[one.student_id])
        ]
        if is_new or changed:
            _require_fresh(register, is_new, expected, before, codes)
            _require_reason(date, today, is_new, reason)
        if changed:
            _write(register, changed)
            _tell(register, changed, before, codes, today)
        if changed and not is_new:
            register.change(expected=register.version, taken_at=now, taken_by_id=actor.user_id)
        live.publish(f"campus:{register.campus_id}:board", "board")
    return register


def _require_takeable(section: Section, day: date, meeting: Meeting | None, today: date) -> None:
    if day > today:
        raise DomainError("NOT_YET", _("That day has not come yet."), "date")
    if meeting is None:
        is_open = school_day(section.campus_id, day).is_open
        if not is_open and not settings_of(section.campus_id).takes_on_days_off:
            raise DomainError("NO_SCHOOL", _("There is no school on that day."), "date")
    elif meeting.is_cancelled:
        raise DomainError("CANCELLED", _("The lesson was cancelled, so it has no register."), "meeting")


def _checked(marks: Sequence[Mark], codes: Codes, present: set[uuid.UUID]) -> list[Mark]:
    """The marks made tidy; every fault is named by its line."""
    faults: list[Detail] = []
    known = codes.by_id
    if len({one.student_id for one in marks}) != len(marks):
        raise DomainError("TWICE", _("A pupil stands twice in what was sent."), "marks")
    tidy: list[Mark] = []
    for number, one in enumerate(marks):
        if one.student_id not in present:
            faults.append(
                Detail(f"marks.{number}.student", "NOT_IN_SECTION", _("Not in this section on that day."))
            )
        elif one.code_id not in known:
            faults.append(Detail(f"marks.{number}.code", "UNKNOWN", _("There is no such code.")))
        elif one.minutes_late is not None and not 0 <= one.minutes_late <= _MOST_LATE:
            faults.append(Detail(f"marks.{number}.minutes_late", "RANGE", _("Minutes late are 1 to 600.")))
        else:
            tidy.append(_tidy(one, known[one.code_id].category))
    if faults:
        raise DomainError("VALIDATION_ERROR", _("Some lines of the register do not fit."), "marks", faults)
    return tidy


def _tidy(mark: Mark, category: str) -> Mark:
    minutes = mark.minutes_late or None if category == Category.LATE else None
    reason = "" if category == Category.PRESENT else mark.reason.strip()[:_LONGEST]
    return Mark(mark.student_id, mark.code_id, minutes, reason, mark.note.strip()[:_LONGEST])


def _locked(
    actor: Actor, section: Section, day: date, meeting: Meeting | None, now: datetime
) -> tuple[Register, bool]:
    """The register, held until the end of the transaction, made if need be. Says whether it was made."""
    rows = Register.objects.select_for_update()
    rows = rows.filter(meeting=meeting) if meeting else rows.filter(section=section, date=day, meeting=None)
    if found := rows.first():
        return found, False
    row = Register(
        school_id=section.school_id,
        campus_id=section.campus_id,
        section=section,
        date=day,
        meeting=meeting,
        taken_at=now,
        taken_by_id=actor.user_id,
    )
    Register.objects.bulk_create([row], ignore_conflicts=True)
    made = rows.get()
    return made, made.pk == row.pk


def _require_fresh(
    register: Register,
    is_new: bool,
    expected: int,
    before: Mapping[uuid.UUID, AttendanceEvent],
    codes: Codes,
) -> None:
    """Whoever saved first wins; the other gets to see what stands now."""
    current = 0 if is_new else register.version
    if expected == current or not stands("register_version"):
        return
    letters = {pk: one.letter for pk, one in codes.by_id.items()}
    theirs: dict[str, Any] = {
        "version": current,
        "taken_at": register.taken_at.isoformat(),
        "taken_by": str(register.taken_by or ""),
        "marks": {str(pk): letters[one.code_id] for pk, one in before.items()},
    }
    raise StaleVersion(yours={"version": expected}, theirs=theirs)


def _require_reason(day: date, today: date, is_new: bool, reason: str) -> None:
    if day < today and not is_new and not reason.strip():
        raise DomainError("REASON_NEEDED", _("Say why a register of an earlier day changes."), "reason")


def _write(register: Register, changed: Iterable[Mark]) -> None:
    events = [
        AttendanceEvent(
            school_id=register.school_id,
            register=register,
            date=register.date,
            student_id=one.student_id,
            code_id=one.code_id,
            minutes_late=one.minutes_late,
            reason=one.reason,
            note=one.note,
        )
        # One order for all, so that two statements over the same pupils never deadlock.
        for one in sorted(changed, key=lambda one: one.student_id)
    ]
    AttendanceEvent.objects.bulk_create(
        events, update_conflicts=True, unique_fields=["register", "student"], update_fields=_WRITTEN
    )


def _tell(
    register: Register,
    changed: Sequence[Mark],
    before: Mapping[uuid.UUID, AttendanceEvent],
    codes: Codes,
    today: date,
) -> None:
    """Hand the telling of guardians to a job: absences of today nobody explained, and those put right."""
    if register.date != today:
        return
    unexplained = {pk for pk, one in codes.by_id.items() if one.is_unexplained}
    if any(one.code_id in unexplained for one in changed):
        enqueue("attendance.tell_guardians", school_id=register.school_id, register_id=register.pk)
    righted = [
        str(one.student_id)
        for one in changed
        if one.student_id in before
        and before[one.student_id].code_id in unexplained
        and codes.by_id[one.code_id].category in {Category.PRESENT, Category.LATE}
    ]
    if righted:
        enqueue(
            "attendance.tell_correction",
            school_id=register.school_id,
            student_ids=righted,
            day=register.date.isoformat(),
        )
