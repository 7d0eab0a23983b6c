"""Reading the audit trail across all tables: what changed, when, by whom, from what to what."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model, OuterRef, Q, Subquery

from apps.core.audit import actor_id

_NAMES = ("name", "title", "code", "role", "reason")
_SILENT = frozenset({"created_at", "updated_at", "id"})


@dataclass(frozen=True)
class Difference:
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """One recorded state of a row. `who` acted; `behind` is the administrator who acted in their stead."""

    at: datetime
    label: str
    noun: str
    row_id: uuid.UUID
    row: str
    model: str
    who: str
    behind: str = ""
    cause: str = ""
    reason: str = ""
    differences: list[Difference] = field(default_factory=list)


def audited_models() -> dict[str, type[Model]]:
    """Every model of ours that keeps a history, by its label (`accounts.user`)."""
    ours = [
        model
        for model in apps.get_models()
        if model.__module__.startswith("apps.") and hasattr(model, "events")
    ]
    return {model._meta.label_lower: model for model in ours}


def changes_of(row: Model, *, limit: int = 50) -> list[Change]:
    """What happened to one row, the newest first."""
    return _told(type(row), Q(pgh_obj_id=row.pk), limit)


def changes(
    *,
    school_id: uuid.UUID,
    models: Iterable[type[Model]],
    begin: datetime,
    end: datetime,
    user_id: uuid.UUID | None = None,
    row_id: uuid.UUID | None = None,
    limit: int = 100,
) -> list[Change]:
    """What happened in one school from `begin` until `end`, or ever to one row, the newest first."""
    wanted = Q(pgh_obj_id=row_id) if row_id else Q(pgh_created_at__gte=begin, pgh_created_at__lt=end)
    if user_id is not None:
        wanted &= Q(pgh_context__user=str(user_id)) | Q(pgh_context__impersonator=str(user_id))
    found: list[Change] = []
    for model in models:
        found += _told(model, wanted & _of_school(model, school_id), limit)
    return sorted(found, key=lambda change: change.at, reverse=True)[:limit]


def _of_school(model: type[Model], school_id: uuid.UUID) -> Q:
    has_school = any(field.name == "school" for field in model._meta.fields)
    return Q(school_id=school_id) if has_school else Q(pgh_obj_id=school_id)


def _told(model: type[Model], wanted: Q, limit: int) -> list[Change]:
    events: Any = model.events.rel.related_model._base_manager  # type: ignore[attr-defined]  # made by `audited`
    earlier = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by(
        "-pgh_id"
    )
    states = list(
        events.filter(wanted)
        .annotate(earlier=Subquery(earlier.values("pgh_id")[:1]))
        .order_by("-pgh_created_at", "-pgh_id")
        .values()[:limit]
    )
    if not states:
        return []
    known = [state["earlier"] for state in states if state["earlier"]]
    before = {state["pgh_id"]: state for state in events.filter(pgh_id__in=known).values()}
    names = _names(states)
    return [_change(model, state, before.get(state["earlier"]), names) for state in states]


def _change(
    model: type[Model], state: dict[str, Any], before: dict[str, Any] | None, names: Mapping[uuid.UUID, str]
) -> Change:
    context = state["pgh_context"] or {}
    behind = context.get("impersonator")
    return Change(
        at=state["pgh_created_at"],
        label=state["pgh_label"],
        noun=str(model._meta.verbose_name),
        row_id=state["pgh_obj_id"],
        row=str(next((state[name] for name in _NAMES if state.get(name)), "")),
        model=model._meta.label_lower,
        who=_name(actor_id(context), names),
        behind=_name(uuid.UUID(behind) if behind else None, names),
        cause=context.get("cause", ""),
        reason=context.get("reason", ""),
        differences=_differences(model, before, state) if before else [],
    )


def _differences(model: type[Model], before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    return [
        Difference(str(one.verbose_name), before[one.attname], after[one.attname])
        for one in model._meta.fields
        if one.name not in _SILENT and one.attname in after and before.get(one.attname) != after[one.attname]
    ]


def _names(states: Sequence[dict[str, Any]]) -> dict[uuid.UUID, str]:
    contexts = [state["pgh_context"] or {} for state in states]
    ids = {context[key] for context in contexts for key in ("user", "impersonator") if context.get(key)}
    return {user.pk: str(user) for user in get_user_model()._base_manager.filter(pk__in=ids)} if ids else {}


def _name(user_id: uuid.UUID | None, names: Mapping[uuid.UUID, str]) -> str:
    return names.get(user_id, "") if user_id else ""
