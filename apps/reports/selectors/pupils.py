"""Who a paper is about: for many pupils at once, in a fixed number of queries."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from apps.academics.models import (
    AcademicSession,
    CampusEnrollment,
    Enrollment,
    Guardianship,
    SectionKind,
    Student,
)
from apps.attendance.models import AttendanceDay
from apps.core.models import StoredFile
from apps.core.policy import active_on


@dataclass(frozen=True)
class Stay:
    """The pupil's time at the school: the first day, and once it is over the last one and why."""

    begin_date: date | None = None
    last_day: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Pupil:
    """A pupil as papers name one."""

    id: uuid.UUID
    full_name: str
    given_name: str
    admission_number: str
    roll_number: str
    birth_date: date | None
    sex: str
    grade_level: str
    homeroom: str
    guardians: tuple[tuple[str, str], ...]
    photo: StoredFile | None
    stay: Stay

    @property
    def guardian_names(self) -> str:
        return ", ".join(name for _relation, name in self.guardians)


@dataclass(frozen=True)
class Presence:
    """School days of a stretch with a register, and those the pupil attended."""

    days: int = 0
    attended: int = 0

    @property
    def percent(self) -> float | None:
        return round(100 * self.attended / self.days, 1) if self.days else None


def pupils(students: Sequence[Student], day: date) -> dict[uuid.UUID, Pupil]:
    """The pupils as they stand on the day; `students` come with grade level and photo."""
    ids = [one.pk for one in students]
    rooms, guardians, stays = _homerooms(ids, day), _guardians(ids, day), _stays(ids, day)
    return {
        one.pk: Pupil(
            id=one.pk,
            full_name=one.full_name,
            given_name=one.given_name,
            admission_number=one.admission_number,
            roll_number=one.roll_number,
            birth_date=one.birth_date,
            sex=one.sex,
            grade_level=one.grade_level.name if one.grade_level else "",
            homeroom=rooms.get(one.pk, ""),
            guardians=tuple(guardians.get(one.pk, ())),
            photo=one.photo,
            stay=stays.get(one.pk, Stay()),
        )
        for one in students
    }


def presence(
    students: Iterable[uuid.UUID], sessions: Sequence[AcademicSession]
) -> dict[tuple[uuid.UUID, uuid.UUID], Presence]:
    """Attendance by (student, session), in one query whatever their number."""
    counts = {}
    for number, session in enumerate(sessions):
        during = Q(date__gte=session.begin_date, date__lt=session.end_date, marks__gt=0)
        counts[f"days_{number}"] = Count("pk", filter=during)
        counts[f"attended_{number}"] = Count("pk", filter=during & (Q(present__gt=0) | Q(late__gt=0)))
    if not counts:
        return {}
    days = AttendanceDay.objects.filter(student__in=list(students))
    rows: Any = days.values("student").annotate(**counts).order_by()
    return {
        (row["student"], session.pk): Presence(row[f"days_{number}"], row[f"attended_{number}"])
        for row in rows
        for number, session in enumerate(sessions)
    }


def _homerooms(students: Sequence[uuid.UUID], day: date) -> dict[uuid.UUID, str]:
    """The class on the day, else the last one before it: papers of the past are printed too."""
    rows = Enrollment.objects.filter(
        student__in=students, section__kind=SectionKind.HOMEROOM, begin_date__lte=day
    )
    return dict(rows.order_by("begin_date").values_list("student_id", "section__name"))


def _guardians(students: Sequence[uuid.UUID], day: date) -> dict[uuid.UUID, list[tuple[str, str]]]:
    links = Guardianship.objects.filter(active_on(day), student__in=students).select_related("guardian")
    found: dict[uuid.UUID, list[tuple[str, str]]] = {}
    for link in links.order_by("order", "begin_date"):
        found.setdefault(link.student_id, []).append((link.relation, link.guardian.full_name))
    return found


def _stays(students: Sequence[uuid.UUID], day: date) -> dict[uuid.UUID, Stay]:
    found: dict[uuid.UUID, Stay] = {}
    rows = CampusEnrollment.objects.filter(student__in=students, begin_date__lte=day).order_by("begin_date")
    for row in rows:
        first = found[row.student_id].begin_date if row.student_id in found else row.begin_date
        ended = row.end_date is not None and row.end_date <= day
        last = row.end_date - timedelta(days=1) if row.end_date and ended else None
        found[row.student_id] = Stay(first, last, row.exit_reason if ended else "")
    return found
