"""Forms of people, roles, the school and one's own profile."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import FAMILY
from apps.accounts.models import Campus, Feature, Role, School
from apps.accounts.services.school import LABELS
from apps.core.days import WITHIN_REASON
from apps.core.policy import Actor
from apps.core.web.forms import ServiceForm

ONE_DAY: Final = timedelta(days=1)
LANGUAGES: Final = [("", _("The school's language")), *settings.LANGUAGES]
LABEL_NAMES: Final = {
    "section": _("Section"),
    "guardian": _("Guardian"),
    "student": _("Student"),
    "staff": _("Staff member"),
    "program": _("Program"),
    "course": _("Course"),
    "subject": _("Subject"),
    "grade_level": _("Grade level"),
    "campus": _("Campus"),
    "term": _("Term"),
}


def roles_to_give(actor: Actor) -> list[tuple[str, Any]]:
    """The roles the actor may give at all; on which campus is the policy's to say."""
    if actor.has(Role.SCHOOL_ADMIN):
        return list(Role.choices)
    if actor.has(Role.CAMPUS_ADMIN):
        return [choice for choice in Role.choices if choice[0] != Role.SCHOOL_ADMIN]
    return [choice for choice in Role.choices if choice[0] in FAMILY]


class _GrantForm(ServiceForm):
    """A role and where it holds."""

    role = forms.ChoiceField(label=_("Role"))
    campus = forms.ModelChoiceField(
        Campus.objects.none(), label=_("Campus"), required=False, empty_label=_("The whole school")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_to_give(actor)  # type: ignore[attr-defined]  # a ChoiceField
        campus: Any = self.fields["campus"]
        campus.queryset = Campus.objects.permitted(actor, "switch_features")
        if not actor.has(Role.SCHOOL_ADMIN):
            campus.required, campus.empty_label = True, None

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class InviteForm(_GrantForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("The invitation goes there."))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    field_order = ["name", "email", "role", "campus", "language"]


class RoleForm(_GrantForm):
    begin_date = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last_day = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Empty: until further notice."),
    )

    @property
    def dates(self) -> dict[str, Any]:
        last = self.cleaned_data["last_day"]
        return {"begin_date": self.cleaned_data["begin_date"], "end_date": last + ONE_DAY if last else None}


class EndRoleForm(ServiceForm):
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput)


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class PersonForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)


class SchoolForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    time_zone = forms.CharField(label=_("Time zone"), max_length=60, help_text=_("Such as Asia/Kolkata."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), help_text=_("Three letters, such as INR.")
    )
    country = forms.RegexField(r"^[A-Z]{2}$", label=_("Country"), help_text=_("Two letters, such as IN."))

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        names = ("name", "time_zone", "language", "currency", "country")
        initial = {name: getattr(school, name) for name in names}
        super().__init__(*args, initial=initial, **kwargs)


class LabelsForm(ServiceForm):
    """What the school calls our words; an empty field keeps ours."""

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, initial=school.labels, **kwargs)

    @property
    def labels(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in LABELS}


for _name in sorted(LABELS):
    LabelsForm.base_fields[_name] = forms.CharField(label=LABEL_NAMES[_name], max_length=40, required=False)


class CampusForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Short, without spaces."))
    address = forms.CharField(label=_("Address"), required=False, widget=forms.Textarea({"rows": 3}))
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    time_zone = forms.CharField(label=_("Time zone"), max_length=60)


class FeaturesForm(ServiceForm):
    """One switch for each feature."""

    def __init__(self, *args: Any, campus: Campus, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: campus.has_feature(name) for name in Feature.values}, **kwargs)


for _name, _label in Feature.choices:
    FeaturesForm.base_fields[_name] = forms.BooleanField(label=_label, required=False)


class PasswordForm(ServiceForm):
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        strip=False,
        help_text=_("At least 12 characters. A sentence is easy to remember and hard to guess."),
    )
    again = forms.CharField(
        label=_("Once more"), widget=forms.PasswordInput({"autocomplete": "new-password"}), strip=False
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords differ."))
        return again


class ImpersonationForm(ServiceForm):
    reason = forms.CharField(
        label=_("Why do you need to look?"),
        max_length=300,
        help_text=_(
            "The person will read this. You have half an hour; everything you do carries both names."
        ),
    )


class TrailForm(forms.Form):
    """Which part of the audit trail to show."""

    day = forms.DateField(label=_("Day"), required=False, validators=WITHIN_REASON)
    model = forms.CharField(label=_("What"), required=False)
    person = forms.UUIDField(label=_("Who"), required=False)
    row = forms.UUIDField(required=False)
