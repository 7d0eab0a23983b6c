"""What people do with their inbox and their preferences."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import live
from apps.core.errors import Denied, DomainError
from apps.core.policy import Actor
from apps.messaging import channels, kinds
from apps.messaging.models import ANY_KIND, Notification, Preference

MINE: Final = "mark_read"


@transaction.atomic
def mark_read(*, actor: Actor, notification_ids: Collection[uuid.UUID], now: datetime) -> int:
    """Mark these of the actor's own as read; how many were unread."""
    rows = Notification.objects.permitted(actor, MINE).filter(pk__in=notification_ids)
    return _read(actor, rows.filter(read_at__isnull=True).update(read_at=now))


@transaction.atomic
def mark_all_read(*, actor: Actor, now: datetime) -> int:
    rows = Notification.objects.permitted(actor, MINE)
    return _read(actor, rows.filter(read_at__isnull=True).update(read_at=now))


@transaction.atomic
def choose_channels(*, actor: Actor, choices: Mapping[str, Collection[str]]) -> list[Preference]:
    """Set the channels of some kinds; the inbox stays on whatever is chosen."""
    mine = {kind.name for kind in kinds.of_actor(actor)}
    for kind, names in choices.items():
        _require_known(kind, names, mine)
    school_id, user_id = _who(actor)
    rows = [
        Preference(
            school_id=school_id,
            user_id=user_id,
            kind=kind,
            channels=[name for name in channels.KNOWN if name in {kinds.IN_APP, *names}],
        )
        for kind, names in choices.items()
    ]
    return Preference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["channels", "updated_at"]
    )


@transaction.atomic
def set_quiet_hours(*, actor: Actor, quiet_from: time | None, quiet_until: time | None) -> Preference:
    """Between these times nothing but urgent notices leaves the inbox; both empty ends the quiet."""
    if (quiet_from is None) != (quiet_until is None):
        field = "quiet_until" if quiet_until is None else "quiet_from"
        raise DomainError("QUIET_HOURS_INCOMPLETE", _("Quiet hours need a beginning and an end."), field)
    school_id, user_id = _who(actor)
    row, _made = Preference.objects.update_or_create(
        user_id=user_id,
        kind=ANY_KIND,
        defaults={"school_id": school_id, "quiet_from": quiet_from, "quiet_until": quiet_until},
    )
    return row


@transaction.atomic
def set_preferences(
    *,
    actor: Actor,
    choices: Mapping[str, Collection[str]],
    quiet_from: time | None,
    quiet_until: time | None,
) -> list[Preference]:
    """The whole page at once."""
    quiet = set_quiet_hours(actor=actor, quiet_from=quiet_from, quiet_until=quiet_until)
    return [quiet, *choose_channels(actor=actor, choices=choices)]


def _who(actor: Actor) -> tuple[uuid.UUID, uuid.UUID]:
    if actor.school_id is None or actor.user_id is None:
        raise Denied
    return actor.school_id, actor.user_id


def _read(actor: Actor, count: int) -> int:
    if count:
        live.publish(f"user:{actor.user_id}", "inbox")
    return count


def _require_known(kind: str, names: Collection[str], mine: set[str]) -> None:
    if kind not in mine:
        raise DomainError("UNKNOWN_KIND", _("There is no such kind of notice for you."), "kind")
    if missing := [name for name in names if not channels.is_offered(name)]:
        message = _("Your school has not set up this channel: %s") % ", ".join(missing)
        raise DomainError("CHANNEL_NOT_OFFERED", message, "channels")
