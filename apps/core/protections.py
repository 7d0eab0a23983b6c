"""Protections a test may switch off to show the harm they prevent; everywhere else they always stand."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, register
from django.db import connections


def stands(name: str) -> bool:
    """Whether a protection is on; only a test ever names one in PROTECTIONS_OFF."""
    return name not in getattr(settings, "PROTECTIONS_OFF", ())


@register(Tags.security)
def no_protection_is_off(**_: Any) -> list[CheckMessage]:
    """Refuse to start with a protection switched off in the settings."""
    off = getattr(settings, "PROTECTIONS_OFF", ())
    message = f"PROTECTIONS_OFF names {', '.join(sorted(off))}: only a single test may do that."
    return [Critical(message, id="core.E001")] if off else []


@register(Tags.database)
def the_database_keeps_what_it_acknowledges(
    databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Refuse a server that may forget a committed row, and unlogged tables; `migrate` asks this."""
    if settings.DATABASE_MAY_FORGET:
        return []
    return [
        Critical(f"The database runs with {fault}, so an acknowledged row may be lost.", id="core.E002")
        for alias in databases or ()
        for fault in _ways_to_forget(alias)
    ]


def _ways_to_forget(alias: str) -> list[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name || '=off' FROM pg_settings"
            " WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'"
            " UNION ALL SELECT 'unlogged table ' || relname FROM pg_class"
            " WHERE relpersistence = 'u' AND relkind = 'r'"
        )
        return [row[0] for row in cursor.fetchall()]
