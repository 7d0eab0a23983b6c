"""The only writers of notifications, deliveries and preferences."""

from apps.messaging.services.deliver import deliver, retry_delivery, sweep_old_notifications
from apps.messaging.services.notify import EXPORT_READY, Recipient, notify
from apps.messaging.services.reading import (
    choose_channels,
    mark_all_read,
    mark_read,
    set_preferences,
    set_quiet_hours,
)
from apps.messaging.services.words import filled

__all__ = [
    "EXPORT_READY",
    "Recipient",
    "choose_channels",
    "deliver",
    "filled",
    "mark_all_read",
    "mark_read",
    "notify",
    "retry_delivery",
    "set_preferences",
    "set_quiet_hours",
    "sweep_old_notifications",
]
