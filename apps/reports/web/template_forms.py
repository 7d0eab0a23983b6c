"""What the office sets of a template, and how it becomes the layout."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Campus
from apps.core.policy import Actor
from apps.core.web.forms import ServiceForm, dress
from apps.reports.models import DocumentKind, DocumentTemplate
from apps.reports.selectors.layouts import (
    COLOUR,
    CertificateKind,
    Language,
    Layout,
    MarkColumn,
    PaperPart,
    PaperSize,
    layout_of,
)

_LANGUAGES: Final = ("en", "hi")
_TEXTS: Final = ("heading", "school_name", "wording")


class NewTemplateForm(ServiceForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind.choices)
    name = forms.CharField(label=_("Name"), max_length=100)
    campus = forms.ModelChoiceField(
        label=_("Campus"), queryset=Campus.objects.none(), required=False, empty_label=_("All campuses")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campus: Any = self.fields["campus"]
        campus.queryset = Campus.objects.permitted(actor)


class TemplateForm(ServiceForm):
    """Every setting of a layout; a school that sets nothing has a good paper already."""

    name = forms.CharField(label=_("Name"), max_length=100)
    campus = forms.ModelChoiceField(
        label=_("Campus"), queryset=Campus.objects.none(), required=False, empty_label=_("All campuses")
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    paper = forms.ChoiceField(label=_("Paper"), choices=PaperSize.choices)
    colour = forms.RegexField(
        label=_("Colour of the school"),
        regex=r"^#[0-9a-fA-F]{6}$",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG or JPEG. The kept one stays if none is chosen.")
    )
    motto = forms.CharField(label=_("Motto"), max_length=120, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=300, required=False, help_text=_("Empty: that of the campus.")
    )
    school_name_en = forms.CharField(label=_("Name of the school"), max_length=200, required=False)
    school_name_hi = forms.CharField(label=_("Name of the school in Hindi"), max_length=200, required=False)
    heading_en = forms.CharField(label=_("Heading"), max_length=120, required=False)
    heading_hi = forms.CharField(label=_("Heading in Hindi"), max_length=120, required=False)
    certificate = forms.ChoiceField(label=_("Certificate"), choices=CertificateKind.choices, required=False)
    wording_en = forms.CharField(
        label=_("Wording"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Empty: the usual wording. {name} and the like stand for the pupil's facts."),
    )
    wording_hi = forms.CharField(
        label=_("Wording in Hindi"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    parts = forms.MultipleChoiceField(
        label=_("Shown on the paper"),
        choices=PaperPart.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"), choices=MarkColumn.choices, required=False, widget=forms.CheckboxSelectMultiple()
    )
    shows_live = forms.BooleanField(
        label=_("Where nothing is posted, show the average so far, marked “not final”"), required=False
    )
    signatures = forms.CharField(
        label=_("Lines for signatures"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, at most four. Empty: the usual ones."),
    )
    footer = forms.CharField(label=_("Small print"), max_length=200, required=False)
    word_file = forms.FileField(
        label=_("Your own Word file (.docx)"),
        required=False,
        help_text=_("It is filled in place of our layout. The list of fields says what it may name."),
    )
    drops_word_file = forms.BooleanField(label=_("Use our layout again"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, actor: Actor, template: DocumentTemplate, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(template)
        super().__init__(*args, **kwargs)
        self.template = template
        campus: Any = self.fields["campus"]
        campus.queryset = Campus.objects.permitted(actor)
        for name in _unfit(template):
            del self.fields[name]
        dress(self)

    @property
    def settings(self) -> dict[str, Any]:
        """The layout as it is kept: what was left at its default is not in it."""
        data = self.cleaned_data
        said: dict[str, Any] = {
            name: data[name]
            for name in (
                "language",
                "paper",
                "colour",
                "motto",
                "address",
                "footer",
                "certificate",
                "shows_live",
            )
            if data.get(name)
        }
        said |= {name: data[name] for name in ("parts", "columns") if name in data}
        if lines := [line.strip() for line in data.get("signatures", "").splitlines() if line.strip()]:
            said["signatures"] = lines
        return said | {name: text for name in _TEXTS if (text := self._texts(name))}

    @property
    def values(self) -> dict[str, Any]:
        """What the service asks for."""
        names = ("name", "campus", "is_active", "logo", "word_file", "drops_word_file")
        return {
            **{name: self.cleaned_data.get(name) for name in names},
            "drops_word_file": bool(self.cleaned_data.get("drops_word_file")),
            "expected": self.cleaned_data.get("version") or 0,
            "layout": self.settings,
        }

    def tried(self) -> Layout:
        """The layout of what is typed now, saved or not."""
        return layout_of(self.template.kind, self.settings)

    def _texts(self, name: str) -> dict[str, str]:
        texts = {code: self.cleaned_data.get(f"{name}_{code}", "").strip() for code in _LANGUAGES}
        return {code: text for code, text in texts.items() if text}


def _initial(template: DocumentTemplate) -> dict[str, Any]:
    layout = layout_of(template.kind, template.layout)
    names = ("language", "paper", "motto", "address", "footer", "certificate", "shows_live")
    texts = {f"{name}_{code}": getattr(layout, name).get(code, "") for name in _TEXTS for code in _LANGUAGES}
    return {
        **{name: getattr(layout, name) for name in names},
        **texts,
        "colour": layout.colour or COLOUR,
        "parts": list(layout.parts),
        "columns": list(layout.columns),
        "signatures": "\n".join(layout.signatures),
        "name": template.name,
        "campus": template.campus_id,
        "is_active": template.is_active,
        "version": template.version,
    }


def _unfit(template: DocumentTemplate) -> list[str]:
    """Settings that mean nothing on papers of this kind."""
    kind, unfit = template.kind, []
    if kind != DocumentKind.CERTIFICATE:
        unfit += ["certificate", "wording_en", "wording_hi"]
    if kind in {DocumentKind.CERTIFICATE, DocumentKind.TRANSCRIPT, DocumentKind.MARK_SHEET}:
        unfit.append("shows_live")
    if kind == DocumentKind.CERTIFICATE:
        unfit.append("columns")
    if kind == DocumentKind.MARK_SHEET:
        unfit.append("word_file")
    if not template.word_file_id:
        unfit.append("drops_word_file")
    return unfit
