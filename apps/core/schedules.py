"""Jobs that run by the clock: an app names them beside its jobs, `manage.py install_schedules` tells beat.

A scheduled job takes no arguments and looks itself for what is due, over all schools; when a run is missed,
the next one does its work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from django.db import connection, transaction

from apps.core import jobs
from apps.core.audit import acting


@dataclass(frozen=True)
class Schedule:
    """Every so many minutes, or once a day at a time of the house's clock."""

    name: str
    minutes: int = 0
    at: time | None = None


_schedules: dict[str, Schedule] = {}


def every(name: str, *, minutes: int) -> None:
    """Run the job of that name every so many minutes."""
    _schedules[name] = Schedule(name, minutes=minutes)


def daily(name: str, *, at: time) -> None:
    """Run the job of that name once a day."""
    _schedules[name] = Schedule(name, at=at)


def registered() -> Mapping[str, Schedule]:
    return _schedules


def run(name: str) -> bool:
    """Do the work in one transaction, unless it is being done already. Returns whether it ran."""
    if name not in _schedules:
        return False
    with transaction.atomic(), acting(cause=f"schedule:{name}"):
        if not _lock(name):
            return False
        jobs.registered()[name]()
    return True


def _lock(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 24))", [name])
        return bool(cursor.fetchone()[0])
