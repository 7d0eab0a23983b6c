"""Questions about what people were told and how they want to be told."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.policy import Actor
from apps.messaging import channels, kinds
from apps.messaging.models import ANY_KIND, Notification, Preference


@dataclass(frozen=True)
class Choice:
    """One line of the preferences page: a kind and the channels that are on for it."""

    kind: kinds.Kind
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """What one user has set for one kind; `quiet` is the row with the quiet hours, if any."""

    channels: tuple[str, ...]
    quiet: Preference | None = None


def unread_count(actor: Actor) -> int:
    return Notification.objects.permitted(actor).filter(read_at__isnull=True).count()


def choices_of(actor: Actor) -> list[Choice]:
    """Every kind this person may get, with the channels that are on."""
    mine = {row.kind: row for row in Preference.objects.permitted(actor)}
    return [
        Choice(kind, tuple(mine[kind.name].channels) if kind.name in mine else _usual(kind))
        for kind in kinds.of_actor(actor)
    ]


def quiet_hours_of(actor: Actor) -> Preference | None:
    found: Preference | None = Preference.objects.permitted(actor).filter(kind=ANY_KIND).first()
    return found


def wishes(user_ids: Collection[uuid.UUID], kind: str) -> Mapping[uuid.UUID, Wish]:
    """What each of these users wants for a kind, in one query."""
    rows: dict[uuid.UUID, dict[str, Preference]] = {}
    for row in Preference.objects.filter(user__in=user_ids, kind__in={kind, ANY_KIND}):
        rows.setdefault(row.user_id, {})[row.kind] = row
    return {user_id: _wish(rows.get(user_id, {}), kind) for user_id in user_ids}


def _wish(rows: Mapping[str, Any], kind: str) -> Wish:
    own = rows.get(kind)
    return Wish(tuple(own.channels) if own else _usual(kinds.get(kind)), rows.get(ANY_KIND))


def _usual(kind: kinds.Kind) -> tuple[str, ...]:
    return tuple(name for name in kind.channels if channels.is_offered(name))
