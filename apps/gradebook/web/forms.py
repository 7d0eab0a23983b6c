"""What a teacher types beside the marks."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.academics.models import AcademicSession
from apps.core.web.forms import ServiceForm, dress
from apps.gradebook.models import Category, LineItem, ScoreScale, Weighting
from apps.gradebook.services import asking


class ItemForm(ServiceForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    session = forms.ModelChoiceField(
        label=_("Term"), queryset=AcademicSession.objects.none(), empty_label=None
    )
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("None")
    )
    maximum = forms.DecimalField(
        label=_("Out of"), min_value=Decimal(0), max_digits=8, decimal_places=3, initial=100
    )
    scale = forms.ModelChoiceField(
        label=_("Marked with"),
        queryset=ScoreScale.objects.none(),
        required=False,
        empty_label=_("Points"),
        help_text=_("A letter counts as the middle of its band, a level by its points."),
    )
    due_date = forms.DateField(
        label=_("Due"),
        widget=forms.DateInput(),
        required=False,
        help_text=_("A pupil who joined later owes nothing for it."),
    )
    assigned_date = forms.DateField(label=_("Assigned"), widget=forms.DateInput(), required=False)
    weight = forms.DecimalField(
        label=_("Weight"), min_value=Decimal(0), max_digits=8, decimal_places=4, initial=1
    )
    code = forms.CharField(label=_("Name in formulas"), max_length=30, required=False)
    is_counted = forms.BooleanField(label=_("Counts towards the total"), required=False, initial=True)
    is_extra_credit = forms.BooleanField(label=_("Extra credit"), required=False)
    description = forms.CharField(
        label=_("Description"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, weighting: str, choices: dict[str, QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if weighting == Weighting.CATEGORIES:
            # Without a category it would count for nothing, which nobody means.
            self.fields["category"] = forms.ModelChoiceField(
                label=_("Category"), queryset=Category.objects.none(), empty_label=None
            )
        for name, rows in choices.items():
            field: Any = self.fields[name]
            field.queryset = rows
        dress(self)

    @staticmethod
    def values_of(item: LineItem) -> dict[str, Any]:
        values = {name: getattr(item, name) for name in ItemForm.base_fields}
        return values | {"maximum": _plain(item.maximum), "weight": _plain(item.weight)}


class ReleaseForm(ServiceForm):
    at = forms.DateTimeField(
        label=_("At a time"),
        required=False,
        widget=forms.DateTimeInput(),
        help_text=_("Empty lets them out at once."),
    )


class GroupForm(ServiceForm):
    """Whom a message is for."""

    group = forms.ChoiceField(label=_("Pupils who"), choices=asking.GROUPS, initial=asking.OPEN)
    bound = forms.DecimalField(
        label=_("Points"), min_value=Decimal(0), max_digits=8, decimal_places=3, required=False
    )
    with_guardians = forms.BooleanField(label=_("Tell their guardians too"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("group") in {asking.BELOW, asking.ABOVE} and data.get("bound") is None:
            self.add_error("bound", _("Say how many points."))
        return data


class MessageForm(GroupForm):
    """The words, and which of the group get them."""

    text = forms.CharField(
        label=_("Message"), max_length=asking.LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    students = forms.MultipleChoiceField(label=_("Pupils"), choices=(), widget=forms.MultipleHiddenInput())
    key = forms.UUIDField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, pupils: list[asking.Told], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["students"]
        field.choices = [(str(one.student.pk), one.student.full_name) for one in pupils]


class SheetFileForm(ServiceForm):
    """A workbook for the dry run, or, to apply it, the id of the plan that made."""

    file = forms.FileField(label=_("Workbook (XLSX)"), required=False)
    file_id = forms.UUIDField(required=False, widget=forms.HiddenInput())
    reason = forms.CharField(label=_("Why marks change"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("file") and not data.get("file_id") and "file" not in self.errors:
            self.add_error("file", _("Choose the file."))
        return data


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
