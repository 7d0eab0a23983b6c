"""The doors of attendance, and the live channel of the board."""

import uuid
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from apps.academics.web import tabs
from apps.accounts.models import Campus
from apps.attendance import access
from apps.attendance.models import AttendanceDay
from apps.core.policy import Actor
from apps.core.web import nav


def register() -> None:
    _tab()
    _settings()
    day = _("The day")
    nav.register(
        day,
        _("Registers"),
        "attendance:registers",
        "clipboard-check",
        roles=("teacher",),
        order=203,
        phone=True,
        keywords="attendance absent",
    )
    office = (access.DAY_POLICY, "view_board")
    nav.register(
        day, _("Not arrived"), "attendance:board", "user-question", verb=office, order=204, phone=True
    )
    nav.register(
        day, _("Registers not taken"), "attendance:missing", "clipboard-list", verb=office, order=205
    )
    nav.register(
        day,
        _("Absence reports"),
        "attendance:reports",
        "calendar-off",
        verb=(access.REPORT_POLICY, "view"),
        order=206,
        keywords="leave sick ill",
    )
    nav.register(day, _("Attendance"), "attendance:overview", "calendar-stats", verb=office, order=207)


def _settings() -> None:
    settings = _("Settings")
    nav.register(
        settings,
        _("Attendance codes"),
        "attendance:codes",
        "list-check",
        verb=(access.CODE_POLICY, "change"),
        order=911,
    )
    nav.register(
        settings,
        _("How registers are kept"),
        "attendance:settings",
        "clipboard-text",
        verb=(access.SETTINGS_POLICY, "change"),
        order=912,
    )
    nav.register(
        settings,
        _("Registers from a file"),
        "attendance:upload",
        "upload",
        verb=(access.REGISTER_POLICY, "upload"),
        order=913,
    )


def _tab() -> None:
    tabs.register(
        "student",
        "attendance",
        _("Attendance"),
        "attendance:student",
        icon="calendar-stats",
        order=40,
        verb=(AttendanceDay, "view"),
    )


def board_channels(actor: Actor) -> Iterable[str]:
    """The boards of the campuses the actor's office roles hold."""
    held = [
        campuses for role, campuses in actor.roles.items() if role in access.DAY_POLICY.grants["view_board"]
    ]
    if not held:
        return []
    rows = Campus.objects.permitted(actor)
    if None not in held:
        rows = rows.filter(pk__in=frozenset[uuid.UUID]().union(*(one for one in held if one)))
    return [f"campus:{pk}:board" for pk in rows.values_list("pk", flat=True)]
