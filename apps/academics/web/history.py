"""What changed on a row, when and by whom, out of the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.academics import selectors
from apps.core.audit import actor_id, history
from apps.core.web.cells import display

_SILENT = frozenset({"version", "updated_at", "created_at", "id", "school_id"})


@dataclass(frozen=True)
class Change:
    """One field, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One recorded state of the row against the one before."""

    at: datetime
    who: str
    cause: str
    changes: list[Change]
    first: bool


def entries(row: Any, *, limit: int = 50) -> list[Entry]:
    """Newest first, in three queries whatever there is to tell."""
    states = history(row, limit=limit)
    names = selectors.names_of({found for state in states if (found := actor_id(state["pgh_context"]))})
    older = [*states[1:], None]
    shown = [_entry(row, state, before, names) for state, before in zip(states, older, strict=True)]
    return [entry for entry in shown if entry.first or entry.changes]


def _entry(row: Any, state: dict[str, Any], before: dict[str, Any] | None, names: dict[Any, str]) -> Entry:
    context = state["pgh_context"] or {}
    changes = [] if before is None else list(_changes(row, before, state))
    return Entry(
        at=state["pgh_created_at"],
        who=names.get(actor_id(context), ""),
        cause=context.get("cause", ""),
        changes=changes,
        first=before is None and state["pgh_label"] == "insert",
    )


def _changes(row: Any, before: dict[str, Any], after: dict[str, Any]) -> Any:
    for field in row._meta.concrete_fields:
        name = field.attname
        if name in _SILENT or before.get(name) == after.get(name):
            continue
        yield Change(str(field.verbose_name), _shown(field, before.get(name)), _shown(field, after.get(name)))


def _shown(field: Any, value: Any) -> str:
    if value is None or value == "":
        return display(None)
    if field.is_relation:
        return "…"
    return display(dict(field.flatchoices).get(value, value))
