"""What the office types in: scales with bands, schemes with categories, a campus's rules on marks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.policy import Actor
from apps.core.web.forms import ServiceForm
from apps.gradebook.models import (
    GradingScheme,
    MissingWork,
    RankMethod,
    Rounding,
    ScaleKind,
    ScoreScale,
    Weighting,
    YearFrom,
)
from apps.gradebook.models.scheme import FORMULA_NAME
from apps.gradebook.selectors.steps import plain

_SAMPLE: Final = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)(?:/(\d{1,5}(?:\.\d{1,3})?))?")
_MOST_SAMPLES: Final = 20
_FOLDED: Final = ("drop_lowest", "best_of", "must_pass_percent", "term_number", "is_extra_credit")
_SILENT: Final = (None, "", 0, "0", False)


class ScaleForm(ServiceForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ScaleKind.choices, initial=ScaleKind.LETTER)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)


class BandForm(ServiceForm):
    label = forms.CharField(label=gettext_lazy("Label"), max_length=20)
    lower = forms.DecimalField(
        label=gettext_lazy("From (percent)"), max_digits=7, decimal_places=4, min_value=0, max_value=200
    )
    points = forms.DecimalField(
        label=gettext_lazy("Grade points"), max_digits=5, decimal_places=2, min_value=0, required=False
    )
    is_passing = forms.BooleanField(label=gettext_lazy("Passes"), required=False, initial=True)
    description = forms.CharField(label=gettext_lazy("In words"), max_length=100, required=False)


class TermWeights(forms.CharField):
    """Weights in the order of the terms, "40, 60", as {"1": "40", "2": "60"}."""

    def to_python(self, value: Any) -> Any:
        words = [word for word in re.split(r"[,;\s]+", str(value or "").strip()) if word]
        try:
            return {str(number): str(Decimal(word)) for number, word in enumerate(words, 1)}
        except InvalidOperation:
            raise forms.ValidationError(_("Write one weight for each term, such as 40, 60.")) from None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        last = max((int(number) for number in value), default=0)
        return ", ".join(str(value.get(str(number), 1)) for number in range(1, last + 1))


class Samples(forms.CharField):
    """Made-up scores, "85, 18/20", as pairs of score and maximum; a dash is work not marked yet."""

    def to_python(self, value: Any) -> Any:
        words = [word for word in re.split(r"[,;\s]+", str(value or "").strip()) if word]
        return [_sample(word) for word in words[:_MOST_SAMPLES]]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Trying something out makes no row."""
        return False


