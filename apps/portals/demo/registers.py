"""Registers up to now, one mark for each pupil; today's are not all taken yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from apps.attendance.models import AttendanceCode, AttendanceEvent, Register
from apps.core.models import uuid7
from apps.portals.demo.absences import PRESENT, Absences, Away
from apps.portals.demo.copying import copy
from apps.portals.demo.made import Homeroom, Made
from apps.portals.demo.meetings import Held
from apps.portals.demo.staff import demo_post

# However early it is, today's first lessons have registers, so that the board is never empty.
TAKEN_AT_LEAST = 2
FIRST_LESSON = 1
# The columns of what is copied in.
REGISTER = ("id", "version", "campus", "section", "date", "meeting", "taken_at", "taken_by")
MARK = ("register", "student", "date", "code", "minutes_late", "reason", "note")


@dataclass(frozen=True)
class Taken:
    """A register that was taken; without a meeting it is the homeroom's of that day."""

    key: UUID
    homeroom: Homeroom
    day: date
    taken_at: datetime
    held: Held | None

    @property
    def is_first(self) -> bool:
        return self.held is None or self.held.lesson.slot.number == FIRST_LESSON


def make_registers(made: Made, held: Sequence[Held], days: Sequence[date], absences: Absences) -> list[Taken]:
    taken = [*_of_lessons(made, held), *_of_days(made, days)]
    # Asked beforehand: while rows are copied, the connection answers nothing else.
    codes = dict(AttendanceCode.objects.filter(school=made.school).values_list("letter", "pk"))
    copy(
        Register,
        REGISTER,
        (_register(made, one) for one in taken),
        made.school,
        made.now,
    )
    copy(
        AttendanceEvent,
        MARK,
        _marks(made, taken, absences, codes),
        made.school,
        made.now,
    )
    return taken


def _of_lessons(made: Made, held: Sequence[Held]) -> Iterator[Taken]:
    for one in held:
        room = one.lesson.homeroom
        if (
            room.campus.by_lesson
            and one.day <= made.today
            and (one.day < made.today or _taken_today(made, one))
        ):
            at = one.begin_at + timedelta(minutes=made.rng.randint(2, 12))
            yield Taken(uuid7(), room, one.day, min(at, made.now), one)


def _taken_today(made: Made, one: Held) -> bool:
    """Teacher@ has taken the first register of the day at most; of the others one in fifteen is missing."""
    number = one.lesson.slot.number
    begun = number <= TAKEN_AT_LEAST or one.begin_at + timedelta(minutes=10) <= made.now
    if one.lesson.teacher is demo_post(made):
        return begun and number == FIRST_LESSON
    return begun and (number == FIRST_LESSON or made.rng.random() > 1 / 15)


def _of_days(made: Made, days: Sequence[date]) -> Iterator[Taken]:
    """Where the homeroom keeps the register: today two are missing."""
    rooms = [room for room in made.homerooms if not room.campus.by_lesson]
    missing = {room.name for room in rooms[-2:]}
    for room in rooms:
        zone = ZoneInfo(made.campuses[room.campus.code].time_zone)
        for day in days:
            if day < made.today or room.name not in missing:
                at = datetime.combine(day, time(8, made.rng.randint(5, 40)), zone)
                yield Taken(uuid7(), room, day, min(at, made.now), None)


def _register(made: Made, one: Taken) -> tuple[object, ...]:
    room = one.homeroom
    section = room.taught[one.held.lesson.subject] if one.held else room.section
    post = one.held.lesson.teacher if one.held else room.teacher
    taker = post.staff.user_id if post and post.staff else None
    meeting = one.held.key if one.held else None
    campus = made.campuses[room.campus.code]
    return one.key, 1, campus.pk, section.pk if section else None, one.day, meeting, one.taken_at, taker


def _marks(
    made: Made, taken: Sequence[Taken], absences: Absences, codes: Mapping[str, UUID]
) -> Iterator[tuple[object, ...]]:
    present = Away(PRESENT)
    by_room = {id(room): [(one.pk, absences.of(one)) for one in room.pupils] for room in made.homerooms}
    for one in taken:
        key, day, is_first = one.key, one.day, one.is_first
        for student, days in by_room[id(one.homeroom)]:
            away = days.get(day, present)
            if away.letter == "L" and not is_first:
                away = present
            yield key, student, day, codes[away.letter], away.minutes, away.reason, ""
