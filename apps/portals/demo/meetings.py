"""The weekly plan, laid out into dated meetings."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from apps.core.models import uuid7
from apps.portals.demo.copying import copy
from apps.portals.demo.made import Lesson, Made
from apps.timetable.models import Meeting, MeetingPattern

SUNDAY, MONDAY = 7, 1
# The columns of what is copied in.
MEETING = (
    "id", "version", "section", "date", "during", "period", "teacher", "room", "pattern", "is_cancelled",
)  # fmt: skip


@dataclass(frozen=True)
class Held:
    """One dated lesson."""

    key: UUID
    lesson: Lesson
    day: date
    begin_at: datetime
    end_at: datetime


def make_meetings(made: Made) -> list[Held]:
    """From the first day with registers to the end of the term."""
    _patterns(made)
    by_weekday: defaultdict[int, list[Lesson]] = defaultdict(list)
    for lesson in made.lessons:
        by_weekday[lesson.slot.weekday].append(lesson)
    first = made.year.school_days(made.today, made.plan.days)[0]
    held = [
        _held(made, lesson, day)
        for day in _open_days(made, first)
        for lesson in by_weekday[MONDAY if day.isoweekday() == SUNDAY else day.isoweekday()]
    ]
    copy(
        Meeting,
        MEETING,
        (_row(made, one) for one in held),
        made.school,
        made.now,
    )
    return held


def _patterns(made: Made) -> None:
    rows = []
    for lesson in made.lessons:
        section = lesson.homeroom.taught[lesson.subject]
        row = MeetingPattern(
            school=made.school,
            section=section,
            weekday=lesson.slot.weekday,
            period=made.periods[lesson.homeroom.campus.code][lesson.slot.number],
            teacher=lesson.teacher.staff,
            room=lesson.room,
            begin_date=made.year.begin,
            end_date=made.year.end,
        )
        lesson.pattern_id = row.pk
        rows.append(row)
    MeetingPattern.objects.bulk_create(rows, batch_size=1000)


def _open_days(made: Made, first: date) -> list[date]:
    year, today = made.year, made.today
    term_end = year.middle if today < year.middle else year.end
    end = min(term_end, today + timedelta(days=made.plan.days_ahead))
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    return [day for day in days if year.is_open(day, today)]


def _held(made: Made, lesson: Lesson, day: date) -> Held:
    campus = made.campuses[lesson.homeroom.campus.code]
    period = made.periods[campus.code][lesson.slot.number]
    zone = ZoneInfo(campus.time_zone)
    begin = datetime.combine(day, period.begin_time, zone)
    return Held(uuid7(), lesson, day, begin, datetime.combine(day, period.end_time, zone))


def _row(made: Made, one: Held) -> tuple[object, ...]:
    lesson = one.lesson
    period = made.periods[lesson.homeroom.campus.code][lesson.slot.number]
    section = lesson.homeroom.taught[lesson.subject]
    during = DateTimeTZRange(one.begin_at, one.end_at)
    room = lesson.room.pk if lesson.room else None
    teacher = lesson.teacher.staff.pk if lesson.teacher.staff else None
    return one.key, 1, section.pk, one.day, during, period.pk, teacher, room, lesson.pattern_id, False
