"""The weekly plan out of a CSV file: section, weekday, period, teacher, room."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, Section, StaffMember
from apps.accounts.models import Campus
from apps.core import files
from apps.core.models import StoredFile
from apps.core.policy import Actor
from apps.core.rows import of_school
from apps.facilities.models import Room
from apps.timetable.models import ClassPeriod, MeetingPattern, Weekday
from apps.timetable.services import kept
from apps.timetable.services.lines import Line, LineFault, read_lines

if TYPE_CHECKING:
    from django.core.files.base import File

PURPOSE: Final = "weekly_plan"
MOST_BYTES: Final = 5 * files.MB
COLUMNS: Final = ("section", "weekday", "period")
_NAMES: Final = "monday tuesday wednesday thursday friday saturday sunday".split()


@dataclass
class PatternUpload:
    """What a file would do, or did: lines to create, lines that stand already, faults.

    `file` is the file of a dry run, kept until it is applied.
    """

    created: list[MeetingPattern] = field(default_factory=list)
    unchanged: int = 0
    faults: list[LineFault] = field(default_factory=list)
    file: StoredFile | None = None


def check_patterns(
    *, actor: Actor, campus: Campus, session: AcademicSession, begin_date: date, file: "File[Any]"
) -> PatternUpload:
    """The dry run of a file that has just come in; where it has something to write it is kept for a while."""
    content = kept.read_upload(file, PURPOSE)
    upload = read_patterns(
        actor=actor, campus=campus, session=session, content=content, begin_date=begin_date
    )
    if upload.created:
        upload.file = kept.keep_upload(actor=actor, content=content, purpose=PURPOSE)
    return upload


def apply_patterns(
    *,
    actor: Actor,
    campus: Campus,
    session: AcademicSession,
    begin_date: date,
    file_id: UUID,
    now: datetime,
) -> PatternUpload:
    """Write what the dry run of a kept file showed, and forget the file."""
    with transaction.atomic():
        file = kept.kept_upload(actor=actor, file_id=file_id, purpose=PURPOSE, now=now)
        content = kept.content_of(file)
        upload = upload_patterns(
            actor=actor, campus=campus, session=session, content=content, begin_date=begin_date
        )
        files.discard(file)
    return upload


def read_patterns(
    *, actor: Actor, campus: Campus, session: AcademicSession, content: bytes, begin_date: date
) -> PatternUpload:
    """The dry run: nothing is written. Lines that clash with the plan or with each other are faults."""
    of_school(actor, campus)
    upload = PatternUpload()
    known = _Known(campus, session, begin_date)
    for line in read_lines(content, required=COLUMNS):
        pattern, faults = known.pattern(line, begin_date)
        if pattern is None:
            upload.faults.extend(faults)
        elif known.stands(pattern):
            upload.unchanged += 1
        elif clashes := known.clashes(line, pattern):
            upload.faults.extend(clashes)
        else:
            known.take(line.number, pattern)
            upload.created.append(pattern)
    return upload


def upload_patterns(
    *, actor: Actor, campus: Campus, session: AcademicSession, content: bytes, begin_date: date
) -> PatternUpload:
    """Write the lines that are right; a second upload of the same file changes nothing."""
    with transaction.atomic():
        # One upload of a campus at a time, or two would both find a teacher free.
        Campus.objects.select_for_update().get(pk=campus.pk)
        upload = read_patterns(
            actor=actor, campus=campus, session=session, content=content, begin_date=begin_date
        )
        MeetingPattern.objects.bulk_create(upload.created, batch_size=1000)
    return upload


class _Known:
    """What the lines of a file refer to, read once, and the plan as it grows line by line."""

    def __init__(self, campus: Campus, session: AcademicSession, begin_date: date) -> None:
        sections = Section.objects.filter(campus=campus, session=session, is_active=True)
        periods = ClassPeriod.objects.filter(bell_schedule__campus=campus, bell_schedule__is_active=True)
        self.campus = campus
        self.sections = {one.code.casefold(): one for one in sections}
        self.staff = {
            one.employee_id.casefold(): one for one in StaffMember.objects.filter(school=campus.school_id)
        }
        self.rooms = {one.code.casefold(): one for one in Room.objects.filter(campus=campus)}
        self.periods = list(periods.select_related("bell_schedule"))
        self.taken: list[tuple[int, MeetingPattern]] = [
            (0, one)
            for one in MeetingPattern.objects.filter(section__campus=campus)
            .exclude(end_date__lte=begin_date)
            .select_related("period", "section", "teacher", "room")
        ]

    def pattern(self, line: Line, begin_date: date) -> tuple[MeetingPattern | None, list[LineFault]]:
        faults: list[LineFault] = []
        section = self._one(
            line, "section", self.sections, faults, _("No section of this year has that code.")
        )
        weekday = _weekday(line, faults)
        period = self._period(line, weekday, faults)
        teacher = self._one(line, "teacher", self.staff, faults, _("Nobody has that employee id."))
        room = self._one(line, "room", self.rooms, faults, _("The campus has no room with that code."))
        if faults:
            return None, faults
        return MeetingPattern(
            school_id=self.campus.school_id,
            section=section,
            weekday=weekday,
            period=period,
            teacher=teacher,
            room=room,
            begin_date=begin_date,
        ), []

    def stands(self, new: MeetingPattern) -> bool:
        return any(_same_line(new, old) for _line, old in self.taken)

    def clashes(self, line: Line, new: MeetingPattern) -> list[LineFault]:
        return [
            line.fault(column, "OVERLAP", message % (_of_line(number), old.section))
            for number, old in self.taken
            if old.weekday == new.weekday and _overlap(new.period, old.period)
            for column, message in _shared(new, old)
        ]

    def take(self, number: int, pattern: MeetingPattern) -> None:
        self.taken.append((number, pattern))

    def _one(
        self, line: Line, column: str, known: dict[str, Any], faults: list[LineFault], message: str
    ) -> Any:
        value = line[column]
        found = known.get(value.casefold())
        if found is None and (value or column == "section"):
            faults.append(line.fault(column, "UNKNOWN", message))
        return found

    def _period(self, line: Line, weekday: int, faults: list[LineFault]) -> ClassPeriod | None:
        code = line["period"].casefold()
        of_day = [one for one in self.periods if weekday in one.bell_schedule.weekdays]
        found = next((one for one in of_day if one.code.casefold() == code), None)
        if found is None and weekday:
            faults.append(line.fault("period", "UNKNOWN", _("No period of that weekday has this code.")))
        elif found is not None and not found.is_lesson:
            faults.append(line.fault("period", "NO_LESSON", _("No lessons are held in that period.")))
        return found


def _weekday(line: Line, faults: list[LineFault]) -> int:
    """1 to 7, or a name in English, of which three letters are enough."""
    value = line["weekday"].casefold()
    if value in {str(day) for day in Weekday.values}:
        return int(value)
    for number, name in enumerate(_NAMES, 1):
        if len(value) > 2 and name.startswith(value):
            return number
    faults.append(line.fault("weekday", "UNKNOWN", _("Write Monday to Sunday, or 1 to 7.")))
    return 0


def _same_line(new: MeetingPattern, old: MeetingPattern) -> bool:
    names = ("section_id", "weekday", "period_id", "teacher_id", "room_id")
    return all(getattr(new, name) == getattr(old, name) for name in names)


def _shared(new: MeetingPattern, old: MeetingPattern) -> Iterator[tuple[str, str]]:
    told: Sequence[tuple[str, Callable[[Any], Any], str]] = (
        ("section", lambda one: one.section_id, _("The section is taken by %s: %s.")),
        ("teacher", lambda one: one.teacher_id, _("The teacher is taken by %s: %s.")),
        ("room", lambda one: one.room_id, _("The room is taken by %s: %s.")),
    )
    for column, key, message in told:
        if key(new) is not None and key(new) == key(old):
            yield column, message


def _overlap(one: ClassPeriod, other: ClassPeriod) -> bool:
    return one.begin_time < other.end_time and other.begin_time < one.end_time


def _of_line(number: int) -> str:
    return _("line %d") % number if number else _("the plan")
