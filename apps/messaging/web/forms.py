"""How a person wants to be told."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.policy import Actor
from apps.core.web.forms import ServiceForm, dress
from apps.messaging import channels, kinds, selectors
from apps.messaging.channels import Channel


class PreferencesForm(ServiceForm):
    """For each way out, the kinds of notice that take it; and the quiet hours."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput)
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput,
        help_text=_("Meanwhile notices wait in your inbox. Only urgent ones still go out."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = selectors.choices_of(actor)
        self.ways = [one for one in channels.offered() if one.name != kinds.IN_APP] if self.choices else []
        boxes = {f"by_{one.name}": self._boxes(one) for one in self.ways}
        self.fields = {**boxes, **self.fields}
        dress(self)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "choices": {
                name: [way.name for way in self.ways if name in data[f"by_{way.name}"]]
                for name in (choice.kind.name for choice in self.choices)
            },
            "quiet_from": data["quiet_from"],
            "quiet_until": data["quiet_until"],
        }

    def _boxes(self, way: Channel) -> forms.MultipleChoiceField:
        return forms.MultipleChoiceField(
            label=format_lazy("{}: {}", _("Also send me"), way.label),
            choices=[(one.kind.name, one.kind.label) for one in self.choices],
            initial=[one.kind.name for one in self.choices if way.name in one.channels],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
