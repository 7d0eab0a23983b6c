"""Alive, ready, and measured."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory
from django.utils import timezone

from apps.accounts.tests.factories import SchoolFactory
from apps.core import health
from apps.core.models import Job

pytestmark = pytest.mark.django_db
LOST = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _asks_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def _ready(client: Client) -> tuple[int, str, dict[str, str]]:
    response = client.get("/readyz")
    body = response.json()
    return response.status_code, body["status"], body["checks"]


def _failing(checks: dict[str, str]) -> set[str]:
    return {name for name, state in checks.items() if state == "failing"}


def test_alive_asks_nothing_of_the_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_when_everything_answers(client: Client) -> None:
    status, word, checks = _ready(client)
    assert (status, word) == (200, "ok")
    assert set(checks) == {"database", "migrations", "redis", "broker", "outbox"}
    assert _failing(checks) == set()


def test_a_missing_migration_is_not_ready(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="core").delete()
    status, word, checks = _ready(client)
    assert (status, word, _failing(checks)) == (503, "unavailable", {"migrations"})


def test_a_lost_database_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(CursorWrapper, "execute", refuse)
    response = health.ready(RequestFactory().get("/readyz"))
    assert response.status_code == 503
    assert b"refused" not in response.content


def test_without_redis_pages_go_on(client: Client, settings: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": LOST}}
    status, word, checks = _ready(client)
    assert (status, word, _failing(checks)) == (200, "degraded", {"redis"})


def test_work_left_lying_degrades_and_is_measured(client: Client) -> None:
    job = Job.objects.create(school=SchoolFactory.create(), task="core.test")
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=6))
    status, word, checks = _ready(client)
    assert (status, word, _failing(checks)) == (200, "degraded", {"outbox"})
    page = client.get("/metrics").content.decode()
    figures = dict(line.rsplit(" ", 1) for line in page.splitlines() if line.startswith("schools24_outbox"))
    assert float(figures["schools24_outbox_oldest_seconds"]) == pytest.approx(360, abs=5)
    assert (figures["schools24_outbox_open"], figures["schools24_outbox_parked"]) == ("1.0", "0.0")


@pytest.mark.parametrize(
    ("token", "address", "headers", "status"),
    [
        (None, "127.0.0.1", {}, 200),
        (None, "::1", {}, 200),
        (None, "192.0.2.7", {}, 404),
        (None, "", {}, 404),
        (None, "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("secret", "127.0.0.1", {}, 404),
        ("secret", "192.0.2.7", {"Authorization": "Bearer wrong"}, 404),
        ("secret", "192.0.2.7", {"Authorization": "Bearer secret"}, 200),
    ],
)
def test_figures_are_for_whoever_has_the_token_or_sits_here(
    client: Client, settings: Any, token: str | None, address: str, headers: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status


def test_a_database_that_is_away_leaves_the_other_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(CursorWrapper, "execute", refuse)
    assert list(health.OutboxCollector().collect()) == []
