"""Questions over people, sections and programs, and answers that are not rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from apps.academics.models import (
    AcademicSession,
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
    SectionKind,
    StaffMember,
    Student,
    StudentStatus,
    TeachingAssignment,
    WaitingListEntry,
    WaitingState,
)
from apps.accounts.models import User
from apps.core.caching import remembered
from apps.core.policy import Actor, PermittedQuerySet, active_on, may, permitted_or_missing

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

    @property
    def completion_percent(self) -> int | None:
        return None if self.completion_rate is None else round(self.completion_rate * 100)


def program_statistics(program: Program, *, today: date) -> ProgramStatistics:
    """Kept until a service of this app changes what it counts, and at most until tomorrow."""
    return remembered(
        STATISTICS, program.school_id, f"{program.pk}:{today}", lambda: _program_statistics(program, today)
    )


def students_with_rights(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Say of each pupil whether the actor may see the details, the household's contacts, the school's own."""
    rights: QuerySet[Any] = rows.annotate(
        may_see_details=_reached(Student.objects.permitted(actor, "view_details")),
        may_see_contacts=_reached(Student.objects.permitted(actor, "view_contacts")),
        may_see_internal=_reached(Student.objects.permitted(actor, "view_internal")),
    )
    return rights


def staff_with_rights(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    private = _reached(StaffMember.objects.permitted(actor, "view_private"))
    rights: QuerySet[Any] = rows.annotate(may_see_private=private)
    return rights


def links_with_rights(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    rights: QuerySet[Any] = rows.annotate(
        may_see_document=_reached(Guardianship.objects.permitted(actor, "view_document"))
    )
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


def homeroom_names(students: Sequence[UUID], day: date) -> dict[UUID, str]:
    """The homeroom of each of these pupils on that day."""
    rows = Enrollment.objects.active_on(day).filter(
        student__in=students, status=EnrollmentStatus.ACTIVE, section__kind=SectionKind.HOMEROOM
    )
    return dict(rows.values_list("student_id", "section__name"))


def seated_in(actor: Actor, section_id: UUID) -> QuerySet[Any]:
    """Ids of the pupils with a place there the actor may see; a pupil's homeroom is no secret to staff."""
    homerooms = Section.objects.permitted(actor).filter(kind=SectionKind.HOMEROOM)
    known = Q(pk__in=Enrollment.objects.permitted(actor)) | Q(section__in=homerooms)
    places = Enrollment.objects.filter(known, section_id=section_id, status=EnrollmentStatus.ACTIVE)
    return places.values("student")


def answering_for(actor: Actor, student_id: UUID) -> QuerySet[Any]:
    """Ids of the pupil's guardians, as far as the actor sees the links."""
    links = Guardianship.objects.permitted(actor)
    return links.filter(student_id=student_id, end_date__isnull=True).values("guardian")


def names_of(users: set[UUID | None]) -> dict[UUID | None, str]:
    """What the logins in a history are called."""
    return dict(User.objects.filter(pk__in=users).values_list("pk", "name"))


def teacher_names(sections: Sequence[UUID], day: date) -> dict[UUID, str]:
    """The teachers of each of these sections on that day, the main one first."""
    rows = TeachingAssignment.objects.active_on(day).filter(section__in=sections).select_related("staff")
    names: dict[UUID, list[str]] = {}
    for row in rows.order_by("-is_primary", "begin_date"):
        names.setdefault(row.section_id, []).append(row.staff.full_name)
    return {section: ", ".join(each) for section, each in names.items()}


def school_year_of(session: AcademicSession) -> AcademicSession:
    """The school year a term or grading period lies in; a session without a parent is its own."""
    while session.parent is not None:
        session = session.parent
    return session


def terms_of(session: AcademicSession) -> list[AcademicSession]:
    """The parts of the session's school year in order, so the first is term 1; undivided, the year itself."""
    year = school_year_of(session)
    return list(AcademicSession.objects.filter(parent=year).order_by("begin_date", "code")) or [year]


def term_on(terms: Sequence[AcademicSession], day: date) -> AcademicSession:
    """The term of the day; between terms the one that ended last, before all of them the first."""
    begun = [term for term in terms if term.begin_date <= day]
    return begun[-1] if begun else terms[0]


def running_homerooms(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    running: QuerySet[Any] = rows.filter(active_on(day, "session"), kind=SectionKind.HOMEROOM, is_active=True)
    return running


def named_like(rows: QuerySet[Any], text: str, *fields: str) -> QuerySet[Any]:
    """Every word occurs in one of the fields."""
    for word in text.split():
        some = Q()
        for field in fields:
            some |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(some)
    return rows


def enrollable(actor: Actor, section: Section, text: str) -> QuerySet[Any]:
    """Pupils of the section's campus the actor may enroll, who do not sit in it yet."""
    there = Enrollment.objects.filter(section=section, status=EnrollmentStatus.ACTIVE).values("student")
    rows = Student.objects.permitted(actor, "enroll").filter(
        campus=section.campus_id, status=StudentStatus.ACTIVE
    )
    found = named_like(rows.exclude(pk__in=there), text, "given_name", "family_name", "admission_number")
    return found.select_related("grade_level").order_by("given_name", "family_name")


def shown_custom(actor: Actor, person: Student | StaffMember) -> list[tuple[str, Any]]:
    """The school's own fields with their values, those the actor may see."""
    is_student = isinstance(person, Student)
    target = CustomFieldTarget.STUDENT if is_student else CustomFieldTarget.STAFF
    fields = CustomField.objects.filter(school=person.school_id, target=target, is_active=True)
    sees_all = not is_student or may(actor, "view_internal", person)
    codes = None if sees_all else family_codes(person.school_id)
    return [
        (field.label, person.custom.get(field.code))
        for field in fields.order_by("position", "label")
        if codes is None or field.code in codes
    ]


def family_codes(school_id: UUID | None) -> frozenset[str]:
    """The pupils' custom fields families may see."""
    fields = CustomField.objects.filter(
        school=school_id, target=CustomFieldTarget.STUDENT, families_may_see=True, is_active=True
    )
    return frozenset(fields.values_list("code", flat=True))


def require_may_ask_for(actor: Actor, student: Student) -> None:
    """Missing unless the actor may ask for new contact data of the pupil's household."""
    permitted_or_missing(Student.objects.all(), actor, "request_change", pk=student.pk)


def missing_prerequisites(student: Student, course: Course) -> list[Course]:
    """The courses the pupil should have completed before taking `course`."""
    needed = list(Course.objects.filter(opens__course=course).order_by("name"))
    if not needed:  # most courses: a rush for seats is spared the second question
        return []
    done = Enrollment.objects.filter(student=student, status=EnrollmentStatus.COMPLETED)
    completed = set(done.filter(section__course__in=needed).values_list("section__course", flat=True))
    return [one for one in needed if one.pk not in completed]


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
