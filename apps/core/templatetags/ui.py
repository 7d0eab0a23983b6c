"""Small pieces of every page: icons, initials, form controls, dates that say how long ago."""

from functools import lru_cache
from typing import Any, Final

from django import template
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.web.forms import control as form_control
from apps.core.web.forms import css_class

register = template.Library()

HUES: Final = 8


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label. Names stand in schools24/icons.txt."""
    return _icon(str(name), css, str(label))


@lru_cache(maxsize=2048)
def _icon(name: str, css: str, label: str) -> SafeString:
    known = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {} focusable="false"><use href="{}#{}"></use></svg>',
        css,
        known,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def avatar(name: Any, photo: str = "", css: str = "") -> SafeString:
    """A photo, or initials on one of eight calm colours; decoration, since the name stands beside it."""
    text = str(name).strip()
    if photo:
        return format_html('<img class="face {}" src="{}" alt="" loading="lazy">', css, photo)
    words = text.split()
    initials = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return format_html(
        '<span class="face face-{} {}" aria-hidden="true">{}</span>', _hue(text), css, initials
    )


@register.filter
def control(bound: BoundField) -> SafeString:
    """The widget of a field with the look of the house."""
    return form_control(bound)


@register.filter
def is_check(bound: BoundField) -> bool:
    """Whether the field is a box with its label behind it."""
    return css_class(bound.field.widget) == "form-check-input" and not hasattr(bound.field, "choices")


@register.filter
def is_group(bound: BoundField) -> bool:
    """Whether the field is several boxes under one label."""
    return css_class(bound.field.widget) == "form-check-input" and hasattr(bound.field, "choices")


@register.filter
def percent_of(part: Any, whole: Any) -> int:
    """Whole percents for a progress bar; nothing of nothing is nothing."""
    return min(100, round(100 * int(part or 0) / int(whole))) if whole else 0


def _hue(text: str) -> int:
    return sum(map(ord, text)) % HUES
