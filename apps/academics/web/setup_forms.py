"""Forms of what is taught, and of the school's own fields."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.academics import models
from apps.academics.web.fields import ActorForm, Choice, Choices
from apps.academics.web.forms import day, text

A_DAY = timedelta(days=1)


def _long(label: Any) -> forms.CharField:
    return text(label, 4000, widget=forms.Textarea(attrs={"rows": 3}))


class SubjectForm(ActorForm):
    name = text(_("Name"), 100, required=True)
    code = text(_("Code"), 40, required=True)
    department = text(_("Department"), 100)


class GradeLevelForm(ActorForm):
    name = text(_("Name"), 60, required=True)
    code = text(_("Code"), 20, required=True)
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=1000)


class CourseForm(ActorForm):
    name = text(_("Name"), 150, required=True)
    code = text(_("Code"), 60, required=True)
    subject = Choice(models.Subject, label=_("Subject"), required=False)
    grade_level = Choice(models.GradeLevel, label=_("Grade"), required=False)
    credits = forms.DecimalField(label=_("Credits"), min_value=0, max_digits=5, decimal_places=2, initial=0)
    description = _long(_("Description"))
    is_active = forms.BooleanField(label=_("Is offered"), required=False, initial=True)


class ProgramForm(ActorForm):
    name = text(_("Name"), 150, required=True)
    code = text(_("Code"), 40, required=True)
    description = _long(_("Description"))
    term_structure = forms.ChoiceField(label=_("Term structure"), choices=models.TermStructure.choices)
    grade_levels = Choices(models.GradeLevel, label=_("Grades"), required=False)
    credits_required = forms.DecimalField(
        label=_("Credits required"), min_value=0, max_digits=6, decimal_places=2, initial=0
    )
    is_active = forms.BooleanField(label=_("Is offered"), required=False, initial=True)


class SessionForm(ActorForm):
    """People name the last day; rows keep the first day after it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=models.SessionKind.choices)
    name = text(_("Name"), 100, required=True)
    code = text(_("Code"), 40, required=True)
    parent = Choice(models.AcademicSession, label=_("Part of"), required=False)
    begin_date = day(_("First day"))
    end_date = day(_("Last day"))

    def clean_end_date(self) -> Any:
        return self.cleaned_data["end_date"] + A_DAY


class CurriculumForm(ActorForm):
    course = Choice(models.Course, label=_("Course"), narrow=lambda rows: rows.filter(is_active=True))
    grade_level = Choice(models.GradeLevel, label=_("Grade"), required=False)
    is_required = forms.BooleanField(label=_("Everyone takes it"), required=False, initial=True)


class PrerequisiteForm(ActorForm):
    requires = Choice(models.Course, label=_("Has to be completed before"))


class CustomFieldForm(ActorForm):
    label = text(_("Label"), 100, required=True)
    choices = forms.CharField(
        label=_("Choices, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_required = forms.BooleanField(label=_("Must be filled in"), required=False)
    families_may_see = forms.BooleanField(label=_("Families may see it"), required=False)
    position = forms.IntegerField(label=_("Position"), min_value=1, max_value=999, initial=1)

    def clean_choices(self) -> list[str]:
        choices: str = self.cleaned_data["choices"]
        return choices.splitlines()


class CustomFieldChangeForm(CustomFieldForm):
    is_active = forms.BooleanField(label=_("In use"), required=False)


class NewCustomFieldForm(CustomFieldForm):
    target = forms.ChoiceField(label=_("Belongs to"), choices=models.CustomFieldTarget.choices)
    code = forms.SlugField(label=_("Code"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=models.CustomFieldKind.choices)
    field_order = ["target", "label", "code", "kind"]
