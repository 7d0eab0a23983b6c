"""`manage.py install_schedules`: tells beat what runs by the clock. A second run changes nothing."""

import json
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from apps.core import schedules
from apps.core.schedules import Schedule

OURS: Final = "schools24: "


class Command(BaseCommand):
    help = "Writes the schedules of all apps for beat and removes those that are gone."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {f"{OURS}{one.name}": one for one in schedules.registered().values()}
        for gone in PeriodicTask.objects.filter(name__startswith=OURS).exclude(name__in=wanted):
            gone.delete()
        written = sum(_install(name, one) for name, one in sorted(wanted.items()))
        self.stdout.write(f"{len(wanted)} schedules, {written} new or changed.")


def _install(name: str, schedule: Schedule) -> bool:
    """Write only what differs: beat reads its whole table again after each write."""
    values = {
        "task": "core.run_scheduled",
        "args": json.dumps([schedule.name]),
        "expire_seconds": 60 * (schedule.minutes or 60),
        **_when(schedule),
    }
    row = PeriodicTask.objects.filter(name=name).first() or PeriodicTask(name=name)
    if row.pk and all(getattr(row, field) == value for field, value in values.items()):
        return False
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    return True


def _when(schedule: Schedule) -> dict[str, Any]:
    if schedule.at is None:
        interval, _ = IntervalSchedule.objects.get_or_create(
            every=schedule.minutes, period=IntervalSchedule.MINUTES
        )
        return {"interval": interval, "crontab": None}
    crontab, _ = CrontabSchedule.objects.get_or_create(
        minute=str(schedule.at.minute),
        hour=str(schedule.at.hour),
        day_of_week="*",
        day_of_month="*",
        month_of_year="*",
        timezone=settings.TIME_ZONE,
    )
    return {"interval": None, "crontab": crontab}
