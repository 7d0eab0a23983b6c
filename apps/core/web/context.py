"""What every page knows: the menu, the theme, whether this is a demo."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from apps.core.policy import Actor
from apps.core.web import nav

THEMES: Final = ("light", "dark")
DEMO_PASSWORD: Final = "schools24-demo"  # noqa: S105  # printed on the sign-in page; production refuses demo mode
DEMO_PEOPLE: Final = (
    (_("School admin"), "admin@springdale.test"),
    (_("Principal"), "principal@springdale.test"),
    (_("Registrar"), "registrar@springdale.test"),
    (_("Accountant"), "accountant@springdale.test"),
    (_("Teacher"), "teacher@springdale.test"),
    (_("Pupil"), "student@springdale.test"),
    (_("Guardian"), "guardian@springdale.test"),
    (_("Another school"), "admin@otherside.test"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    actor: Actor = getattr(request, "actor", None) or Actor.anonymous(timezone.localdate())
    menu: Any = SimpleLazyObject(lambda: nav.sections(actor, request.path))
    known = {
        "actor": actor,
        "menu": menu,
        "bottom_bar": SimpleLazyObject(lambda: nav.bottom_bar(menu)),
        "theme": _theme(request),
        "demo": settings.DEMO,
    }
    return known | _demo() if settings.DEMO else known


def _theme(request: HttpRequest) -> str:
    """The remembered choice; empty means the device decides (in CSS, so nothing flashes)."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


def _demo() -> dict[str, Any]:
    people = [{"label": label, "email": email} for label, email in DEMO_PEOPLE]
    return {"demo_people": people, "demo_password": DEMO_PASSWORD}
