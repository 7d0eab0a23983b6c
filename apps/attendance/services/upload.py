"""Registers out of a CSV file: of another system, or of a school that keeps them on paper."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.academics.models import Enrollment, Section, SectionKind, Student
from apps.accounts.models import Campus
from apps.attendance.models import AttendanceEvent, Category, Register
from apps.attendance.selectors.sheets import codes_of
from apps.core import files
from apps.core.audit import acting
from apps.core.models import StoredFile
from apps.core.periods import Period
from apps.core.policy import Actor
from apps.core.rows import of_school
from apps.timetable.models import Meeting
from apps.timetable.services import kept
from apps.timetable.services.lines import Line, LineFault, read_lines

if TYPE_CHECKING:
    from django.core.files.base import File

PURPOSE: Final = "registers"
MOST_BYTES: Final = 10 * files.MB
# Names other systems give the same columns.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "student": ("student", "student_id", "admission_number"),
    "date": ("date", "attendance_date"),
    "code": ("code", "attendancecode", "attendance_code"),
    "section": ("section", "section_id"),
    "period": ("period",),
    "minutes_late": ("minutes_late", "minutes"),
    "reason": ("reason",),
}
_DATES: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
_WRITTEN: Final = ["code", "minutes_late", "reason", "updated_at"]
_BATCH: Final = 2000
Place = tuple[uuid.UUID, date, uuid.UUID | None]


@dataclass(frozen=True)
class _Entry:
    place: Place
    student_id: uuid.UUID
    code_id: uuid.UUID
    minutes_late: int | None
    reason: str


@dataclass
class RegisterUpload:
    """What a file would do, or did. `file` is the file of a dry run, kept until it is applied."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    registers: int = 0
    faults: list[LineFault] = field(default_factory=list)
    entries: list[_Entry] = field(default_factory=list)
    file: StoredFile | None = None


def check_registers(*, actor: Actor, campus: Campus, file: "File[Any]", today: date) -> RegisterUpload:
    """The dry run of a file that has just come in; where it has something to write it is kept for a while."""
    content = kept.read_upload(file, PURPOSE)
    upload = read_registers(actor=actor, campus=campus, content=content, today=today)
    if upload.created or upload.changed:
        upload.file = kept.keep_upload(actor=actor, content=content, purpose=PURPOSE)
    return upload


def apply_registers(
    *, actor: Actor, campus: Campus, file_id: uuid.UUID, today: date, now: datetime
) -> RegisterUpload:
    """Write what the dry run of a kept file showed, and forget the file."""
    with transaction.atomic():
        file = kept.kept_upload(actor=actor, file_id=file_id, purpose=PURPOSE, now=now)
        upload = upload_registers(
            actor=actor, campus=campus, content=kept.content_of(file), today=today, now=now
        )
        files.discard(file)
    return upload


def read_registers(*, actor: Actor, campus: Campus, content: bytes, today: date) -> RegisterUpload:
    """The dry run: what would be created or changed, and every line that does not fit. Nothing is written."""
    of_school(actor, campus)
    upload = RegisterUpload()
    lines = list(read_lines(content, required=()))
    known = _Known(campus, lines)
    seen: dict[tuple[Place, uuid.UUID], int] = {}
    for line in lines:
        entry, faults = known.entry(line, today)
        if entry is None:
            upload.faults.extend(faults)
            continue
        first = seen.setdefault((entry.place, entry.student_id), line.number)
        if first != line.number:
            upload.faults.append(
                line.fault(_column(line, "student"), "TWICE", _("Line %d says this already.") % first)
            )
        else:
            upload.entries.append(entry)
    _compare(upload)
    return upload


def upload_registers(
    *, actor: Actor, campus: Campus, content: bytes, today: date, now: datetime
) -> RegisterUpload:
    """Write the lines that fit; a second upload of the same file changes nothing. Nobody is notified."""
    with acting(actor, reason=_("uploaded from a file")), transaction.atomic():
        upload = read_registers(actor=actor, campus=campus, content=content, today=today)
        registers = _registers(actor, campus, {one.place for one in upload.entries}, now)
        _write(campus, upload.entries, registers)
    return upload


