"""Limits by user and by cost, with Redis and without."""

from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from apps.core.api import throttling

pytestmark = [pytest.mark.django_db, pytest.mark.urls("apps.core.tests.endpoints")]
REDIS_OF_NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def api() -> APIClient:
    client = APIClient()
    client.force_login(user_with(Role.TEACHER))
    return client


@pytest.fixture
def no_redis(settings: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": REDIS_OF_NOBODY}}


def _statuses(api: APIClient, times: int) -> list[int]:
    return [api.get("/api/v1/costly").status_code for _ in range(times)]


def test_costly_work_has_a_lane_of_its_own(api: APIClient) -> None:
    with time_machine.travel("2026-06-15T10:00:10Z", tick=False):
        assert _statuses(api, 12) == [200] * 10 + [429] * 2
        refused = api.get("/api/v1/costly")
        assert refused["Retry-After"] == "50"
        assert refused.json()["error"]["code"] == "TOO_MANY_REQUESTS"
        assert api.get("/api/v1/campuses").status_code == 200


def test_the_minute_slides(api: APIClient) -> None:
    with time_machine.travel("2026-06-15T10:00:30Z", tick=False) as clock:
        _statuses(api, 10)
        clock.shift(45)
        # A quarter of the new minute has passed: three quarters of the old count still weigh.
        assert _statuses(api, 3) == [200, 200, 429]
        clock.shift(120)
        assert _statuses(api, 1) == [200]


def test_one_user_does_not_use_up_anothers(api: APIClient) -> None:
    _statuses(api, 11)
    other = APIClient()
    other.force_login(user_with(Role.TEACHER))
    assert _statuses(other, 1) == [200]


@pytest.mark.usefixtures("no_redis")
def test_without_redis_the_process_counts_for_itself(api: APIClient) -> None:
    with time_machine.travel("2026-06-15T10:00:10Z", tick=False):
        assert _statuses(api, 12) == [200] * 10 + [429] * 2


@pytest.mark.usefixtures("no_redis")
def test_without_the_local_count_a_lost_redis_would_open_the_gate(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the test above would notice."""
    monkeypatch.setattr(throttling._LocalCounts, "count", lambda *_: (0, 0))
    assert 429 not in _statuses(api, 12)


def test_a_forged_forwarding_header_is_no_new_address() -> None:
    limit, _seconds = throttling.rate_of("address")
    assert limit == 3000
    addresses = [{"X-Forwarded-For": f"10.0.0.{n}"} for n in range(3)]
    lanes = {throttling.PerUser()._address(_request(headers, "192.0.2.7")) for headers in addresses}
    assert lanes == {"192.0.2.7"}


def _request(headers: dict[str, str], address: str) -> Any:
    from rest_framework.test import APIRequestFactory

    return APIRequestFactory().get("/", headers=headers, REMOTE_ADDR=address)
