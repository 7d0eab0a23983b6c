"""The office's board: who is missing today, whom to call, and what was tried."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from apps.academics.models import EmergencyContact, Enrollment, Guardianship, SectionKind, Student
from apps.attendance.models import AbsenceNotice, AttendanceDay, AttendanceEvent, CallNote
from apps.core.policy import Actor, active_on


@dataclass
class Absentee:
    """A pupil whose absence nobody has explained; `was_seen`: some register of the day has them."""

    student: Student
    day: AttendanceDay
    homeroom: str = ""
    missed: list[AttendanceEvent] = field(default_factory=list)
    contacts: list[Guardianship] = field(default_factory=list)
    emergency: list[EmergencyContact] = field(default_factory=list)
    calls: list[CallNote] = field(default_factory=list)
    notice: AbsenceNotice | None = None

    @property
    def was_seen(self) -> bool:
        return self.day.attended > 0

    @property
    def was_reached(self) -> bool:
        return any(one.outcome == "reached" for one in self.calls)


def unexplained_days(actor: Actor, day: date) -> "QuerySet[AttendanceDay]":
    rows: QuerySet[AttendanceDay] = AttendanceDay.objects.permitted(actor, "view_board")
    return rows.filter(date=day, unexplained__gt=0)


def board(actor: Actor, day: date, campus_id: uuid.UUID | None = None) -> list[Absentee]:
    """Everybody unexplained, in a fixed number of queries: not seen at all first, then by name."""
    days = unexplained_days(actor, day).select_related("student", "student__grade_level", "campus")
    if campus_id is not None:
        days = days.filter(campus=campus_id)
    people = {one.student_id: Absentee(one.student, one) for one in days}
    for one in _in_sections(people, day):
        people[one.student_id].homeroom = one.section.name
    _put(people, "missed", _missed(people, day))
    _put(people, "contacts", _contacts(people, day))
    _put(people, "emergency", EmergencyContact.objects.filter(student__in=people).order_by("order"))
    _put(
        people,
        "calls",
        CallNote.objects.filter(student__in=people, date=day).select_related("called_by", "guardian"),
    )
    for notice in AbsenceNotice.objects.filter(student__in=people, date=day):
        people[notice.student_id].notice = notice
    return sorted(people.values(), key=_order)


def _order(one: Absentee) -> tuple[bool, bool, str]:
    return (one.was_seen, one.was_reached, one.student.full_name)


def _in_sections(people: Iterable[uuid.UUID], day: date) -> "QuerySet[Enrollment]":
    homerooms = Enrollment.objects.filter(
        active_on(day), student__in=list(people), section__kind=SectionKind.HOMEROOM
    )
    return homerooms.select_related("section")


def _missed(people: Iterable[uuid.UUID], day: date) -> "QuerySet[AttendanceEvent]":
    rows = AttendanceEvent.objects.filter(student__in=list(people), date=day, code__is_unexplained=True)
    return rows.select_related("register__section", "register__meeting__period").order_by(
        "register__taken_at"
    )


def _contacts(people: Iterable[uuid.UUID], day: date) -> "QuerySet[Guardianship]":
    rows = Guardianship.objects.filter(active_on(day), student__in=list(people))
    return rows.select_related("guardian").order_by("-is_primary", "order")


def _put(people: Mapping[uuid.UUID, Absentee], name: str, rows: Iterable[Any]) -> None:
    grouped: defaultdict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.student_id].append(row)
    for student_id, some in grouped.items():
        setattr(people[student_id], name, some)


def not_arrived(absentees: Sequence[Absentee]) -> list[Absentee]:
    """Those no register of the day has seen."""
    return [one for one in absentees if not one.was_seen]