class SchemeForm(ServiceForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    scale = forms.ModelChoiceField(
        label=gettext_lazy("Shown on the scale"), queryset=ScoreScale.objects.none()
    )
    weighting = forms.ChoiceField(
        label=gettext_lazy("A term's total is made"),
        choices=Weighting.choices,
        initial=Weighting.CATEGORIES,
    )
    formula = forms.CharField(
        label=gettext_lazy("Formula of a term"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "formula"}),
        help_text=gettext_lazy("Every name stands for a percentage: FA1*10% + SA1*30%."),
    )
    year_from = forms.ChoiceField(
        label=gettext_lazy("The year's total is"), choices=YearFrom.choices, initial=YearFrom.TERMS
    )
    term_weights = TermWeights(
        label=gettext_lazy("Weights of the terms"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("In their order: 40, 60. Empty weighs all the same."),
    )
    year_formula = forms.CharField(
        label=gettext_lazy("Formula of the year"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "formula"}),
        help_text=gettext_lazy("T1, T2 … are the totals of the terms: T1*40% + T2*60%."),
    )
    pass_mark = forms.DecimalField(
        label=gettext_lazy("Pass mark (percent)"),
        max_digits=6, decimal_places=3, min_value=0, max_value=100, initial=33,
    )  # fmt: skip
    grace_marks = forms.DecimalField(
        label=gettext_lazy("Grace up to (percent points)"),
        max_digits=6, decimal_places=3, min_value=0, max_value=100, initial=0,
        help_text=gettext_lazy("A total that misses the pass mark by no more is lifted to it."),
    )  # fmt: skip
    most_percent = forms.DecimalField(
        label=gettext_lazy("A total ends at (percent)"),
        max_digits=6, decimal_places=3, min_value=1, max_value=999, initial=100, required=False,
        help_text=gettext_lazy("Empty lets extra credit lead beyond 100."),
    )  # fmt: skip
    decimals = forms.IntegerField(label=gettext_lazy("Decimals shown"), min_value=0, max_value=4, initial=1)
    rounding = forms.ChoiceField(
        label=gettext_lazy("Rounding"), choices=Rounding.choices, initial=Rounding.HALF_UP
    )
    is_default = forms.BooleanField(label=gettext_lazy("For new gradebooks"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    sample = Samples(
        label=gettext_lazy("Scores in no category"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Such as 85, 18/20."),
    )

    def __init__(self, *args: Any, actor: Actor, of_section: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale: Any = self.fields["scale"]
        scale.queryset = ScoreScale.objects.permitted(actor).filter(is_active=True)
        if of_section:
            for name in ("code", "is_default", "is_active"):
                del self.fields[name]

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"sample", "version"}}


class CategoryForm(ServiceForm):
    id = forms.UUIDField(widget=forms.HiddenInput(), required=False)
    name = forms.CharField(label=gettext_lazy("Category"), max_length=60)
    code = forms.CharField(label=gettext_lazy("Name in formulas"), max_length=30, validators=[FORMULA_NAME])
    weight = forms.DecimalField(
        label=gettext_lazy("Weight"), max_digits=8, decimal_places=4, min_value=0, initial=1
    )
    drop_lowest = forms.IntegerField(
        label=gettext_lazy("Leave out the lowest"), min_value=0, max_value=100, initial=0
    )
    best_of = forms.IntegerField(
        label=gettext_lazy("Count the best only"), min_value=1, max_value=100, required=False
    )
    must_pass_percent = forms.DecimalField(
        label=gettext_lazy("Must be passed with (percent)"),
        max_digits=6, decimal_places=3, min_value=0, max_value=100, required=False,
    )  # fmt: skip
    term_number = forms.IntegerField(
        label=gettext_lazy("Only in term number"), min_value=1, max_value=12, required=False
    )
    is_extra_credit = forms.BooleanField(label=gettext_lazy("Extra credit"), required=False)
    sample = Samples(label=gettext_lazy("Try with scores"), required=False, max_length=200, initial="85, 70")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("drop_lowest") and data.get("best_of"):
            self.add_error(
                "best_of", _("Either leave out the lowest or count the best, not both. Empty one of the two.")
            )
        return data

    @property
    def has_more(self) -> bool:
        """Whether one of the fields that are folded away says something."""
        return any(self[name].errors or self[name].value() not in _SILENT for name in _FOLDED)

    @property
    def values(self) -> dict[str, Any]:
        kept = {name: value for name, value in self.cleaned_data.items() if name not in {"sample", "DELETE"}}
        return {**kept, "id": kept.get("id")}


class MarkingRulesForm(ServiceForm):
    missing_work = forms.ChoiceField(label=gettext_lazy("Missing work"), choices=MissingWork.choices)
    absent_work = forms.ChoiceField(label=gettext_lazy("Absent on the day"), choices=MissingWork.choices)
    missing_percent = forms.DecimalField(
        label=gettext_lazy("The fixed percentage"),
        max_digits=6, decimal_places=3, min_value=0, max_value=100,
        help_text=gettext_lazy("For work that “counts as a fixed percentage”."),
    )  # fmt: skip
    late_percent_per_day = forms.DecimalField(
        label=gettext_lazy("Late work loses a day (percent of the maximum)"),
        max_digits=6, decimal_places=3, min_value=0, max_value=100,
    )  # fmt: skip
    late_grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"), min_value=0, max_value=365,
        help_text=gettext_lazy("So many days late cost nothing."),
    )  # fmt: skip
    late_floor_percent = forms.DecimalField(
        label=gettext_lazy("Late work keeps at least (percent of its score)"),
        max_digits=6, decimal_places=3, min_value=0, max_value=100,
    )  # fmt: skip
    rank_method = forms.ChoiceField(label=gettext_lazy("Ranks"), choices=RankMethod.choices)
    shows_live_average = forms.BooleanField(
        label=gettext_lazy("Families see the average of what is released so far"), required=False
    )
    shows_rank = forms.BooleanField(label=gettext_lazy("Families see the rank"), required=False)
    needs_proofreading = forms.BooleanField(
        label=gettext_lazy("Report comments are proof-read"), required=False
    )


class SchemeChoiceForm(ServiceForm):
    scheme = forms.ModelChoiceField(label=gettext_lazy("Scheme"), queryset=GradingScheme.objects.none())

    def __init__(self, *args: Any, schemes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheme: Any = self.fields["scheme"]
        scheme.queryset = schemes


class Rows(BaseFormSet):  # type: ignore[type-arg]  # generic for the type checker only
    """Rows of a table that is saved as a whole: those that were there, and new ones somebody wrote in."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")

    @property
    def kept(self) -> list[Any]:
        begun = self.initial_form_count()
        return [
            form
            for place, form in enumerate(self.forms)
            if (place < begun or form.has_changed()) and not form.cleaned_data.get("DELETE")
        ]


def as_written(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """What a row's fields begin with: numbers without idle zeros."""
    values = {name: getattr(row, name) for name in names}
    return {name: plain(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def are_right(form: ServiceForm, rows: Any) -> bool:
    """Whether a form and its table came and are both in order."""
    if not form.is_bound:
        return False
    both = form.is_valid(), rows.is_valid()
    if not all(both):
        form.status = 422
    return all(both)


def band_rows(data: Any = None, *, initial: Sequence[Any] = ()) -> Any:
    return _rows(BandForm, "bands", data, initial, 8)


def category_rows(data: Any = None, *, initial: Sequence[Any] = ()) -> Any:
    return _rows(CategoryForm, "categories", data, initial, 6)


def _rows(form: type[ServiceForm], prefix: str, data: Any, initial: Sequence[Any], first: int) -> Any:
    """With some empty rows to write in, more of them in a table that begins."""
    made_by = formset_factory(
        form, Rows, extra=2 if initial else first, can_delete=True, max_num=60, absolute_max=60
    )
    return made_by(data, initial=list(initial), prefix=prefix)


def _sample(word: str) -> tuple[Decimal | None, Decimal]:
    if word in {"-", "–"}:
        return None, Decimal(100)
    found = _SAMPLE.fullmatch(word)
    if found is None:
        raise forms.ValidationError(_("Write scores such as 85 or 18/20, and – for work not marked yet."))
    return Decimal(found[1]), Decimal(found[2] or 100)
