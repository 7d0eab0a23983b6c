"""The only writers of notifications, deliveries and preferences."""

from apps.messaging.services.deliver import deliver, sweep_old_notifications
from apps.messaging.services.notify import Recipient, notify
from apps.messaging.services.reading import (
    choose_channels,
    mark_all_read,
    mark_read,
    set_preferences,
    set_quiet_hours,
)

__all__ = [
    "Recipient",
    "choose_channels",
    "deliver",
    "mark_all_read",
    "mark_read",
    "notify",
    "set_preferences",
    "set_quiet_hours",
    "sweep_old_notifications",
]
