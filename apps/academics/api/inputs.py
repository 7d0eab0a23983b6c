"""The bodies of requests: every writable field is named here, and relations lie within the actor's reach."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from apps.academics import models
from apps.academics.services import COURT_DOCUMENT, PHOTO
from apps.accounts.models import Campus
from apps.core.api.serializers import InputSerializer
from apps.core.models import ScanState, StoredFile


class Reached(serializers.PrimaryKeyRelatedField[Any]):
    """A row named by id, out of those the actor holds `verb` on; another's is as unknown as a missing one."""

    def __init__(self, *, model: Any = None, verb: str = "view", **kwargs: Any) -> None:
        self.model, self.verb = model, verb
        super().__init__(queryset=model.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.permitted(self.context["request"].actor, self.verb)
        return rows


class Uploaded(serializers.PrimaryKeyRelatedField[Any]):
    """A file the actor has handed in for this purpose (`files/uploads`), or the one the row has already."""

    def __init__(self, *, purpose: str = "", **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(queryset=StoredFile.objects.none(), required=False, allow_null=True, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        mine: QuerySet[Any] = StoredFile.objects.permitted(self.context["request"].actor)
        return mine.filter(purpose=self.purpose).exclude(scan=ScanState.INFECTED)

    def to_internal_value(self, data: Any) -> Any:
        kept = getattr(getattr(self.parent, "instance", None), str(self.field_name), None)
        if kept is not None and str(kept.pk) == str(data):
            return kept
        return super().to_internal_value(data)


def optional(model: Any) -> Reached:
    return Reached(model=model, required=False, allow_null=True)


def text(longest: int) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True)


class PersonInput(InputSerializer):
    given_name = serializers.CharField(max_length=100)
    middle_name = text(100)
    family_name = text(100)
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = text(40)
    address = text(2000)


class StudentInput(PersonInput):
    admission_number = text(60)
    roll_number = text(20)
    program = optional(models.Program)
    birth_date = serializers.DateField(required=False, allow_null=True)
    sex = serializers.ChoiceField(choices=models.Sex.choices, required=False)
    blood_group = serializers.ChoiceField(choices=models.BLOOD_GROUPS, required=False, allow_blank=True)
    photo = Uploaded(purpose=PHOTO)
    custom = serializers.DictField(required=False)


class AdmissionInput(StudentInput):
    campus = Reached(model=Campus, verb="place")
    begin_date = serializers.DateField()
    grade_level = optional(models.GradeLevel)
    section = Reached(model=models.Section, verb="enroll", required=False, allow_null=True)
    entry_reason = text(100)


class WithdrawalInput(InputSerializer):
    effective_date = serializers.DateField()
    reason = serializers.CharField(max_length=100)
    graduated = serializers.BooleanField(required=False)


class TransferInput(InputSerializer):
    campus = Reached(model=Campus, verb="place")
    effective_date = serializers.DateField()
    reason = text(100)


class PromotionInput(InputSerializer):
    grade_level = Reached(model=models.GradeLevel)
    effective_date = serializers.DateField()
    section = Reached(model=models.Section, verb="enroll", required=False, allow_null=True)


class ReadmissionInput(InputSerializer):
    campus = Reached(model=Campus, verb="place")
    begin_date = serializers.DateField()
    grade_level = optional(models.GradeLevel)


class LinkInput(InputSerializer):
    relation = serializers.ChoiceField(choices=models.Relation.choices, required=False)
    is_primary = serializers.BooleanField(required=False)
    lives_with = serializers.BooleanField(required=False)
    may_contact = serializers.BooleanField(required=False)
    may_see_marks = serializers.BooleanField(required=False)
    may_collect = serializers.BooleanField(required=False)
    pays_share = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False
    )
    order = serializers.IntegerField(min_value=1, max_value=99, required=False)
    document = Uploaded(purpose=COURT_DOCUMENT)


class NewGuardianInput(PersonInput):
    student = Reached(model=models.Student, verb="change")
    begin_date = serializers.DateField()
    link = LinkInput(required=False)


class NewLinkInput(LinkInput):
    student = Reached(model=models.Student, verb="change")
    guardian = Reached(model=models.Guardian, verb="change")
    begin_date = serializers.DateField()


class EndInput(InputSerializer):
    end_date = serializers.DateField()


class EmergencyContactInput(InputSerializer):
    name = serializers.CharField(max_length=200)
    phone = serializers.CharField(max_length=40)
    relation = text(60)
    order = serializers.IntegerField(min_value=1, max_value=99, required=False)


class NewEmergencyContactInput(EmergencyContactInput):
    student = Reached(model=models.Student, verb="change")


class StaffInput(PersonInput):
    employee_id = serializers.CharField(max_length=60)
    campus = Reached(model=Campus, verb="place")
    department = text(100)
    job_title = text(100)
    qualifications = text(4000)
    joined_date = serializers.DateField(required=False, allow_null=True)
    photo = Uploaded(purpose=PHOTO)
    custom = serializers.DictField(required=False)
    subjects = Reached(model=models.Subject, many=True, required=False)


class LeavingInput(InputSerializer):
    left_date = serializers.DateField()


class SectionInput(InputSerializer):
    name = serializers.CharField(max_length=150)
    code = serializers.CharField(max_length=60)
    capacity = serializers.IntegerField(min_value=0, max_value=2000, required=False)
    grade_level = optional(models.GradeLevel)
    is_active = serializers.BooleanField(required=False)


class NewSectionInput(SectionInput):
    campus = Reached(model=Campus, verb="place")
    session = Reached(model=models.AcademicSession)
    kind = serializers.ChoiceField(choices=models.SectionKind.choices)
    course = optional(models.Course)
    homeroom = optional(models.Section)


class TeachingInput(InputSerializer):
    section = Reached(model=models.Section, verb="change")
    staff = Reached(model=models.StaffMember)
    begin_date = serializers.DateField()
    end_date = serializers.DateField(required=False, allow_null=True)
    is_primary = serializers.BooleanField(required=False)


class EnrollmentInput(InputSerializer):
    student = Reached(model=models.Student, verb="enroll")
    section = Reached(model=models.Section, verb="enroll")
    begin_date = serializers.DateField()
    end_date = serializers.DateField(required=False, allow_null=True)
    override_reason = text(200)
    wait = serializers.BooleanField(default=False, help_text="Queue when the section is full.")


class EndingInput(InputSerializer):
    effective_date = serializers.DateField()
    reason = text(200)


class CompletionInput(InputSerializer):
    effective_date = serializers.DateField()


class WaitingInput(InputSerializer):
    student = Reached(model=models.Student, verb="enroll")
    section = Reached(model=models.Section, verb="enroll")


class SubjectInput(InputSerializer):
    name = serializers.CharField(max_length=100)
    code = serializers.CharField(max_length=40)
    department = text(100)


class GradeLevelInput(InputSerializer):
    name = serializers.CharField(max_length=60)
    code = serializers.CharField(max_length=20)
    position = serializers.IntegerField(min_value=0, max_value=1000)


class CourseInput(InputSerializer):
    name = serializers.CharField(max_length=150)
    code = serializers.CharField(max_length=60)
    subject = optional(models.Subject)
    grade_level = optional(models.GradeLevel)
    credits = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=0, required=False)
    description = text(4000)
    is_active = serializers.BooleanField(required=False)


