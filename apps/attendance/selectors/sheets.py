"""A register as somebody is about to take it: who is on it, and what each line already says."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.academics.models import Enrollment, Section, Student
from apps.attendance.models import (
    AbsenceReport,
    AttendanceCode,
    AttendanceEvent,
    Category,
    Register,
    RegisterSettings,
)
from apps.core.policy import active_on
from apps.timetable.models import Meeting

ABSENT: Final = (Category.EXCUSED, Category.UNEXCUSED)


@dataclass(frozen=True)
class Codes:
    """The codes of a school by id, and the first choice of each category."""

    all: tuple[AttendanceCode, ...]

    @property
    def by_id(self) -> dict[uuid.UUID, AttendanceCode]:
        return {one.pk: one for one in self.all}

    @property
    def active(self) -> list[AttendanceCode]:
        return [one for one in self.all if one.is_active]

    def first(self, category: str) -> AttendanceCode | None:
        of_kind = [one for one in self.active if one.category == category]
        return next((one for one in of_kind if one.is_default), of_kind[0] if of_kind else None)


@dataclass
class Line:
    """One pupil's line. `hint` says why it is preset; a saved line has none."""

    student: Student
    code: AttendanceCode | None
    minutes_late: int | None = None
    reason: str = ""
    note: str = ""
    hint: str = ""
    is_saved: bool = False


@dataclass
class Sheet:
    """Everything a register page shows. `register` is None until somebody saves."""

    section: Section
    date: date
    meeting: Meeting | None
    register: Register | None
    codes: Codes
    lines: list[Line] = field(default_factory=list)

    @property
    def version(self) -> int:
        return self.register.version if self.register else 0

    @property
    def counts(self) -> dict[str, int]:
        """Lines by category, for the bar at the bottom."""
        found = dict.fromkeys(Category.values, 0)
        for line in self.lines:
            if line.code is not None:
                found[line.code.category] += 1
        return found


def codes_of(school_id: uuid.UUID) -> Codes:
    return Codes(tuple(AttendanceCode.objects.filter(school_id=school_id)))


def settings_of(campus_id: uuid.UUID) -> RegisterSettings:
    """The campus's settings, or the defaults."""
    found = RegisterSettings.objects.filter(campus_id=campus_id).first()
    return found or RegisterSettings(campus_id=campus_id)


def roster(section: Section, day: date) -> list[Student]:
    """Who was in the section on that day, in the order of roll numbers, then names."""
    places = Enrollment.objects.filter(active_on(day), section=section).select_related("student")
    students = {place.student_id: place.student for place in places}
    return sorted(students.values(), key=_by_roll_number)


def register_of(section: Section, day: date, meeting: Meeting | None) -> Register | None:
    rows = Register.objects.select_related("taken_by")
    if meeting is not None:
        return rows.filter(meeting=meeting).first()
    return rows.filter(section=section, date=day, meeting=None).first()


def sheet(section: Section, day: date, meeting: Meeting | None = None) -> Sheet:
    """The register of a lesson or of a homeroom's day: saved lines as saved, the others preset."""
    codes = codes_of(section.school_id)
    register = register_of(section, day, meeting)
    students = roster(section, day)
    saved = {} if register is None else {one.student_id: one for one in register.marks.all()}
    open_ids = [one.pk for one in students if one.pk not in saved]
    reports = _reports(open_ids, day)
    earlier = _earlier_marks(open_ids, day, meeting) if open_ids else {}
    period_id = meeting.period_id if meeting else None
    made = Sheet(section, day, meeting, register, codes)
    for student in students:
        mark = saved.get(student.pk)
        if mark is not None:
            made.lines.append(_saved(student, mark, codes))
        else:
            report = next((one for one in reports.get(student.pk, ()) if one.covers(period_id)), None)
            made.lines.append(_preset(student, report, earlier.get(student.pk), codes))
    return made


def corrections(made: Sheet) -> list[dict[str, Any]]:
    """Who changed what since the first save, newest first; only corrections, not the first marks."""
    if made.register is None or made.register.version == 1:
        return []
    events: Any = AttendanceEvent.events.rel.related_model._base_manager  # type: ignore[attr-defined]  # made by `audited`
    rows = events.filter(register_id=made.register.pk, pgh_label="update")
    letters = made.codes.by_id
    names = {line.student.pk: line.student.full_name for line in made.lines}
    return [
        {
            "at": row.pgh_created_at,
            "name": names.get(row.student_id, ""),
            "code": letters[row.code_id],
            "reason": (row.pgh_context or {}).get("reason", ""),
        }
        for row in rows.order_by("-pgh_created_at")[:20]
    ]


def _saved(student: Student, mark: AttendanceEvent, codes: Codes) -> Line:
    code = codes.by_id[mark.code_id]
    return Line(student, code, mark.minutes_late, mark.reason, mark.note, is_saved=True)


def _preset(
    student: Student, report: AbsenceReport | None, earlier: AttendanceEvent | None, codes: Codes
) -> Line:
    """What a family said comes first, then what the day's earlier lesson saw, else present."""
    if report is not None and (excused := codes.first(Category.EXCUSED)):
        return Line(student, excused, reason=report.get_reason_display(), hint=_("reported by the family"))
    before = codes.by_id.get(earlier.code_id) if earlier else None
    if earlier is not None and before is not None and before.category in ABSENT:
        return Line(student, before, reason=earlier.reason, hint=_("absent in the lesson before"))
    return Line(student, codes.first(Category.PRESENT))


def _reports(student_ids: Iterable[uuid.UUID], day: date) -> Mapping[uuid.UUID, list[AbsenceReport]]:
    found: dict[uuid.UUID, list[AbsenceReport]] = {}
    for one in AbsenceReport.objects.for_day(day).filter(student__in=list(student_ids)):
        found.setdefault(one.student_id, []).append(one)
    return found


def _earlier_marks(
    student_ids: list[uuid.UUID], day: date, meeting: Meeting | None
) -> Mapping[uuid.UUID, AttendanceEvent]:
    """The latest mark of each pupil's day before this lesson; a homeroom register has nothing before it."""
    if meeting is None:
        return {}
    before = Q(register__meeting=None) | Q(register__meeting__during__fully_lt=meeting.during)
    rows = AttendanceEvent.objects.filter(before, student__in=student_ids, date=day)
    # Meetings in order; the homeroom's register (no meeting) comes first.
    ordered = rows.order_by("register__meeting__during").select_related("register__meeting")
    by_student: dict[uuid.UUID, AttendanceEvent] = {}
    for one in sorted(ordered, key=lambda one: one.register.meeting is not None):
        by_student[one.student_id] = one
    return by_student


def _by_roll_number(student: Student) -> tuple[bool, int, str, str]:
    # Some signs count as digits and still are no numbers: "²".
    digits = student.roll_number if student.roll_number.isdecimal() else ""
    return (not student.roll_number, int(digits or 0), student.roll_number, student.full_name)
