"""Registers that are due and nobody has taken."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from apps.academics.models import Enrollment, Section, SectionKind, StaffMember, TeachingAssignment
from apps.accounts.models import Campus
from apps.attendance.models import Register, RegisterMode
from apps.attendance.selectors.sheets import settings_of
from apps.core.policy import active_on
from apps.timetable.models import Meeting
from apps.timetable.selectors import at, school_day, shown


@dataclass(frozen=True)
class MissingRegister:
    """A register that is due: of a lesson, or (meeting empty) of a homeroom's day."""

    section: Section
    date: date
    due_at: datetime
    teacher: StaffMember | None
    meeting: Meeting | None = None

    @property
    def key(self) -> uuid.UUID | str:
        return self.meeting.pk if self.meeting else f"{self.section.pk}/{self.date}"

    @property
    def url(self) -> str:
        if self.meeting is not None:
            return reverse("attendance:register-lesson", args=[self.meeting.pk])
        return reverse("attendance:register-day", args=[self.section.pk, self.date.isoformat()])

    def minutes_since(self, now: datetime) -> int:
        return int((now - self.due_at).total_seconds() // 60)


def missing_registers(campus: Campus, day: date, now: datetime) -> list[MissingRegister]:
    """What the campus's way of keeping registers asks for by `now`, the longest overdue first."""
    settings = settings_of(campus.pk)
    found: list[MissingRegister] = []
    if settings.mode in {RegisterMode.LESSON, RegisterMode.BOTH}:
        found += _lessons(campus, day, now)
    if settings.mode in {RegisterMode.DAY, RegisterMode.BOTH}:
        found += _homerooms(campus, day, settings.day_due_time, now)
    return sorted(found, key=lambda one: one.due_at)


def untaken(meetings: "QuerySet[Meeting]") -> "QuerySet[Meeting]":
    """Lessons that are held, have pupils and have no register."""
    day: Any = OuterRef("date")
    pupils = Enrollment.objects.filter(active_on(day), section=OuterRef("section"))
    return meetings.filter(Exists(pupils), is_cancelled=False, register__isnull=True)


def _lessons(campus: Campus, day: date, now: datetime) -> list[MissingRegister]:
    begun = Meeting.objects.filter(section__campus=campus, date=day, during__startswith__lte=now)
    return [
        MissingRegister(one.section, day, one.begin_at, one.teacher, one) for one in shown(untaken(begun))
    ]


def _homerooms(campus: Campus, day: date, due: time, now: datetime) -> list[MissingRegister]:
    due_at = at(campus, day, due)
    if now < due_at or not school_day(campus.pk, day).is_open:
        return []
    taken = Register.objects.filter(section=OuterRef("pk"), date=day, meeting=None)
    pupils = Enrollment.objects.filter(active_on(day), section=OuterRef("pk"))
    rows = Section.objects.filter(
        ~Exists(taken),
        Exists(pupils),
        campus=campus,
        kind=SectionKind.HOMEROOM,
        is_active=True,
        session__begin_date__lte=day,
        session__end_date__gt=day,
    )
    sections = list(rows.select_related("course", "campus"))
    teachers = _teachers(sections, day)
    return [MissingRegister(one, day, due_at, teachers.get(one.pk)) for one in sections]


def _teachers(sections: Sequence[Section], day: date) -> dict[uuid.UUID, StaffMember]:
    """The primary teacher of each section on the day."""
    rows = TeachingAssignment.objects.filter(active_on(day), section__in=sections).select_related("staff")
    return {one.section_id: one.staff for one in rows.order_by("is_primary")}
