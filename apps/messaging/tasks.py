"""The jobs of messaging."""

from datetime import time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import schedules
from apps.core.jobs import job
from apps.messaging import services


@job("messaging.deliver", atomic=False, label=_("Messages are delivered"))
def deliver(*, delivery_ids: list[str]) -> dict[str, int]:
    return services.deliver(delivery_ids=delivery_ids, now=timezone.now())


@job("messaging.sweep", label=_("Messages are sent again"))
def sweep() -> dict[str, int]:
    """Forget what was told more than a year ago."""
    return {"forgotten": services.sweep_old_notifications(now=timezone.now())}


schedules.daily("messaging.sweep", at=time(2, 30))
