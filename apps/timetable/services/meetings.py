"""Single lessons: booked, moved, swapped, cancelled. The database refuses whoever would be in two at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from apps.academics.models import Section, StaffMember
from apps.core.errors import Conflict, Detail, DomainError, StaleVersion
from apps.core.policy import Actor
from apps.core.rows import of_school, revised, told_as_rule, written
from apps.facilities.models import Room
from apps.timetable.models import ClassPeriod, Meeting
from apps.timetable.selectors import at, clashing

_APART: Final = "timetable_meeting_room_free, timetable_meeting_teacher_free, timetable_meeting_section_free"


def book_meeting(
    *,
    actor: Actor,
    section: Section,
    date: date,
    period: ClassPeriod | None = None,
    begin_time: time | None = None,
    end_time: time | None = None,
    teacher: StaffMember | None = None,
    room: Room | None = None,
) -> Meeting:
    """A lesson on a date, in a period of the campus or from a time to a time."""
    of_school(actor, section)
    during = _during(section, date, period, begin_time, end_time)
    _require_near(section, teacher, room)
    row = Meeting(school_id=section.school_id, section=section, date=date, during=during, period=period)
    row.teacher, row.room = teacher, room
    _refuse_early(row)
    with kept_apart(actor, [row]):
        return written(row)


def change_meeting(*, actor: Actor, meeting: Meeting, expected: int, **changes: Any) -> Meeting:
    """`date`, `period` or `begin_time` and `end_time`, `teacher` (who covers this once), `room`."""
    of_school(actor, meeting)
    begin, end = changes.pop("begin_time", None), changes.pop("end_time", None)
    if begin or end or {"date", "period"} & changes.keys():
        day = changes.setdefault("date", meeting.date)
        period = changes.setdefault("period", None if begin else meeting.period)
        changes["during"] = _during(meeting.section, day, period, begin, end)
    _require_near(meeting.section, changes.get("teacher", meeting.teacher), changes.get("room", meeting.room))
    try:
        with kept_apart(actor, [meeting]):
            return revised(meeting, expected=expected, **changes)
    except StaleVersion as stale:
        told = {name: _plain(values) for name, values in stale.values.items()}
        raise StaleVersion(yours=told["yours"], theirs=told["theirs"]) from None


def cancel_meeting(*, actor: Actor, meeting: Meeting, expected: int) -> Meeting:
    """The lesson is not held; its time is free again."""
    return revised(of_school(actor, meeting), expected=expected, is_cancelled=True)


def restore_meeting(*, actor: Actor, meeting: Meeting, expected: int) -> Meeting:
    with kept_apart(actor, [meeting]):
        return revised(of_school(actor, meeting), expected=expected, is_cancelled=False)


def swap_meetings(*, actor: Actor, first: Meeting, second: Meeting) -> tuple[Meeting, Meeting]:
    """Two lessons change places in time; neither has to move away first."""
    of_school(actor, first)
    of_school(actor, second)
    with kept_apart(actor, [first, second]):
        one = {"date": second.date, "during": second.during, "period": second.period}
        other = {"date": first.date, "during": first.during, "period": first.period}
        revised(first, expected=first.version, **one)
        revised(second, expected=second.version, **other)
    return first, second


@contextmanager
def kept_apart(actor: Actor, rows: Iterable[Meeting]) -> Iterator[None]:
    """Writes of the block are judged together at its end; a clash undoes them and names who is in the way.

    Bookings of one school queue up, so that two that clash wait for each other instead of deadlocking.
    """
    try:
        with told_as_rule(), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(hashtext('timetable'), hashtext(%s))",
                    [str(actor.school_id)],
                )
            yield
            with connection.cursor() as cursor:
                cursor.execute(f"SET CONSTRAINTS {_APART} IMMEDIATE")
                cursor.execute(f"SET CONSTRAINTS {_APART} DEFERRED")
    except Conflict as clash:
        if clash.code != "OVERLAP":
            raise
        raise Conflict(
            "OVERLAP", clash.message, details=[_in_the_way(one) for one in clashing(list(rows))]
        ) from None


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Ids and times instead of rows and ranges, since both values travel to the client."""
    during = values.get("during")
    times = {"begin_at": during.lower.isoformat(), "end_at": during.upper.isoformat()} if during else {}
    plain = {name: str(getattr(one, "pk", one)) for name, one in values.items() if name != "during"}
    return {**plain, **times}


def _refuse_early(row: Meeting) -> None:
    """Spares the queue whoever is plainly too late; it is the constraints that decide."""
    if found := clashing([row]):
        message = _("The room, the teacher or the section is in another meeting at that time.")
        raise Conflict("OVERLAP", message, details=[_in_the_way(one) for one in found])


def _in_the_way(meeting: Meeting) -> Detail:
    campus = meeting.section.campus
    begin = meeting.begin_at.astimezone(ZoneInfo(campus.time_zone))
    words = _("%(section)s has %(teacher)s in %(room)s on %(day)s at %(time)s.") % {
        "section": meeting.section,
        "teacher": meeting.teacher or _("no teacher"),
        "room": meeting.room or _("no room"),
        "day": f"{begin:%d.%m.%Y}",
        "time": f"{begin:%H:%M}",
    }
    return Detail("during", "OVERLAP", words)


def _during(
    section: Section, day: date, period: ClassPeriod | None, begin: time | None, end: time | None
) -> DateTimeTZRange:
    if period is not None:
        if period.bell_schedule.campus_id != section.campus_id:
            raise DomainError("OTHER_CAMPUS", _("That period is of another campus."), "period")
        begin, end = begin or period.begin_time, end or period.end_time
    if begin is None or end is None:
        raise DomainError("NO_TIME", _("Say the period, or when the lesson begins and ends."), "begin_time")
    if end <= begin:
        raise DomainError("MEETING_EMPTY", _("The meeting ends before it begins."), "end_time")
    return DateTimeTZRange(at(section.campus, day, begin), at(section.campus, day, end))


def _require_near(section: Section, teacher: StaffMember | None, room: Room | None) -> None:
    if teacher is not None and teacher.school_id != section.school_id:
        raise DomainError("OTHER_SCHOOL", _("That teacher is not of this school."), "teacher")
    if room is not None and room.campus_id != section.campus_id:
        raise DomainError("OTHER_CAMPUS", _("That room is on another campus."), "room")
