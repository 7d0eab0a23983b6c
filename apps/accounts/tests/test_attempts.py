"""G2: guessing is hopeless, and nobody is locked out by somebody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django_redis import get_redis_connection
from redis.exceptions import ConnectionError as RedisGone

from apps.accounts import services
from apps.accounts.services import attempts
from apps.accounts.services.attempts import TooManyTries

NOON = 1_780_000_000.0


def _tries(
    count: int, *, account: Callable[[int], str], address: Callable[[int], str], device: str | None = None
) -> int:
    """How many of `count` guesses, spread evenly over an hour, are let through."""
    passed = 0
    for number in range(count):
        try:
            services.take_try(
                account=account(number),
                address=address(number),
                device=device,
                now=NOON + number * 3600 / count,
            )
            passed += 1
        except TooManyTries:
            pass
    return passed


def test_hundred_guesses_from_hundred_addresses_are_tried_ten_times_an_hour() -> None:
    passed = _tries(100, account=lambda n: "pupil@school.test", address=lambda n: f"192.0.2.{n}")
    assert passed == 10


def test_hundred_guesses_pass_without_the_protection(settings: Any) -> None:
    settings.PROTECTIONS_OFF = {"accounts.tries"}
    passed = _tries(100, account=lambda n: "pupil@school.test", address=lambda n: f"192.0.2.{n}")
    assert passed == 100


def test_thousand_pupils_behind_one_address_all_pass() -> None:
    passed = _tries(1000, account=lambda n: f"pupil{n}@school.test", address=lambda n: "192.0.2.1")
    assert passed == 1000


def test_thousand_pupils_within_one_minute_all_pass() -> None:
    for number in range(1000):
        services.take_try(account=f"p{number}@school.test", address="192.0.2.1", device=None, now=NOON)


def test_address_lane_ends_guessing_at_many_accounts() -> None:
    most = attempts.ADDRESS[0][0]
    for number in range(most):
        services.take_try(account=f"p{number}@school.test", address="192.0.2.1", device=None, now=NOON)
    with pytest.raises(TooManyTries):
        services.take_try(account="another@school.test", address="192.0.2.1", device=None, now=NOON)


def test_sixth_try_within_a_minute_waits() -> None:
    for _ in range(5):
        services.take_try(account="a@school.test", address="192.0.2.1", device=None, now=NOON)
    with pytest.raises(TooManyTries) as caught:
        services.take_try(account="A@School.test ", address="192.0.2.2", device=None, now=NOON + 20)
    assert caught.value.wait == 41


def test_known_device_keeps_its_lane_while_strangers_guess() -> None:
    token = attempts.remember_device("", "pupil@school.test")
    device = attempts.known_device(token, "pupil@school.test")
    _tries(100, account=lambda n: "pupil@school.test", address=lambda n: f"192.0.2.{n}")
    services.take_try(account="pupil@school.test", address="192.0.2.1", device=device, now=NOON + 3600)
    assert device is not None


def test_device_of_one_account_is_unknown_to_another() -> None:
    token = attempts.remember_device("", "a@school.test")
    assert attempts.known_device(token, "b@school.test") is None


def test_device_remembers_several_accounts() -> None:
    token = ""
    for number in range(12):
        token = attempts.remember_device(token, f"child{number}@school.test")
    assert attempts.known_device(token, "child11@school.test") is not None
    assert attempts.known_device(token, "child4@school.test") is not None
    assert attempts.known_device(token, "child3@school.test") is None


def test_forged_device_is_unknown() -> None:
    token = attempts.remember_device("", "a@school.test")
    assert attempts.known_device(token[:-2] + "xx", "a@school.test") is None


def test_try_given_back_does_not_count() -> None:
    for _ in range(20):
        services.take_try(account="a@school.test", address="192.0.2.1", device=None, now=NOON).give_back()


def test_limit_holds_in_the_process_when_redis_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: Any) -> Any:
        raise RedisGone

    monkeypatch.setattr(attempts, "get_redis_connection", gone)
    passed = _tries(100, account=lambda n: "gone@school.test", address=lambda n: f"192.0.2.{n}")
    assert passed == 10


def test_redis_holds_no_address() -> None:
    services.take_try(account="pupil@school.test", address="192.0.2.1", device=None, now=NOON)
    keys = b" ".join(get_redis_connection("default").scan_iter("*:try:*"))
    assert b"pupil" not in keys
    assert keys
