"""What a request asks about: who, which day, which campus."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import Campus
from apps.core.days import is_within_reason
from apps.core.policy import Actor


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


def day_of(request: HttpRequest) -> date:
    """The day in the address, today without one."""
    return _date(request.GET.get("day", "")) or timezone.localdate()


def month_in(request: HttpRequest) -> date:
    """The first of the month in the address (`2026-06`), of this month without one."""
    return _date(f"{request.GET.get('month', '')}-01") or timezone.localdate().replace(day=1)


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def campuses_of(actor: Actor) -> list[Campus]:
    """The campuses the actor works on, by name."""
    rows: Any = Campus.objects.permitted(actor).filter(is_active=True)
    held = [campuses for campuses in actor.roles.values() if campuses is not None]
    if len(held) == len(actor.roles):
        rows = rows.filter(pk__in=frozenset[uuid.UUID]().union(*held))
    return list(rows.order_by("name"))


def campus_of(request: HttpRequest, campuses: list[Campus]) -> Campus | None:
    """The campus in the address if it is one of theirs, else the first."""
    wanted = request.GET.get("campus", "")
    return next((one for one in campuses if str(one.pk) == wanted), campuses[0] if campuses else None)


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_within_reason(day) else None
