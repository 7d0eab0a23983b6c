"""The demo goes on by itself; anywhere else there is nothing to do by the clock here."""

from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import schedules
from apps.core.jobs import job
from apps.portals.demo.load import is_loaded
from apps.portals.demo.plan import OTHERSIDE, SPRINGDALE
from apps.portals.demo.today import catch_up

FIRST_BELL: Final = time(8, 5)


@job("portals.demo_today", label=_("The demo school has its day"))
def demo_today() -> dict[str, int]:
    """Every half hour from the first bell on: registers of the lessons that have begun."""
    return {"registers": take_registers(timezone.now())}


def take_registers(now: datetime) -> int:
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    if local.time() < FIRST_BELL:
        return 0
    loaded = [plan for plan in (SPRINGDALE, OTHERSIDE) if is_loaded(plan)]
    return sum(catch_up(plan, today=local.date(), now=now, at_least=1) for plan in loaded)


if settings.DEMO:
    schedules.every("portals.demo_today", minutes=30)
