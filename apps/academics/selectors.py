"""Questions over people, sections and programs, and answers that are not rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from apps.academics.models import (
    ContactChangeRequest,
    Course,
    CustomField,
    CustomFieldTarget,
    Enrollment,
    EnrollmentStatus,
    Guardian,
    Guardianship,
    Program,
    RequestState,
    Section,
    StaffMember,
    Student,
    StudentStatus,
    TeachingAssignment,
    WaitingListEntry,
    WaitingState,
)
from apps.accounts.access import STAFF
from apps.core.caching import remembered
from apps.core.policy import Actor, PermittedQuerySet, active_on, permitted_or_missing

STATISTICS: Final = "program-statistics"


@dataclass(frozen=True)
class ProgramStatistics:
    """How a program stands. The completion rate looks at ended places; None before the first has."""

    students: int
    courses: int
    active_sections: int
    completed: int
    ended: int

    @property
    def completion_rate(self) -> float | None:
        return round(self.completed / self.ended, 4) if self.ended else None


def program_statistics(program: Program, *, today: date) -> ProgramStatistics:
    """Kept until a service of this app changes what it counts, and at most until tomorrow."""
    return remembered(
        STATISTICS, program.school_id, f"{program.pk}:{today}", lambda: _program_statistics(program, today)
    )


def students_with_rights(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Say of each pupil whether the actor may see the details and the household's contact data."""
    rights: QuerySet[Any] = rows.annotate(
        may_see_details=_reached(Student.objects.permitted(actor, "view_details")),
        may_see_contacts=_reached(Student.objects.permitted(actor, "view_contacts")),
    )
    return rights


def staff_with_rights(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    private = _reached(StaffMember.objects.permitted(actor, "view_private"))
    rights: QuerySet[Any] = rows.annotate(may_see_private=private)
    return rights


def students_without_guardian(actor: Actor) -> PermittedQuerySet[Student]:
    """Enrolled pupils nobody answers for today."""
    links = Guardianship.objects.filter(active_on(actor.today), student=OuterRef("pk"))
    rows = Student.objects.permitted(actor, "change").filter(status=StudentStatus.ACTIVE)
    return rows.filter(~Exists(links))


def sections_without_teacher(actor: Actor) -> PermittedQuerySet[Section]:
    """Sections of a running session that nobody teaches today."""
    teachers = TeachingAssignment.objects.filter(active_on(actor.today), section=OuterRef("pk"))
    rows = Section.objects.permitted(actor, "change").filter(
        active_on(actor.today, "session"), is_active=True
    )
    return rows.filter(~Exists(teachers))


def waiting_entries(actor: Actor) -> PermittedQuerySet[WaitingListEntry]:
    rows = WaitingListEntry.objects.permitted(actor, "change").filter(state=WaitingState.WAITING)
    return rows.filter(section__session__end_date__gt=actor.today)


def open_requests(actor: Actor) -> PermittedQuerySet[ContactChangeRequest]:
    return ContactChangeRequest.objects.permitted(actor, "decide").filter(state=RequestState.OPEN)


def people_to_tell(student: Student, day: date) -> list[Guardian | Student]:
    """The pupil (with a login) and the guardians who may be told on that day, the first to call first."""
    links = Guardianship.objects.filter(active_on(day), student=student, may_contact=True)
    guardians = [link.guardian for link in links.select_related("guardian").order_by("-is_primary", "order")]
    return [*([student] if student.user_id else []), *guardians]


def roster(section: Section, day: date) -> PermittedQuerySet[Enrollment]:
    """Who sits in the section on that day, by roll number and name."""
    rows = Enrollment.objects.active_on(day).filter(section=section, status=EnrollmentStatus.ACTIVE)
    return rows.select_related("student").order_by(
        Length("student__roll_number"), "student__roll_number", "student__given_name", "student__family_name"
    )


def custom_codes_for(actor: Actor) -> frozenset[str] | None:
    """The pupils' custom fields families may see; None for staff, who see all."""
    if actor.has(*STAFF):
        return None
    fields = CustomField.objects.filter(
        school=actor.school_id, target=CustomFieldTarget.STUDENT, families_may_see=True, is_active=True
    )
    return frozenset(fields.values_list("code", flat=True))


def require_may_ask_for(actor: Actor, student: Student) -> None:
    """Missing unless the actor may ask for new contact data of the pupil's household."""
    permitted_or_missing(Student.objects.all(), actor, "request_change", pk=student.pk)


def missing_prerequisites(student: Student, course: Course) -> list[Course]:
    """The courses the pupil should have completed before taking `course`."""
    done = Enrollment.objects.filter(student=student, status=EnrollmentStatus.COMPLETED)
    return list(
        Course.objects.filter(opens__course=course)
        .exclude(pk__in=done.filter(section__course__isnull=False).values("section__course"))
        .order_by("name")
    )


def requires_transitively(course: Course, other: Course) -> bool:
    """Whether `course` needs `other`, directly or through other courses."""
    seen: set[Any] = set()
    wave = {course.pk}
    while wave:
        seen |= wave
        if other.pk in seen:
            return True
        wave = set(Course.objects.filter(opens__course__in=wave).values_list("pk", flat=True)) - seen
    return False


def _reached(rows: QuerySet[Any]) -> Exists:
    return Exists(rows.filter(pk=OuterRef("pk")))


def _program_statistics(program: Program, today: date) -> ProgramStatistics:
    courses = program.curriculum.values("course")
    ended = Q(status__in=[EnrollmentStatus.COMPLETED, EnrollmentStatus.WITHDRAWN])
    places = Enrollment.objects.filter(student__program=program, section__course__in=courses).aggregate(
        completed=Count("pk", filter=Q(status=EnrollmentStatus.COMPLETED)), ended=Count("pk", filter=ended)
    )
    sections = Section.objects.filter(active_on(today, "session"), course__in=courses, is_active=True)
    return ProgramStatistics(
        students=program.students.filter(status=StudentStatus.ACTIVE).count(),
        courses=courses.count(),
        active_sections=sections.count(),
        completed=places["completed"],
        ended=places["ended"],
    )
