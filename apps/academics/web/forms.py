"""Forms of people and places; each has one service behind it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.academics import models
from apps.academics.web.fields import ActorForm, Choice, Choices, CustomForm
from apps.accounts.models import Campus

DAY = forms.DateInput


def day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DAY(), **kwargs)


def text(label: Any, longest: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, **{"required": False, **kwargs})


def _open_homerooms(rows: Any) -> Any:
    return rows.filter(kind=models.SectionKind.HOMEROOM, is_active=True).select_related("session")


class PersonForm(ActorForm):
    given_name = text(_("Given name"), 100, required=True)
    middle_name = text(_("Middle name"), 100)
    family_name = text(_("Family name"), 100)
    email = forms.EmailField(label=_("Email"), required=False)
    phone = text(_("Phone"), 40, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}))
    address = text(_("Address"), 2000, widget=forms.Textarea(attrs={"rows": 3}))


class StudentForm(CustomForm, PersonForm):
    target = models.CustomFieldTarget.STUDENT
    admission_number = text(_("Admission number"), 60)
    roll_number = text(_("Roll number"), 20)
    program = Choice(models.Program, label=_("Program"), required=False)
    birth_date = day(_("Birth date"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=models.Sex.choices, initial=models.Sex.UNSTATED)
    blood_group = forms.ChoiceField(
        label=_("Blood group"), choices=[("", "—"), *models.BLOOD_GROUPS], required=False
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class AdmissionForm(StudentForm):
    campus = Choice(Campus, verb="place", label=_("Campus"), empty_label=None)
    grade_level = Choice(models.GradeLevel, label=_("Grade"), required=False)
    section = Choice(
        models.Section, verb="enroll", narrow=_open_homerooms, label=_("Homeroom"), required=False
    )
    begin_date = day(_("First day"))
    entry_reason = text(_("Reason of entry"), 100)
    field_order = [
        "given_name",
        "middle_name",
        "family_name",
        "campus",
        "grade_level",
        "section",
        "begin_date",
    ]


class EffectiveForm(ActorForm):
    effective_date = day(_("From this day on"))


class WithdrawalForm(EffectiveForm):
    reason = text(_("Reason"), 100, required=True)
    graduated = forms.BooleanField(label=_("Has finished the school"), required=False)


class TransferForm(EffectiveForm):
    campus = Choice(Campus, verb="place", label=_("To campus"), empty_label=None)
    reason = text(_("Reason"), 100)


class PromotionForm(EffectiveForm):
    grade_level = Choice(models.GradeLevel, label=_("Into grade"), empty_label=None)
    section = Choice(
        models.Section, verb="enroll", narrow=_open_homerooms, label=_("Homeroom"), required=False
    )


class ReadmissionForm(ActorForm):
    campus = Choice(Campus, verb="place", label=_("Campus"), empty_label=None)
    grade_level = Choice(models.GradeLevel, label=_("Grade"), required=False)
    begin_date = day(_("First day"))


class RightsForm(ActorForm):
    relation = forms.ChoiceField(label=_("Relation"), choices=models.Relation.choices)
    is_primary = forms.BooleanField(label=_("First to call"), required=False)
    lives_with = forms.BooleanField(label=_("The pupil lives with them"), required=False, initial=True)
    may_contact = forms.BooleanField(label=_("May be told and may write"), required=False, initial=True)
    may_see_marks = forms.BooleanField(label=_("May see marks"), required=False, initial=True)
    may_collect = forms.BooleanField(label=_("May collect the pupil"), required=False, initial=True)
    pays_share = forms.DecimalField(
        label=_("Share of the fees, percent"), min_value=0, max_value=100, decimal_places=2, initial=0
    )
    order = forms.IntegerField(label=_("Order of calling"), min_value=1, max_value=99, initial=1)


RIGHTS = tuple(RightsForm.base_fields)


class PaperForm(RightsForm):
    """The rights with the paper they rest on."""

    document = forms.FileField(
        label=_("Court order or agreement"),
        required=False,
        help_text=_("Only the office can open it."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
    )


class NewGuardianForm(RightsForm, PersonForm):
    begin_date = day(_("Answers for the pupil from"))


class LinkForm(RightsForm):
    guardian = Choice(models.Guardian, verb="change", label=_("Guardian"))
    begin_date = day(_("Answers for the pupil from"))
    field_order = ["guardian", "begin_date"]


class EndForm(ActorForm):
    end_date = day(_("No longer from this day on"))


class EmergencyContactForm(ActorForm):
    name = text(_("Name"), 200, required=True)
    phone = text(_("Phone"), 40, required=True)
    relation = text(_("Relation"), 60)
    order = forms.IntegerField(label=_("Order of calling"), min_value=1, max_value=99, initial=1)


class StaffForm(CustomForm, PersonForm):
    target = models.CustomFieldTarget.STAFF
    employee_id = text(_("Employee id"), 60, required=True)
    campus = Choice(Campus, verb="place", label=_("Campus"), empty_label=None)
    department = text(_("Department"), 100)
    job_title = text(_("Job title"), 100)
    qualifications = text(_("Qualifications"), 4000, widget=forms.Textarea(attrs={"rows": 3}))
    joined_date = day(_("Joined"), required=False)
    subjects = Choices(models.Subject, label=_("Subjects"), required=False)
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class LeavingForm(ActorForm):
    left_date = day(_("First day away"))


class SectionForm(ActorForm):
    name = text(_("Name"), 150, required=True)
    code = text(_("Code"), 60, required=True)
    capacity = forms.IntegerField(label=_("Seats"), min_value=0, max_value=2000, initial=40)
    grade_level = Choice(models.GradeLevel, label=_("Grade"), required=False)


class SectionChangeForm(SectionForm):
    is_active = forms.BooleanField(label=_("Open"), required=False)


class NewSectionForm(SectionForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=models.SectionKind.choices)
    campus = Choice(Campus, verb="place", label=_("Campus"), empty_label=None)
    session = Choice(models.AcademicSession, label=_("Academic session"), empty_label=None)
    course = Choice(models.Course, label=_("Course"), required=False)
    homeroom = Choice(
        models.Section, verb="change", narrow=_open_homerooms, label=_("Homeroom"), required=False
    )
    field_order = ["kind", "name", "code", "campus", "session", "course", "grade_level", "homeroom"]


class EnrollForm(ActorForm):
    """Into one section; the pupil comes from the search beside it."""

    student = Choice(models.Student, verb="enroll", widget=forms.HiddenInput)
    begin_date = day(_("From"))
    override_reason = text(_("Let in against the rules because"), 200)

    def __init__(self, *args: Any, actor: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["begin_date"].initial = today


class TeacherForm(ActorForm):
    staff = Choice(
        models.StaffMember, label=_("Teacher"), narrow=lambda rows: rows.filter(left_date__isnull=True)
    )
    begin_date = day(_("From"))
    is_primary = forms.BooleanField(label=_("Is the main teacher"), required=False, initial=True)


class WithdrawPlaceForm(EffectiveForm):
    reason = text(_("Reason"), 200)


class ContactForm(ActorForm):
    email = forms.EmailField(label=_("Email"), required=False)
    phone = text(_("Phone"), 40, widget=forms.TextInput(attrs={"type": "tel"}))
    address = text(_("Address"), 2000, widget=forms.Textarea(attrs={"rows": 3}))


class DecisionForm(ActorForm):
    note = text(_("Note to the family"), 200)
