"""What lists may be narrowed by; nothing else of a request reaches a query."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.academics import models, selectors
from apps.core.api.requests import actor_of


class StudentFilter(filters.FilterSet):
    campus = filters.UUIDFilter(field_name="campus_id")
    grade_level = filters.UUIDFilter(field_name="grade_level_id")
    program = filters.UUIDFilter(field_name="program_id")
    status = filters.ChoiceFilter(choices=models.StudentStatus.choices)
    section = filters.UUIDFilter(method="in_section")

    class Meta:
        model = models.Student
        fields = ["campus", "grade_level", "program", "status", "section"]

    def in_section(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Who sits in the section now; asked apart, so that nobody shows twice."""
        return rows.filter(pk__in=selectors.seated_in(actor_of(self.request), value))


class GuardianFilter(filters.FilterSet):
    student = filters.UUIDFilter(method="of_student")

    class Meta:
        model = models.Guardian
        fields = ["student"]

    def of_student(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(pk__in=selectors.answering_for(actor_of(self.request), value))


class GuardianshipFilter(filters.FilterSet):
    student = filters.UUIDFilter(field_name="student_id")
    guardian = filters.UUIDFilter(field_name="guardian_id")

    class Meta:
        model = models.Guardianship
        fields = ["student", "guardian"]


class EmergencyContactFilter(filters.FilterSet):
    student = filters.UUIDFilter(field_name="student_id")

    class Meta:
        model = models.EmergencyContact
        fields = ["student"]


class StaffFilter(filters.FilterSet):
    campus = filters.UUIDFilter(field_name="campus_id")
    employed = filters.BooleanFilter(field_name="left_date", lookup_expr="isnull")

    class Meta:
        model = models.StaffMember
        fields = ["campus", "employed"]


class SectionFilter(filters.FilterSet):
    campus = filters.UUIDFilter(field_name="campus_id")
    session = filters.UUIDFilter(field_name="session_id")
    course = filters.UUIDFilter(field_name="course_id")
    grade_level = filters.UUIDFilter(field_name="grade_level_id")
    kind = filters.ChoiceFilter(choices=models.SectionKind.choices)
    is_active = filters.BooleanFilter()

    class Meta:
        model = models.Section
        fields = ["campus", "session", "course", "grade_level", "kind", "is_active"]


class TeachingFilter(filters.FilterSet):
    section = filters.UUIDFilter(field_name="section_id")
    staff = filters.UUIDFilter(field_name="staff_id")

    class Meta:
        model = models.TeachingAssignment
        fields = ["section", "staff"]


class EnrollmentFilter(filters.FilterSet):
    student = filters.UUIDFilter(field_name="student_id")
    section = filters.UUIDFilter(field_name="section_id")
    status = filters.ChoiceFilter(choices=models.EnrollmentStatus.choices)

    class Meta:
        model = models.Enrollment
        fields = ["student", "section", "status"]


class WaitingFilter(filters.FilterSet):
    student = filters.UUIDFilter(field_name="student_id")
    section = filters.UUIDFilter(field_name="section_id")
    state = filters.ChoiceFilter(choices=models.WaitingState.choices)

    class Meta:
        model = models.WaitingListEntry
        fields = ["student", "section", "state"]


class CourseFilter(filters.FilterSet):
    subject = filters.UUIDFilter(field_name="subject_id")
    grade_level = filters.UUIDFilter(field_name="grade_level_id")
    is_active = filters.BooleanFilter()

    class Meta:
        model = models.Course
        fields = ["subject", "grade_level", "is_active"]


class PrerequisiteFilter(filters.FilterSet):
    course = filters.UUIDFilter(field_name="course_id")

    class Meta:
        model = models.CoursePrerequisite
        fields = ["course"]


class CurriculumFilter(filters.FilterSet):
    program = filters.UUIDFilter(field_name="program_id")

    class Meta:
        model = models.ProgramCourse
        fields = ["program"]


class SessionFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=models.SessionKind.choices)
    parent = filters.UUIDFilter(field_name="parent_id")
    on = filters.DateFilter(method="running_on")

    class Meta:
        model = models.AcademicSession
        fields = ["kind", "parent", "on"]

    def running_on(self, rows: Any, name: str, value: Any) -> QuerySet[Any]:
        return rows.active_on(value)  # type: ignore[no-any-return]  # a DatedQuerySet


class RequestFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=models.RequestState.choices)
    student = filters.UUIDFilter(field_name="student_id")

    class Meta:
        model = models.ContactChangeRequest
        fields = ["state", "student"]


class CustomFieldFilter(filters.FilterSet):
    target = filters.ChoiceFilter(choices=models.CustomFieldTarget.choices)

    class Meta:
        model = models.CustomField
        fields = ["target"]
