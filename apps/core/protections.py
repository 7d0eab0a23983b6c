"""Protections a test may switch off to show the harm they prevent; everywhere else they always stand."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, register


def stands(name: str) -> bool:
    """Whether a protection is on; only a test ever names one in PROTECTIONS_OFF."""
    return name not in getattr(settings, "PROTECTIONS_OFF", ())


@register(Tags.security)
def no_protection_is_off(**_: Any) -> list[CheckMessage]:
    """Refuse to start with a protection switched off in the settings."""
    off = getattr(settings, "PROTECTIONS_OFF", ())
    message = f"PROTECTIONS_OFF names {', '.join(sorted(off))}: only a single test may do that."
    return [Critical(message, id="core.E001")] if off else []
