"""Rates: so many requests a minute for a user, fewer for costly work.

Counted in Redis over a sliding minute. When Redis is away each process counts for itself: a limit that is a
little too generous, never one that is open.
"""

import threading
import time
from math import ceil
from typing import Any, Final

from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

_LOCAL_KEYS: Final = 10_000
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
# A view names its class in `cost`; settings may set other rates under the same names.
COST_RATES: Final = {"user": "1000/min", "address": "3000/min", "costly": "60/min", "heavy": "10/min"}


class PerUser(BaseThrottle):
    """The user's own lane (without a user the address's), and a narrower one for a view's `cost`."""

    waits: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        waits = [wait_of(scope, who) for scope, who in self._lanes(request, view)]
        self.waits = max(waits)
        return self.waits == 0

    def wait(self) -> float | None:
        return self.waits

    def _lanes(self, request: Request, view: Any) -> list[tuple[str, str]]:
        user = request.user
        who = str(user.pk) if user.is_authenticated else self._address(request)
        lane = "user" if user.is_authenticated else "address"
        cost: str | None = getattr(view, "cost", None)
        return [(lane, who), (cost, who)] if cost else [(lane, who)]

    def _address(self, request: Request) -> str:
        """Only a configured number of proxies is believed; a header anybody can send is not an address."""
        if api_settings.NUM_PROXIES:
            return str(self.get_ident(request))
        return str(request.META.get("REMOTE_ADDR", ""))


def rate_of(scope: str) -> tuple[int, int]:
    """(requests, seconds) of a lane."""
    rates = {**COST_RATES, **(api_settings.DEFAULT_THROTTLE_RATES or {})}
    count, _, period = str(rates[scope]).partition("/")
    return int(count), _SECONDS[period[0]]


def wait_of(scope: str, who: str) -> float:
    """Count one request; 0 when it may pass, otherwise the seconds until the next may."""
    limit, seconds = rate_of(scope)
    now = time.time()
    window, passed = divmod(now, seconds)
    key = f"{settings.REDIS_PREFIX}:rate:{scope}:{who}"
    try:
        current, previous = _count_in_redis(key, int(window), seconds)
    except RedisError:
        current, previous = _local.count(key, int(window))
    weighted = current + previous * (1 - passed / seconds)
    return 0 if weighted <= limit else max(1.0, ceil(seconds - passed))


def _count_in_redis(key: str, window: int, seconds: int) -> tuple[int, int]:
    pipe: Any = get_redis_connection("default").pipeline(transaction=False)
    pipe.incr(f"{key}:{window}")
    pipe.expire(f"{key}:{window}", seconds * 2)
    pipe.get(f"{key}:{window - 1}")
    current, _, previous = pipe.execute()
    return int(current), int(previous or 0)


class _LocalCounts:
    """The same count within this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, int], int] = {}

    def count(self, key: str, window: int) -> tuple[int, int]:
        with self._lock:
            if len(self._counts) > _LOCAL_KEYS:
                self._counts = {k: n for k, n in self._counts.items() if k[1] >= window - 1}
            self._counts[key, window] = self._counts.get((key, window), 0) + 1
            return self._counts[key, window], self._counts.get((key, window - 1), 0)


_local = _LocalCounts()
