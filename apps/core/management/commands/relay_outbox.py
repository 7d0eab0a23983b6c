import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from apps.core import jobs


class Command(BaseCommand):
    help = "Offer waiting jobs to the broker, for ever (or once with --once)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")
        parser.add_argument("--every", type=float, default=1.0, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            offered = jobs.relay(now=timezone.now())
            if options["once"]:
                self.stdout.write(str(offered))
                return
            if offered < jobs.BATCH:
                close_old_connections()
                time.sleep(options["every"])
