"""What people call their devices, out of what browsers say about themselves."""

from typing import Final

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# In this order: most browsers also claim to be the ones below them.
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device_name(user_agent: str) -> str:
    """ "Chrome on Android"; an app or a script is called by the first word it says."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or user_agent.split("/", maxsplit=1)[0][:40] or _("Unknown device")


@register.filter
def device_icon(user_agent: str) -> str:
    return "device-mobile" if _first(SYSTEMS[:3], user_agent) else "device-desktop"


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in known if sign in text), "")
