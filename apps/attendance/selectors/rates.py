"""Rates and summaries, from the counts the database keeps.

*Period rate*: marks of a pupil who was there (present or late), of all marks; a homeroom register is one.
*Daily rate*: days on which at least one mark says the pupil was there, of all days with a mark.
An excused absence is an absence in both; the columns beside the rates tell excused from unexcused.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from apps.academics.models import (
    AcademicSession,
    Enrollment,
    Section,
    SectionKind,
    SessionKind,
    Student,
)
from apps.attendance.models import AttendanceDay, AttendanceMonth
from apps.core.policy import active_on

_COUNTS: Final = ("marks", "present", "late", "excused", "unexcused", "unexplained", "minutes_late")
_SUMS: Final = {f"sum_{name}": Sum(name, default=0) for name in _COUNTS}
_DAYS: Final = {
    "days": Count("pk", filter=Q(marks__gt=0)),
    "days_attended": Count("pk", filter=Q(present__gt=0) | Q(late__gt=0)),
}


@dataclass(frozen=True)
class Rates:
    """What was counted under one heading (`label`, with `key` to link by)."""

    marks: int = 0
    present: int = 0
    late: int = 0
    excused: int = 0
    unexcused: int = 0
    unexplained: int = 0
    minutes_late: int = 0
    days: int = 0
    days_attended: int = 0
    label: str = ""
    key: Any = None

    @property
    def attended(self) -> int:
        return self.present + self.late

    @property
    def period_rate(self) -> float | None:
        """Percent with one decimal; None where nothing was recorded."""
        return round(100 * self.attended / self.marks, 1) if self.marks else None

    @property
    def daily_rate(self) -> float | None:
        return round(100 * self.days_attended / self.days, 1) if self.days else None


def total(days: "QuerySet[AttendanceDay]") -> Rates:
    return _rates(days.aggregate(**_SUMS, **_DAYS))


def by_month(days: "QuerySet[AttendanceDay]") -> list[Rates]:
    rows = (
        days.annotate(month=TruncMonth("date")).values("month").annotate(**_SUMS, **_DAYS).order_by("month")
    )
    return [_rates(row, f"{row['month']:%Y-%m}", row["month"]) for row in rows]


def by_day(days: "QuerySet[AttendanceDay]") -> list[Rates]:
    rows = days.values("date").annotate(**_SUMS, **_DAYS).order_by("date")
    return [_rates(row, f"{row['date']:%Y-%m-%d}", row["date"]) for row in rows]


def by_subject(months: "QuerySet[AttendanceMonth]") -> list[Rates]:
    """By the subject of the section's course; homeroom registers stand apart under an empty label."""
    subject = "section__course__subject"
    rows = months.values(subject, f"{subject}__name").annotate(**_SUMS).order_by(f"{subject}__name")
    return [_rates(row, row[f"{subject}__name"] or "", row[subject]) for row in rows]


def by_section(months: "QuerySet[AttendanceMonth]") -> list[Rates]:
    rows = months.values("section", "section__name").annotate(**_SUMS).order_by("section__name")
    return [_rates(row, row["section__name"], row["section"]) for row in rows]


def by_grade(days: "QuerySet[AttendanceDay]") -> list[Rates]:
    grade = "student__grade_level"
    rows = days.values(grade, f"{grade}__name").annotate(**_SUMS, **_DAYS).order_by(f"{grade}__position")
    return [_rates(row, row[f"{grade}__name"] or "", row[grade]) for row in rows]


def by_homeroom(days: "QuerySet[AttendanceDay]", campus_id: uuid.UUID, day: date) -> list[Rates]:
    """By the homeroom the pupils are in on `day`."""
    places = Enrollment.objects.filter(
        active_on(day), section__campus=campus_id, section__kind=SectionKind.HOMEROOM
    ).values_list("student_id", "section_id", "section__name")
    homes = {student: (section, name) for student, section, name in places}
    found: dict[uuid.UUID, list[Rates]] = {}
    names: dict[uuid.UUID, str] = {}
    for one in by_student(days):
        if one.key in homes:
            section, name = homes[one.key]
            names[section] = name
            found.setdefault(section, []).append(one)
    return sorted((_added(rates, names[pk], pk) for pk, rates in found.items()), key=lambda one: one.label)


def by_student(days: "QuerySet[AttendanceDay]") -> list[Rates]:
    rows = days.values("student").annotate(**_SUMS, **_DAYS).order_by()
    return [_rates(row, key=row["student"]) for row in rows]


def of_section(section: Section, begin: date, end: date) -> "QuerySet[AttendanceDay]":
    """The days of those who are or were in the section between the dates."""
    pupils = Enrollment.objects.filter(section=section, begin_date__lt=end).filter(
        Q(end_date__isnull=True) | Q(end_date__gt=begin)
    )
    return AttendanceDay.objects.filter(student__in=pupils.values("student"), date__gte=begin, date__lt=end)


def pupils_of(days: "QuerySet[AttendanceDay]") -> list[tuple[Student, Rates]]:
    """Each pupil with their rates, the lowest first, so that who slips is seen first."""
    rates = {one.key: one for one in by_student(days)}
    students = Student.objects.filter(pk__in=rates)
    pairs = [(student, rates[student.pk]) for student in students]
    return sorted(pairs, key=lambda pair: (pair[1].period_rate or 0, pair[0].full_name))


def month_sheet(students: Iterable[Student], begin: date, end: date) -> dict[tuple[uuid.UUID, date], str]:
    """One letter for a pupil's day: P there, L late, / part of the day, E excused, A absent."""
    days = AttendanceDay.objects.filter(
        student__in=[one.pk for one in students], date__gte=begin, date__lt=end, marks__gt=0
    )
    rows = days.values_list("student", "date", "marks", "present", "late", "unexcused")
    return {(student, day): letter(*counts) for student, day, *counts in rows}


def letter(marks: int, present: int, late: int, unexcused: int) -> str:
    if present + late == 0:
        return "A" if unexcused else "E"
    if present + late < marks:
        return "/"
    return "L" if late else "P"


def year_of(school_id: uuid.UUID, day: date) -> AcademicSession | None:
    """The school year a day lies in."""
    years = AcademicSession.objects.filter(school=school_id, kind=SessionKind.SCHOOL_YEAR)
    return years.filter(begin_date__lte=day, end_date__gt=day).first()


def _added(some: Sequence[Rates], label: str, key: Any) -> Rates:
    names = (*_COUNTS, "days", "days_attended")
    return Rates(**{name: sum(getattr(one, name) for one in some) for name in names}, label=label, key=key)


def _rates(row: Any, label: str = "", key: Any = None) -> Rates:
    counts = {name: row[f"sum_{name}"] for name in _COUNTS}
    return Rates(
        **counts, days=row.get("days", 0), days_attended=row.get("days_attended", 0), label=label, key=key
    )
