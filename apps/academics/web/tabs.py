"""Tabs of a person's page: apps above bring theirs (attendance, marks, fees) from `ready()`.

    tabs.register("student", "attendance", _("Attendance"), "attendance:student-attendance", order=40,
                  verb=(AttendanceEvent, "view"))

The address takes the person's `pk`; `students.student_page(request, student, key, ...)` shows head and tabs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from apps.core.policy import Actor


@dataclass(frozen=True)
class Tab:
    """One tab as a person meets it."""

    key: str
    label: Any
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class _Entry:
    key: str
    label: Any
    url_name: str
    icon: str
    order: int
    shown: Callable[[Actor], bool]


_entries: dict[str, dict[str, _Entry]] = {}


def register(
    page: str,
    key: str,
    label: Any,
    url_name: str,
    *,
    icon: str = "",
    order: int = 100,
    verb: tuple[Any, str] | None = None,
) -> None:
    """Add a tab to the pages of "student" or "staff", for who holds `verb` = (model, name) at all."""
    shown = _holds(*verb) if verb else _everybody
    _entries.setdefault(page, {})[key] = _Entry(key, label, url_name, icon, order, shown)


def tabs_of(page: str, pk: Any, current: str, actor: Actor) -> list[Tab]:
    """The tabs this person sees, in order; one whose page does not exist here is left out."""
    entries = sorted(_entries.get(page, {}).values(), key=lambda entry: entry.order)
    return [
        Tab(entry.key, entry.label, url, entry.icon, entry.key == current)
        for entry in entries
        if entry.shown(actor) and (url := _url(entry.url_name, pk))
    ]


def _holds(model: Any, verb: str) -> Callable[[Actor], bool]:
    return lambda actor: bool(model.policy.allows(actor, verb))


def _everybody(actor: Actor) -> bool:
    return actor.user_id is not None


def _url(name: str, pk: Any) -> str:
    try:
        return reverse(name, kwargs={"pk": pk})
    except NoReverseMatch:
        return ""
