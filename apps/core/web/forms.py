"""Forms: a refusal of a service becomes an error at its field, and every control looks like the rest.

A view reads:  form = StudentForm(request.POST)
               if form.is_valid() and (student := form.call(services.admit_student, actor=request.actor)):
                   return go(request, student)
               return show_form(request, "academics/student_form.html", form)
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.widgets import DateTimeBaseInput
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.core.days import WITHIN_REASON
from apps.core.errors import DomainError

T = TypeVar("T")

_CSS: Final[tuple[tuple[type[forms.Widget], str], ...]] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
)
# The device's own pickers, which want ISO values.
_TYPES: Final[dict[type[forms.Widget], str]] = {
    forms.DateInput: "date",
    forms.TimeInput: "time",
    forms.DateTimeInput: "datetime-local",
}
_FORMATS: Final = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime-local": "%Y-%m-%dT%H:%M"}


def css_class(widget: forms.Widget) -> str:
    """The class that gives a widget the look of the house."""
    return next((css for kind, css in _CSS if isinstance(widget, kind)), "form-control")


def dress(form: forms.BaseForm) -> None:
    """Give every widget its class, and dates and times the device's own picker."""
    for field in form.fields.values():
        widget = field.widget
        if widget.is_hidden:
            continue
        names = f"{widget.attrs.get('class', '')} {css_class(widget)}".split()
        widget.attrs["class"] = " ".join(dict.fromkeys(names))
        _picker(widget)


def control(bound: BoundField) -> SafeString:
    """The widget of a form that was not dressed itself (allauth's), with class and error state."""
    widget = bound.field.widget
    names = f"{widget.attrs.get('class', '')} {css_class(widget)}{' is-invalid' if bound.errors else ''}"
    return bound.as_widget(attrs={"class": " ".join(dict.fromkeys(names.split()))})


class HouseRenderer(DjangoTemplates):
    """Draws forms with the templates of the house and leaves widgets to Django's own."""

    form_template_name = "components/form_fields.html"

    def render(self, template_name: str, context: Any, request: HttpRequest | None = None) -> SafeString:
        if template_name.startswith("components/"):
            return SafeString(render_to_string(template_name, context, request))
        return SafeString(super().render(template_name, context, request))


class ServiceForm(forms.Form):
    """A form whose one effect is a service call; it never writes by itself."""

    default_renderer = HouseRenderer()
    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status: int | None = None
        self.refusal: DomainError | None = None
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.validators.extend(WITHIN_REASON)
        dress(self)

    def call(self, service: Callable[..., T], **kwargs: Any) -> T | None:
        """Call the service; when it refuses, hold its reasons as errors and answer None."""
        try:
            return service(**kwargs)
        except DomainError as refusal:
            self.refuse(refusal)
            return None

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal: at the field it names, above the form when it names none of these fields."""
        self.refusal, self.status = refusal, refusal.status
        if refusal.details:
            for detail in refusal.details:
                self._blame(detail.field, detail.message, detail.code)
        else:
            self._blame(refusal.field, str(refusal.message), refusal.code)

    def _blame(self, field: str | None, message: str, code: str) -> None:
        self.add_error(field if field in self.fields else None, forms.ValidationError(message, code=code))


def _picker(widget: forms.Widget) -> None:
    kind = next((name for cls, name in _TYPES.items() if type(widget) is cls), None)
    if kind is not None and isinstance(widget, DateTimeBaseInput):
        widget.input_type = kind
        widget.format = _FORMATS[kind]
