"""How rows look outside. What the actor may not see of a row is null, and known to be so from the schema."""

from typing import Any, ClassVar

from rest_framework import serializers

from apps.academics import models
from apps.core.api.serializers import RowSerializer

PERSON = ["id", "given_name", "middle_name", "family_name", "full_name"]
CONTACTS = ("email", "phone", "address")


class _Guarded(RowSerializer):
    """Blanks `guarded` fields of rows on which the annotation named with them is not true."""

    guarded: ClassVar[dict[str, tuple[str, ...]]] = {}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data = super().to_representation(instance)
        for right, names in self.guarded.items():
            if not getattr(instance, right, False):
                data.update({name: None for name in names if name in data})
        return data


class StudentSerializer(_Guarded):
    guarded = {
        "may_see_details": ("birth_date", "sex", "blood_group"),
        "may_see_contacts": (*CONTACTS, "custom"),
    }
    full_name = serializers.CharField()
    custom = serializers.SerializerMethodField()

    class Meta:
        model = models.Student
        fields = [
            *PERSON, *CONTACTS, "admission_number", "roll_number", "campus", "grade_level", "program",
            "birth_date", "sex", "blood_group", "photo", "status", "custom", "user", "version",
            "created_at", "updated_at",
        ]  # fmt: skip

    def get_custom(self, student: models.Student) -> dict[str, Any]:
        """Families see the fields meant for them only."""
        sees_all = getattr(student, "may_see_internal", False)
        return {k: v for k, v in student.custom.items() if sees_all or k in self.context["family_codes"]}


class NamedStudentSerializer(RowSerializer):
    full_name = serializers.CharField()

    class Meta:
        model = models.Student
        fields = ["id", "full_name", "admission_number", "roll_number", "photo"]


class GuardianSerializer(RowSerializer):
    full_name = serializers.CharField()

    class Meta:
        model = models.Guardian
        fields = [*PERSON, *CONTACTS, "user", "version"]


class GuardianshipSerializer(_Guarded):
    guarded = {"may_see_document": ("document",)}
    guardian = GuardianSerializer()

    class Meta:
        model = models.Guardianship
        fields = [
            "id", "student", "guardian", "relation", "is_primary", "lives_with", "may_contact",
            "may_see_marks", "may_collect", "pays_share", "order", "begin_date", "end_date", "document",
        ]  # fmt: skip


class EmergencyContactSerializer(RowSerializer):
    class Meta:
        model = models.EmergencyContact
        fields = ["id", "student", "name", "relation", "phone", "order"]


class StaffSerializer(_Guarded):
    guarded = {
        "may_see_private": ("phone", "address", "custom", "qualifications", "joined_date", "left_date")
    }
    full_name = serializers.CharField()

    class Meta:
        model = models.StaffMember
        fields = [
            *PERSON, *CONTACTS, "employee_id", "campus", "department", "job_title", "qualifications",
            "subjects", "joined_date", "left_date", "photo", "custom", "user", "version",
        ]  # fmt: skip


class SectionSerializer(RowSerializer):
    seats_free = serializers.IntegerField()

    class Meta:
        model = models.Section
        fields = [
            "id", "name", "code", "kind", "campus", "session", "course", "grade_level", "homeroom",
            "capacity", "seats_taken", "seats_free", "is_active", "version",
        ]  # fmt: skip


class TeachingSerializer(RowSerializer):
    staff_name = serializers.CharField(source="staff.full_name")

    class Meta:
        model = models.TeachingAssignment
        fields = ["id", "section", "staff", "staff_name", "is_primary", "begin_date", "end_date"]


class EnrollmentSerializer(RowSerializer):
    section_name = serializers.CharField(source="section.name")

    class Meta:
        model = models.Enrollment
        fields = ["id", "student", "section", "section_name", "status", "begin_date", "end_date"]


class RosterSerializer(RowSerializer):
    student = NamedStudentSerializer()

    class Meta:
        model = models.Enrollment
        fields = ["id", "student", "status", "begin_date", "end_date"]


class StatusChangeSerializer(RowSerializer):
    class Meta:
        model = models.EnrollmentStatusChange
        fields = ["id", "enrollment", "status", "effective_date", "reason", "created_at"]


class WaitingSerializer(RowSerializer):
    class Meta:
        model = models.WaitingListEntry
        fields = ["id", "section", "student", "state", "created_at"]


class SubjectSerializer(RowSerializer):
    class Meta:
        model = models.Subject
        fields = ["id", "name", "code", "department"]


class GradeLevelSerializer(RowSerializer):
    class Meta:
        model = models.GradeLevel
        fields = ["id", "name", "code", "position"]


class CourseSerializer(RowSerializer):
    class Meta:
        model = models.Course
        fields = ["id", "name", "code", "subject", "grade_level", "credits", "description", "is_active"]


class PrerequisiteSerializer(RowSerializer):
    class Meta:
        model = models.CoursePrerequisite
        fields = ["id", "course", "requires"]


class ProgramSerializer(RowSerializer):
    class Meta:
        model = models.Program
        fields = [
            "id", "name", "code", "description", "term_structure", "grade_levels", "credits_required",
            "is_active",
        ]  # fmt: skip


class CurriculumSerializer(RowSerializer):
    class Meta:
        model = models.ProgramCourse
        fields = ["id", "program", "course", "grade_level", "is_required"]


class ProgramStatisticsSerializer(serializers.Serializer[Any]):
    students = serializers.IntegerField()
    courses = serializers.IntegerField()
    active_sections = serializers.IntegerField()
    completed = serializers.IntegerField()
    ended = serializers.IntegerField()
    completion_rate = serializers.FloatField(allow_null=True)


class SessionSerializer(RowSerializer):
    class Meta:
        model = models.AcademicSession
        fields = ["id", "kind", "name", "code", "begin_date", "end_date", "parent"]


class CustomFieldSerializer(RowSerializer):
    class Meta:
        model = models.CustomField
        fields = [
            "id", "target", "code", "label", "kind", "choices", "is_required", "families_may_see",
            "position", "is_active",
        ]  # fmt: skip


class ContactRequestSerializer(RowSerializer):
    class Meta:
        model = models.ContactChangeRequest
        fields = [
            "id", "student", "guardian", "requested_by", "before", "after", "state", "decided_by",
            "decided_at", "decision_note", "created_at",
        ]  # fmt: skip