class _Known:
    """What the lines refer to, read once."""

    def __init__(self, campus: Campus, lines: Iterable[Line]) -> None:
        students = Student.objects.filter(school=campus.school_id).only(
            "pk", "admission_number", "sourced_id"
        )
        self.students = {
            key: one.pk for one in students for key in (one.sourced_id, one.admission_number) if key
        }
        sections = Section.objects.filter(campus=campus).select_related("session")
        self.sections: dict[str, list[Section]] = defaultdict(list)
        for one in sections:
            for key in {one.code.casefold(), one.sourced_id.casefold()} - {""}:
                self.sections[key].append(one)
        self.codes = {one.letter.casefold(): one for one in codes_of(campus.school_id).active}
        days = [day for line in lines if (day := _day(_value(line, "date")))]
        self.meetings = _meetings(campus, days)
        self.homerooms = _homerooms(campus, days)
        self.places = _places(campus)

    def entry(self, line: Line, today: date) -> tuple[_Entry | None, list[LineFault]]:
        faults: list[LineFault] = []
        day = _day(_value(line, "date"))
        student = self.students.get(_value(line, "student"))
        code = self.codes.get(_value(line, "code").casefold())
        if student is None:
            faults.append(line.fault(_column(line, "student"), "UNKNOWN", _("No pupil has this number.")))
        if day is None:
            faults.append(line.fault(_column(line, "date"), "DATE", _("Write the date as 2026-06-15.")))
        elif day > today:
            faults.append(line.fault(_column(line, "date"), "NOT_YET", _("That day has not come yet.")))
        if code is None:
            faults.append(line.fault(_column(line, "code"), "UNKNOWN", _("The school has no such code.")))
        minutes = _minutes(line, faults)
        section = self._section(line, student, day, faults) if day else None
        if section and student and day and not self._sits(student, section, day):
            words = _("The pupil was not in this section on that day.")
            faults.append(line.fault(_column(line, "student"), "NOT_IN_SECTION", words))
        if faults or section is None or student is None or day is None or code is None:
            return None, faults
        meeting = self.meetings.get((section.pk, day, _value(line, "period").casefold()))
        late = minutes if code.category == Category.LATE else None
        return _Entry((section.pk, day, meeting), student, code.pk, late, _value(line, "reason")[:200]), []

    def _sits(self, student: uuid.UUID, section: Section, day: date) -> bool:
        return any(day in one for one in self.places.get((student, section.pk), ()))

    def _section(
        self, line: Line, student: uuid.UUID | None, day: date, faults: list[LineFault]
    ) -> Section | None:
        value = _value(line, "section").casefold()
        if not value:
            found = self.homerooms.get((student, day)) if student else None
            if student and found is None:
                faults.append(
                    line.fault(_column(line, "section"), "NO_HOMEROOM", _("The pupil had no homeroom then."))
                )
            return found
        of_code = self.sections.get(value, [])
        found = next((one for one in of_code if day in one.session.period), None)
        if found is None:
            message = (
                _("That section is of another year.") if of_code else _("The campus has no such section.")
            )
            faults.append(
                line.fault(_column(line, "section"), "OTHER_YEAR" if of_code else "UNKNOWN", message)
            )
        return found


def _value(line: Line, name: str) -> str:
    return next((line[column] for column in _NAMES[name] if line[column]), "")


def _column(line: Line, name: str) -> str:
    return next((column for column in _NAMES[name] if column in line.values), name)


def _day(value: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(value, form).date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            continue
    return None


def _minutes(line: Line, faults: list[LineFault]) -> int | None:
    value = _value(line, "minutes_late")
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) < 4 and 1 <= int(value) <= 600:
        return int(value)
    faults.append(line.fault(_column(line, "minutes_late"), "RANGE", _("Minutes late are 1 to 600.")))
    return None


