"""Handing deliveries to their channels; each goes out once, and is tried again while the way is blocked."""

import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.errors import Conflict
from apps.core.jobs import enqueue
from apps.core.policy import Actor
from apps.core.rows import of_school
from apps.messaging import channels, kinds
from apps.messaging.models import Delivery, DeliveryState, Notification

# Minutes to wait after each failed try; after the last one the delivery has failed.
WAITS: Final = (1, 5, 15, 60, 240)
KEPT: Final = timedelta(days=365)


def deliver(*, delivery_ids: Sequence[str], now: datetime) -> dict[str, int]:
    """Send what is still waiting among these, and plan another try for what the way did not let through.

    Each delivery is closed right after it was handed over. Should this process die between the two, the mail
    goes out again under the same message id, which mail servers take for the same mail.
    """
    waiting = _waiting(delivery_ids)
    blocked = [row for name, rows in _by_channel(waiting).items() for row in _send(name, rows, now)]
    for delay, rows in _by_delay(blocked).items():
        ids = [str(row.pk) for row in rows]
        later = now + timedelta(minutes=delay)
        enqueue("messaging.deliver", school_id=rows[0].school_id, run_after=later, delivery_ids=ids)
    sent = sum(row.state == DeliveryState.SENT for row in waiting)
    return {"sent": sent, "waiting": len(blocked), "other": len(waiting) - sent - len(blocked)}


@transaction.atomic
def retry_delivery(*, actor: Actor, delivery: Delivery, now: datetime) -> Delivery:
    """Send once more what could not be sent, once the address or the mail server is mended."""
    of_school(actor, delivery)
    failed = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.FAILED)
    if not failed.update(state=DeliveryState.QUEUED, attempts=0, error_code="", due_at=None, updated_at=now):
        raise Conflict("NOT_FAILED", _("Only what could not be sent is sent again."))
    enqueue("messaging.deliver", school_id=delivery.school_id, delivery_ids=[str(delivery.pk)])
    delivery.refresh_from_db()
    return delivery


def sweep_old_notifications(*, now: datetime) -> int:
    """Forget what was told more than a year ago."""
    _rows, counts = Notification.objects.filter(created_at__lt=now - KEPT).delete()
    return counts.get("messaging.Notification", 0)


def _waiting(delivery_ids: Sequence[str]) -> list[Delivery]:
    rows = Delivery.objects.filter(pk__in=[uuid.UUID(pk) for pk in delivery_ids], state=DeliveryState.QUEUED)
    return list(rows.select_related("notification__recipient", "notification__school").order_by("pk"))


def _by_channel(rows: list[Delivery]) -> dict[str, list[Delivery]]:
    grouped: dict[str, list[Delivery]] = {}
    for row in rows:
        grouped.setdefault(row.channel, []).append(row)
    return grouped


def _send(name: str, rows: list[Delivery], now: datetime) -> list[Delivery]:
    """Send over one channel; the rows that were held up."""
    if not channels.is_offered(name):
        for row in rows:
            _close(row, DeliveryState.SKIPPED, now, "channel_not_offered")
        return []
    channel = channels.get(name)
    with ExitStack() as stack:
        try:
            through = stack.enter_context(channel.opened())
        except channels.TRANSIENT as fault:
            return [row for row in rows if _held_up(row, fault, now)]
        return [row for row in rows if not _send_one(channel, row, through, now)]


def _send_one(channel: channels.Channel, row: Delivery, through: Any, now: datetime) -> bool:
    """Whether this delivery is over, one way or another."""
    if not _still_due(row.notification):
        _close(row, DeliveryState.SKIPPED, now, "no_longer_due")
        return True
    try:
        channel.send(row.notification, through)
    except channels.Undeliverable as refusal:
        _close(row, DeliveryState.FAILED, now, refusal.code)
        return True
    except channels.TRANSIENT as fault:
        return not _held_up(row, fault, now)
    _close(row, DeliveryState.SENT, now)
    return True


def _still_due(notification: Notification) -> bool:
    """Looked up now, not when it was written: logins are suspended and rights end while mails wait."""
    user = notification.recipient
    if user is not None and not user.is_active:
        return False
    return kinds.get(notification.kind).still_due(notification)


def _held_up(row: Delivery, fault: Exception, now: datetime) -> bool:
    """Note the failed try; False when it was the last one."""
    row.attempts += 1
    if row.attempts > len(WAITS):
        _close(row, DeliveryState.FAILED, now, type(fault).__name__)
        return False
    row.error_code = type(fault).__name__
    row.save(update_fields=["attempts", "error_code", "updated_at"])
    return True


def _close(row: Delivery, state: DeliveryState, now: datetime, error_code: str = "") -> None:
    row.close(state, now=now, error_code=error_code)
    row.save(update_fields=["state", "sent_at", "error_code", "attempts", "updated_at"])


def _by_delay(rows: list[Delivery]) -> dict[int, list[Delivery]]:
    grouped: dict[int, list[Delivery]] = {}
    for row in rows:
        grouped.setdefault(WAITS[row.attempts - 1], []).append(row)
    return grouped
