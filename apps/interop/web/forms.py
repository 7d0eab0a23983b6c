"""Taking files in, and saying what the columns of a plain one mean."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Role
from apps.accounts.models import Campus
from apps.core.policy import Actor
from apps.core.web.forms import ServiceForm
from apps.interop.models import DateOrder
from apps.interop.services import mapping


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or several files, as a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in given]


class UploadForm(ServiceForm):
    """What to bring in, for which campus, and how careful to be."""

    uploads = ManyFilesField(
        label=_("Files"),
        help_text=_(
            "A zip of OneRoster or School Data Sync, its CSV files, or a plain CSV or Excel table. Marks of "
            "earlier terms come in the same way."
        ),
        widget=ManyFilesInput(attrs={"accept": ".zip,.csv,.tsv,.txt,.xlsx"}),
    )
    campus = forms.ModelChoiceField(
        label=_("Only for campus"),
        queryset=Campus.objects.none(),
        required=False,
        empty_label=_("As the files say"),
        help_text=_("Choose one when the files hold a single campus or do not say which."),
    )
    date_order = forms.ChoiceField(
        label=_("Order of day and month"),
        choices=DateOrder.choices,
        required=False,
        help_text=_("Only for dates such as 3/4/2026, which can be read two ways."),
    )
    strict = forms.BooleanField(
        label=_("All or nothing: refuse the whole file when any row is wrong"), required=False
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campus: Any = self.fields["campus"]
        campus.queryset, campus.required = campuses_of(actor)


class MappingForm(ServiceForm):
    """One plain file: what its rows are, and which column holds which field."""

    def __init__(self, *args: Any, part: Mapping[str, Any], kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part, self.kind = part, kind
        guessed = mapping.columns_for(kind, part["headers"])
        columns = [("", _("Not in the file")), *((header, header) for header in part["headers"])]
        required = {group[0] for group in mapping.REQUIRED[kind] if len(group) == 1}
        for name, label in mapping.FIELDS[kind].items():
            field = forms.ChoiceField(
                label=label, choices=columns, required=name in required, initial=guessed.get(name, "")
            )
            field.widget.attrs["class"] = "form-select"
            self.fields[name] = field

    @property
    def sample(self) -> list[list[tuple[str, str]]]:
        """The first rows, each cell with its header."""
        return [list(zip(self.part["headers"], row, strict=False)) for row in self.part["sample"]]

    @property
    def meaning(self) -> dict[str, Any]:
        columns = {name: value for name, value in self.cleaned_data.items() if value}
        return {"kind": self.kind, "columns": columns}


def campuses_of(actor: Actor) -> tuple["QuerySet[Campus]", bool]:
    """The campuses an import of this person may be bound to, and whether it has to be bound to one."""
    campuses: Any = Campus.objects.permitted(actor).filter(is_active=True)
    held = actor.roles.get(Role.REGISTRAR)
    if Role.SCHOOL_ADMIN in actor.roles or held is None:
        return campuses, False
    return campuses.filter(pk__in=held), True