def _meetings(campus: Campus, days: list[date]) -> dict[tuple[uuid.UUID, date, str], uuid.UUID]:
    if not days:
        return {}
    rows = Meeting.objects.filter(
        section__campus=campus, date__gte=min(days), date__lte=max(days), period__isnull=False
    )
    found = rows.values_list("section_id", "date", "period__code", "pk")
    return {(section, day, code.casefold()): pk for section, day, code, pk in found}


def _places(campus: Campus) -> dict[tuple[uuid.UUID, uuid.UUID], list[Period]]:
    """When each pupil sat in which section of the campus."""
    rows = Enrollment.objects.filter(section__campus=campus)
    found: dict[tuple[uuid.UUID, uuid.UUID], list[Period]] = defaultdict(list)
    for student, section, begin, end in rows.values_list("student", "section", "begin_date", "end_date"):
        found[student, section].append(Period(begin, end))
    return found


def _homerooms(campus: Campus, days: list[date]) -> dict[tuple[uuid.UUID, date], Section]:
    places = Enrollment.objects.filter(section__campus=campus, section__kind=SectionKind.HOMEROOM)
    return {
        (one.student_id, day): one.section
        for one in places.select_related("section__session")
        for day in set(days)
        if day in one.period
    }


def _compare(upload: RegisterUpload) -> None:
    """How many entries are new, differ, or stand already."""
    standing = _standing(upload.entries)
    for one in upload.entries:
        before = standing.get((one.place, one.student_id))
        if before is None:
            upload.created += 1
        elif before == (one.code_id, one.minutes_late, one.reason):
            upload.unchanged += 1
        else:
            upload.changed += 1
    upload.registers = len({one.place for one in upload.entries})


def _standing(entries: Iterable[_Entry]) -> dict[tuple[Place, uuid.UUID], tuple[Any, ...]]:
    sections = {one.place[0] for one in entries}
    days = [one.place[1] for one in entries]
    if not days:
        return {}
    rows = AttendanceEvent.objects.filter(
        register__section__in=sections, date__gte=min(days), date__lte=max(days)
    ).values_list(
        "register__section_id",
        "date",
        "register__meeting_id",
        "student_id",
        "code_id",
        "minutes_late",
        "reason",
    )
    return {((row[0], row[1], row[2]), row[3]): tuple(row[4:]) for row in rows}


def _registers(actor: Actor, campus: Campus, places: set[Place], now: datetime) -> dict[Place, uuid.UUID]:
    """The register of each place, made where there is none."""
    rows = [
        Register(
            school_id=campus.school_id,
            campus=campus,
            section_id=section,
            date=day,
            meeting_id=meeting,
            taken_at=now,
            taken_by_id=actor.user_id,
        )
        for section, day, meeting in sorted(places, key=str)
    ]
    Register.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)
    days = [day for _section, day, _meeting in places]
    if not days:
        return {}
    known = Register.objects.filter(campus=campus, date__gte=min(days), date__lte=max(days))
    found = known.values_list("section_id", "date", "meeting_id", "pk")
    return {(section, day, meeting): pk for section, day, meeting, pk in found}


def _write(campus: Campus, entries: Iterable[_Entry], registers: Mapping[Place, uuid.UUID]) -> None:
    standing = _standing(entries)
    fresh = [
        one
        for one in entries
        if standing.get((one.place, one.student_id)) != (one.code_id, one.minutes_late, one.reason)
    ]
    events = [
        AttendanceEvent(
            school_id=campus.school_id,
            register_id=registers[one.place],
            date=one.place[1],
            student_id=one.student_id,
            code_id=one.code_id,
            minutes_late=one.minutes_late,
            reason=one.reason,
        )
        for one in sorted(fresh, key=lambda one: (one.student_id, one.place[1]))
    ]
    AttendanceEvent.objects.bulk_create(
        events,
        update_conflicts=True,
        unique_fields=["register", "student"],
        update_fields=_WRITTEN,
        batch_size=_BATCH,
    )
    known = {registers[one.place] for one in fresh if (one.place, one.student_id) in standing}
    Register.objects.filter(pk__in=known).update(version=F("version") + 1)
