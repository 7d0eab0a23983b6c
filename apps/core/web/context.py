"""What every page knows: the menu, the theme, whether this is a demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from apps.core.policy import Actor
from apps.core.web import nav

THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    actor: Actor = getattr(request, "actor", None) or Actor.anonymous(timezone.localdate())
    menu = SimpleLazyObject(lambda: nav.sections(actor, request.path))
    return {
        "actor": actor,
        "menu": menu,
        "bottom_bar": SimpleLazyObject(lambda: nav.bottom_bar(list(menu))),
        "theme": _theme(request),
        "demo": settings.DEMO,
    }


def _theme(request: HttpRequest) -> str:
    """The remembered choice; empty means the device decides (in CSS, so nothing flashes)."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""
