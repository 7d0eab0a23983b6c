"""Form fields whose choices lie within the actor's reach."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.academics.models import CustomField, CustomFieldKind
from apps.core.policy import Actor
from apps.core.web.forms import ServiceForm, dress

if TYPE_CHECKING:
    _One = forms.ModelChoiceField[Any]
    _Many = forms.ModelMultipleChoiceField[Any]
else:
    _One, _Many = forms.ModelChoiceField, forms.ModelMultipleChoiceField

Narrow = Callable[[Any], Any]


class Choice(_One):
    """One permitted row."""

    def __init__(
        self, model: Any, *, verb: str = "view", narrow: Narrow | None = None, **kwargs: Any
    ) -> None:
        self.ruled, self.verb, self.narrow = model, verb, narrow
        super().__init__(queryset=model.objects.none(), **kwargs)

    def limit(self, actor: Actor) -> None:
        rows = self.ruled.objects.permitted(actor, self.verb)
        self.queryset = self.narrow(rows) if self.narrow else rows


class Choices(_Many):
    """Some permitted rows."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.ruled = model
        super().__init__(queryset=model.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def limit(self, actor: Actor) -> None:
        self.queryset = self.ruled.objects.permitted(actor)


class ActorForm(ServiceForm):
    """A form that knows who fills it in."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for field in self.fields.values():
            if isinstance(field, Choice | Choices):
                field.limit(actor)


class CustomForm(ActorForm):
    """A form with the school's own fields at its end; their values come out together as `custom`."""

    target: str

    def __init__(self, *args: Any, actor: Actor, kept: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.own = list(_custom_fields(actor, self.target))
        for one in self.own:
            field = field_for(one)
            field.initial = (kept or {}).get(one.code)
            self.fields[f"custom.{one.code}"] = field
        dress(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["custom"] = {one.code: data.pop(f"custom.{one.code}", None) for one in self.own}
        return data


def field_for(one: CustomField) -> forms.Field:
    common: dict[str, Any] = {"label": one.label, "required": one.is_required}
    if one.kind == CustomFieldKind.NUMBER:
        return forms.DecimalField(**common)
    if one.kind == CustomFieldKind.DATE:
        return forms.DateField(widget=forms.DateInput, **common)
    if one.kind == CustomFieldKind.CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *((text, text) for text in one.choices)], **common)
    if one.kind == CustomFieldKind.YES_NO:
        return forms.ChoiceField(choices=[("", "—"), ("true", _("Yes")), ("false", _("No"))], **common)
    return forms.CharField(max_length=1000, **common)


def _custom_fields(actor: Actor, target: str) -> Iterable[CustomField]:
    return CustomField.objects.permitted(actor).filter(target=target, is_active=True)