class ProgramInput(InputSerializer):
    name = serializers.CharField(max_length=150)
    code = serializers.CharField(max_length=40)
    description = text(4000)
    term_structure = serializers.ChoiceField(choices=models.TermStructure.choices, required=False)
    grade_levels = Reached(model=models.GradeLevel, many=True, required=False)
    credits_required = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=0, required=False)
    is_active = serializers.BooleanField(required=False)


class CurriculumInput(InputSerializer):
    program = Reached(model=models.Program, verb="change")
    course = Reached(model=models.Course)
    grade_level = optional(models.GradeLevel)
    is_required = serializers.BooleanField(required=False)


class PrerequisiteInput(InputSerializer):
    course = Reached(model=models.Course, verb="change")
    requires = Reached(model=models.Course)


class SessionInput(InputSerializer):
    kind = serializers.ChoiceField(choices=models.SessionKind.choices)
    name = serializers.CharField(max_length=100)
    code = serializers.CharField(max_length=40)
    begin_date = serializers.DateField()
    end_date = serializers.DateField(help_text="The first day after the session.")
    parent = optional(models.AcademicSession)  # type: ignore[assignment]  # the noun collides with a name of Field


class _CustomField(InputSerializer):
    label = serializers.CharField(max_length=100)  # type: ignore[assignment]  # as above
    choices = serializers.ListField(child=serializers.CharField(max_length=100), required=False)
    is_required = serializers.BooleanField(required=False)
    families_may_see = serializers.BooleanField(required=False)
    position = serializers.IntegerField(min_value=1, max_value=999, required=False)


class CustomFieldInput(_CustomField):
    is_active = serializers.BooleanField(required=False)


class NewCustomFieldInput(_CustomField):
    target = serializers.ChoiceField(choices=models.CustomFieldTarget.choices)
    code = serializers.SlugField(max_length=40)
    kind = serializers.ChoiceField(choices=models.CustomFieldKind.choices)


class ContactData(InputSerializer):
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = text(40)
    address = text(2000)


class ContactRequestInput(InputSerializer):
    student = Reached(model=models.Student, verb="view")
    guardian = Reached(model=models.Guardian, verb="request_change", required=False, allow_null=True)
    after = ContactData()


class DecisionInput(InputSerializer):
    note = text(200)
