"""The audit trail: PostgreSQL triggers copy every insert, update and delete, whoever writes and however.

The actor and the request travel in the transaction (`acting`), so raw SQL and bulk statements are
covered too.
"""

import uuid
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final, TypeVar

import pghistory
import pgtrigger
from django.db.models import Index, Model

from apps.core.policy import Actor

_M = TypeVar("_M", bound=Model)
READ: Final = "read"


def audited(*, exclude: tuple[str, ...] = (), reads: bool = False) -> Callable[[type[_M]], type[_M]]:
    """Class decorator: keep the full row of each change in an append-only `<model>event` table.

    `exclude` is for secrets and other columns that history must not repeat; `reads` lets `note_read` tell who
    looked at what the row guards. One trigger run a statement keeps bulk writes fast.
    """

    def track(model: type[_M]) -> type[_M]:
        tracked: Callable[[type[_M]], type[_M]] = pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude_auto=True)),
            pghistory.DeleteEvent(),
            *([pghistory.ManualEvent(READ)] if reads else []),
            exclude=list(exclude),
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            append_only=True,
            level=pgtrigger.Statement,
            meta={"indexes": [_of_a_day(model)]},
        )
        return tracked(model)

    return track


def _of_a_day(model: type[Model]) -> Index:
    """Finds the states of a day, in order; those of one row are found by the index of its foreign key."""
    table = f"{model._meta.app_label}_{model._meta.model_name}"
    # An index name has 30 letters at most.
    return Index(
        fields=["pgh_created_at", "pgh_id"],
        name=f"{table[:20]}_{zlib.crc32(table.encode()) & 0xFFFF:04x}_when",
    )


def acting(
    actor: Actor | None = None, *, request_id: str = "", cause: str = "", reason: str = ""
) -> AbstractContextManager[Any]:
    """Name who changes rows inside the block; a job without an actor names its cause."""
    facts: dict[str, str] = {}
    if actor is not None and actor.user_id is not None:
        facts["user"] = str(actor.user_id)
        if actor.impersonator_id is not None:
            facts["impersonator"] = str(actor.impersonator_id)
    said = {"request_id": request_id, "cause": cause, "reason": reason}
    return pghistory.context(**facts, **{name: value for name, value in said.items() if value})


def note_read(row: Model, actor: Actor) -> None:
    """Write into the history of a row who looked at what it guards."""
    with acting(actor):
        pghistory.create_event(row, label=READ)


def history(row: Model, *, limit: int = 100) -> list[dict[str, Any]]:
    """Newest first: label, time, context and all columns of each recorded state of the row."""
    events: Any = row.events  # type: ignore[attr-defined]  # made by `audited`
    return list(events.order_by("-pgh_id").values()[:limit])


def actor_id(context: dict[str, Any] | None) -> uuid.UUID | None:
    user = (context or {}).get("user")
    return uuid.UUID(user) if user else None
