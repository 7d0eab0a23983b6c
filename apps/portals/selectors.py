"""What the dashboards show: answers over all apps, from rows the asking actor reaches."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from apps.academics.models import (
    ContactChangeRequest,
    Enrollment,
    EnrollmentStatus,
    RequestState,
    Section,
    SectionKind,
    StaffMember,
    Student,
    StudentStatus,
)
from apps.attendance.models import AttendanceDay, Register
from apps.core.policy import Actor, active_on
from apps.timetable.models import Meeting
from apps.timetable.selectors import attended_by, shown


@dataclass(frozen=True)
class Rate:
    """Marks counted over some days; `percent` is empty while nothing was counted."""

    marks: int
    attended: int
    excused: int
    unexcused: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.attended / self.marks, 1) if self.marks else None


@dataclass(frozen=True)
class SchoolNumbers:
    """The school, or the campuses of the actor, in figures of today."""

    students: int
    staff: int
    homerooms: int
    sections: int
    change_requests: int
    registers_taken: int
    registers_due: int
    attendance: Rate


def school_numbers(actor: Actor) -> SchoolNumbers:
    sections = Section.objects.permitted(actor).filter(is_active=True, session__end_date__gt=actor.today)
    counted = sections.aggregate(
        homerooms=Count("pk", filter=Q(kind=SectionKind.HOMEROOM)),
        scheduled=Count("pk", filter=Q(kind=SectionKind.SCHEDULED)),
    )
    meetings = Meeting.objects.permitted(actor).filter(date=actor.today, is_cancelled=False)
    return SchoolNumbers(
        students=Student.objects.permitted(actor).filter(status=StudentStatus.ACTIVE).count(),
        staff=StaffMember.objects.permitted(actor).filter(left_date__isnull=True).count(),
        homerooms=counted["homerooms"],
        sections=counted["scheduled"],
        change_requests=ContactChangeRequest.objects.permitted(actor).filter(state=RequestState.OPEN).count(),
        registers_taken=Register.objects.permitted(actor).filter(date=actor.today).count(),
        registers_due=meetings.filter(register__isnull=True).count(),
        attendance=rate_of(AttendanceDay.objects.permitted(actor).filter(date=actor.today)),
    )


def rate_of(days: "QuerySet[Any]") -> Rate:
    counted = days.aggregate(
        marks=Sum("marks", default=0),
        present=Sum("present", default=0),
        late=Sum("late", default=0),
        excused=Sum("excused", default=0),
        unexcused=Sum("unexcused", default=0),
    )
    attended = counted["present"] + counted["late"]
    return Rate(counted["marks"], attended, counted["excused"], counted["unexcused"])


def lessons_of_student(actor: Actor, student: Student, day: date) -> list[Meeting]:
    rows = Meeting.objects.permitted(actor).filter(attended_by([student.pk]), date=day)
    return list(shown(rows))


def lessons_of_teacher(actor: Actor, staff: StaffMember, day: date) -> list[Meeting]:
    rows = Meeting.objects.permitted(actor).filter(teacher=staff, date=day)
    return list(shown(rows).select_related("register"))


def sections_of_student(actor: Actor, student: Student) -> list[Section]:
    places = Enrollment.objects.permitted(actor).filter(
        active_on(actor.today), student=student, status=EnrollmentStatus.ACTIVE
    )
    return _listed(Section.objects.permitted(actor).filter(pk__in=places.values("section")))


def sections_of_teacher(actor: Actor, staff: StaffMember) -> list[Section]:
    """The sections this member of staff teaches today, with how many sit in them."""
    taught = staff.teaching_assignments.filter(active_on(actor.today)).values("section")
    return _listed(Section.objects.permitted(actor).filter(pk__in=taught, is_active=True))


def attendance_of_student(actor: Actor, student: Student) -> Rate:
    """Since the school year began."""
    year = (
        Section.objects.filter(enrollments__student=student, session__end_date__gt=actor.today)
        .order_by("session__begin_date")
        .values_list("session__begin_date", flat=True)
        .first()
    )
    days = AttendanceDay.objects.permitted(actor).filter(student=student, date__lte=actor.today)
    return rate_of(days.filter(date__gte=year) if year else days)


def children_of(user_id: uuid.UUID | None, actor: Actor) -> list[Student]:
    """A guardian's children, the eldest first."""
    rows = Student.objects.permitted(actor).filter(
        active_on(actor.today, "guardianships"),
        guardianships__guardian__user=user_id,
        status=StudentStatus.ACTIVE,
    )
    return list(rows.select_related("campus", "grade_level").distinct().order_by("birth_date", "pk"))


def _listed(rows: "QuerySet[Any]") -> list[Section]:
    return list(rows.select_related("course", "campus").order_by("kind", "name"))
