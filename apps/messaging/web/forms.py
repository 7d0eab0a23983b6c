"""How a person wants to be told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.policy import Actor
from apps.core.web.forms import ServiceForm
from apps.messaging import channels, kinds, selectors


class PreferencesForm(ServiceForm):
    """One line for each kind of notice this person may get, and the quiet hours."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput)
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput,
        help_text=_("Meanwhile notices wait in your inbox. Only urgent ones still go out."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {f"kind-{n}": choice for n, choice in enumerate(selectors.choices_of(actor))}
        ways = [(one.name, one.label) for one in channels.offered() if one.name != kinds.IN_APP]
        kind_fields = {
            name: forms.MultipleChoiceField(
                label=choice.kind.label,
                choices=ways,
                required=False,
                initial=choice.channels,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            )
            for name, choice in self.choices.items()
        }
        self.fields = {**kind_fields, **self.fields}

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "choices": {choice.kind.name: data[name] for name, choice in self.choices.items()},
            "quiet_from": data["quiet_from"],
            "quiet_until": data["quiet_until"],
        }
