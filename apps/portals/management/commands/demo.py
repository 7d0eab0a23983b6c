"""`manage.py demo load [--once]`: the demo school and its neighbour."""

import time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.web.context import DEMO_PASSWORD
from apps.portals.demo.load import is_loaded, load
from apps.portals.demo.plan import OTHERSIDE, SPRINGDALE


class Command(BaseCommand):
    help = "Loads the demo schools, as of today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load"])
        parser.add_argument("--once", action="store_true", help="do nothing when they are there already")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Production takes no demo people: their password is public.")
        now = timezone.now()
        password = make_password(DEMO_PASSWORD)
        for plan in (SPRINGDALE, OTHERSIDE):
            if is_loaded(plan):
                if not options["once"]:
                    raise CommandError(
                        f"The school '{plan.code}' is there already; --once leaves it as it is."
                    )
                continue
            began = time.perf_counter()
            made = load(
                plan, today=now.astimezone(ZoneInfo(settings.TIME_ZONE)).date(), now=now, password=password
            )
            pupils = sum(len(room.pupils) for room in made.homerooms)
            seconds = time.perf_counter() - began
            self.stdout.write(f"{plan.name}: {pupils} pupils, ready in {seconds:.0f} s.")
