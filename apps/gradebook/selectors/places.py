"""Who sits in a section in a term, from when until when, and what that means for a cell."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import F, Q

from apps.academics.models import AcademicSession, Enrollment
from apps.gradebook.models import LineItem

ACTIVE: Final = "active"
LATE: Final = "late"
LEFT: Final = "left"


@dataclass(frozen=True)
class Place:
    """A pupil's time in the section; several stretches count as one. `end` is exclusive, None is open."""

    begin: date
    end: date | None

    def covers(self, session: AcademicSession) -> bool:
        """In the section on some day of the term."""
        ends = session.end_date
        return (ends is None or self.begin < ends) and (self.end is None or self.end > session.begin_date)

    def state(self, session: AcademicSession, today: date) -> str:
        day = day_in(session, today)
        if self.end is not None and self.end <= day:
            return LEFT
        return LATE if self.begin > session.begin_date else ACTIVE

    def not_yet_here(self, item: LineItem) -> bool:
        """The item was due before the pupil came, so an empty cell is nobody's fault."""
        due = day_of(item)
        return due is not None and due < self.begin

    def gone_before(self, item: LineItem) -> bool:
        due = day_of(item)
        return due is not None and self.end is not None and self.end <= due

    def is_expected(self, item: LineItem) -> bool:
        return not self.not_yet_here(item) and not self.gone_before(item)


def day_of(item: LineItem) -> date | None:
    return item.due_date or item.assigned_date


def day_in(session: AcademicSession, today: date) -> date:
    """Today, or the day of the term that lies nearest to it."""
    last = (session.end_date or today + timedelta(days=1)) - timedelta(days=1)
    return max(session.begin_date, min(today, last))


def places_of(section_id: uuid.UUID, students: Iterable[uuid.UUID] | None = None) -> dict[uuid.UUID, Place]:
    """All who ever sat in the section. Who was withdrawn before the first day never did."""
    rows = Enrollment.objects.filter(
        Q(end_date__isnull=True) | Q(end_date__gt=F("begin_date")), section_id=section_id
    )
    if students is not None:
        rows = rows.filter(student__in=list(students))
    found: dict[uuid.UUID, Place] = {}
    for student, begin, end in rows.values_list("student_id", "begin_date", "end_date"):
        found[student] = _joined(found.get(student), Place(begin, end))
    return found


def _joined(first: Place | None, second: Place) -> Place:
    if first is None:
        return second
    ends = None if first.end is None or second.end is None else max(first.end, second.end)
    return Place(min(first.begin, second.begin), ends)
