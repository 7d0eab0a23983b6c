"""`manage.py demo load [--once]`: the demo school and its neighbour. `manage.py demo today`: up to now."""

import time
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.web.context import DEMO_PASSWORD
from apps.portals.demo.load import is_loaded, load
from apps.portals.demo.plan import OTHERSIDE, SPRINGDALE, Plan
from apps.portals.demo.today import catch_up, last_day


class Command(BaseCommand):
    help = "Loads the demo schools as of today, or brings those that are there up to today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load", "today"])
        parser.add_argument("--once", action="store_true", help="do not load what is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Production takes no demo people: their password is public.")
        now = timezone.now()
        today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        for plan in (SPRINGDALE, OTHERSIDE):
            if options["action"] == "today":
                self._bring_up(plan, today, now)
            elif not is_loaded(plan):
                self._load(plan, today, now)
            elif not options["once"]:
                raise CommandError(f"The school '{plan.code}' is there already; --once leaves it as it is.")
            elif (last_day(plan) or today) < today:
                self._bring_up(plan, today, now)

    def _load(self, plan: Plan, today: date, now: datetime) -> None:
        began = time.perf_counter()
        made = load(plan, today=today, now=now, password=make_password(DEMO_PASSWORD))
        pupils = sum(len(room.pupils) for room in made.homerooms)
        self.stdout.write(f"{plan.name}: {pupils} pupils, ready in {time.perf_counter() - began:.0f} s.")

    def _bring_up(self, plan: Plan, today: date, now: datetime) -> None:
        if not is_loaded(plan):
            raise CommandError(f"The school '{plan.code}' is not there; load it first.")
        began = time.perf_counter()
        filled = catch_up(plan, today=today, now=now)
        seconds = time.perf_counter() - began
        self.stdout.write(f"{plan.name}: {filled} registers taken up to today, in {seconds:.0f} s.")
