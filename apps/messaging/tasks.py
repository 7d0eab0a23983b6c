"""The jobs of messaging."""

from django.utils import timezone

from apps.core.jobs import job
from apps.messaging import services


@job("messaging.deliver", atomic=False)
def deliver(*, delivery_ids: list[str]) -> dict[str, int]:
    return services.deliver(delivery_ids=delivery_ids, now=timezone.now())
