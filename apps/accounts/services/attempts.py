"""How often a password may be tried, so that guessing is hopeless and nobody is locked out by somebody else.

A try runs in lanes: the account's, or instead the lane of a device that signed in to it before (so a stranger
who guesses at an account cannot lock its owner out), and the address's, wide enough for a whole school behind
one address. Counted in Redis; when Redis is away every process counts for itself.
"""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from apps.core.errors import DomainError
from apps.core.protections import stands

Limit = tuple[int, int]  # so many tries in so many seconds

ACCOUNT: tuple[Limit, ...] = ((5, 60), (10, 3600))
DEVICE: tuple[Limit, ...] = ((5, 60), (30, 3600))
ADDRESS: tuple[Limit, ...] = ((2000, 600),)

DEVICE_COOKIE: Final = "known_device"
DEVICE_AGE: Final = 180 * 24 * 3600
_DEVICE_SALT: Final = "accounts.device"
_ACCOUNTS_A_DEVICE: Final = 8
_LOCAL_KEYS: Final = 50_000

_TAKE: Final = """
local now, wait = tonumber(ARGV[1]), 0
for i, key in ipairs(KEYS) do
  local most, seconds = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - seconds)
  if redis.call('ZCARD', key) >= most then
    local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    wait = math.max(wait, tonumber(oldest[2]) + seconds - now)
  end
end
if wait > 0 then return tostring(wait) end
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[2])
  redis.call('EXPIRE', key, ARGV[2 + 2 * i])
end
return '0'
"""


class TooManyTries(DomainError):
    """Come back in `wait` seconds; the words are the same whether the account exists or not."""

    status = 429

    def __init__(self, wait: float) -> None:
        self.wait = max(1, int(wait) + 1)
        super().__init__(
            "TOO_MANY_TRIES",
            _("Too many tries for this address. Wait a while, or set a new password by mail."),
        )


@dataclass(frozen=True)
class Try:
    """One counted try; give it back when it was not a guess."""

    member: str
    keys: tuple[str, ...]

    def give_back(self) -> None:
        try:
            for key in self.keys:
                get_redis_connection("default").zrem(key, self.member)
        except RedisError:
            pass
        _local.forget(self.keys, self.member)


def take_try(*, account: str, address: str, device: str | None, now: float) -> Try:
    """Count a try at an account (an address or another stable name), or raise TooManyTries."""
    name = account_key(account)
    own = (f"device:{name}:{device}", DEVICE) if device else (f"account:{name}", ACCOUNT)
    wide = (f"address:{address}", ADDRESS)
    lanes = [(f"{lane}:{limit[1]}", limit) for lane, limits in (own, wide) for limit in limits]
    keys = tuple(f"{settings.REDIS_PREFIX}:try:{lane}" for lane, _limit in lanes)
    counted = Try(uuid.uuid4().hex, keys)
    wait = _take(counted, [limit for _lane, limit in lanes], now)
    if wait > 0 and stands("accounts.tries"):
        raise TooManyTries(wait)
    return counted


def account_key(account: str) -> str:
    """Stands for a mail address in Redis and in cookies."""
    return salted_hmac("accounts.try", account.strip().lower(), algorithm="sha256").hexdigest()[:24]


def known_device(token: str, account: str) -> str | None:
    """The device's number, when this account was signed in to from it before."""
    return _devices(token).get(account_key(account))


def remember_device(token: str, account: str) -> str:
    """The device's token, now knowing this account too; it proves nothing but a lane of its own."""
    known = _devices(token)
    number = known.pop(account_key(account), None) or uuid.uuid4().hex[:16]
    recent = [*known.items()][-(_ACCOUNTS_A_DEVICE - 1) :]
    return signing.dumps([*recent, (account_key(account), number)], salt=_DEVICE_SALT)


def _devices(token: str) -> dict[str, str]:
    try:
        return dict(signing.loads(token, salt=_DEVICE_SALT, max_age=DEVICE_AGE))
    except signing.BadSignature:
        return {}


def _take(counted: Try, limits: Sequence[Limit], now: float) -> float:
    numbers = [number for limit in limits for number in limit]
    try:
        redis: Any = get_redis_connection("default")
        return float(redis.eval(_TAKE, len(counted.keys), *counted.keys, now, counted.member, *numbers))
    except RedisError:
        return _local.take(counted, limits, now)


class _LocalTries:
    """The same count within this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tries: dict[str, list[tuple[float, str]]] = {}

    def take(self, counted: Try, limits: Sequence[Limit], now: float) -> float:
        with self._lock:
            if len(self._tries) > _LOCAL_KEYS:
                self._tries = {key: tries for key, tries in self._tries.items() if _is_recent(tries, now)}
            wait = 0.0
            for key, (most, seconds) in zip(counted.keys, limits, strict=True):
                recent = [one for one in self._tries.get(key, []) if one[0] > now - seconds]
                self._tries[key] = recent
                if len(recent) >= most:
                    wait = max(wait, recent[0][0] + seconds - now)
            if wait == 0:
                for key in counted.keys:
                    self._tries[key].append((now, counted.member))
            return wait

    def forget(self, keys: Sequence[str], member: str) -> None:
        with self._lock:
            for key in keys:
                self._tries[key] = [one for one in self._tries.get(key, []) if one[1] != member]


def _is_recent(tries: Sequence[tuple[float, str]], now: float) -> bool:
    return bool(tries) and tries[-1][0] > now - max(
        seconds for _most, seconds in (*ACCOUNT, *DEVICE, *ADDRESS)
    )


_local = _LocalTries()
