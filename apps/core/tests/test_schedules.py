from concurrent.futures import ThreadPoolExecutor
from datetime import time
from threading import Event

import pytest
from django.db import connection

from apps.core import jobs, schedules
from apps.core.models import IdempotencyKey
from apps.core.tasks import run_scheduled


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_schedules", {})
    monkeypatch.setattr(jobs, "_tasks", dict(jobs._tasks))


@pytest.mark.django_db
def test_a_schedule_runs_the_job_of_its_name() -> None:
    ran: list[str] = []

    @jobs.job("core.tick")
    def tick() -> None:
        ran.append("tick")

    schedules.every("core.tick", minutes=5)
    schedules.daily("core.tock", at=time(2, 30))
    run_scheduled("core.tick")
    assert ran == ["tick"]
    assert schedules.registered()["core.tock"].at == time(2, 30)


@pytest.mark.django_db
def test_a_schedule_that_is_gone_does_nothing() -> None:
    assert schedules.run("core.gone") is False


@pytest.mark.django_db(transaction=True)
def test_a_fault_leaves_nothing_behind() -> None:
    from apps.accounts.tests.factories import UserFactory

    user = UserFactory.create()

    @jobs.job("core.broken")
    def broken() -> None:
        IdempotencyKey.objects.create(school=user.school, user=user, key="k", body_hash="h")
        raise ZeroDivisionError

    schedules.every("core.broken", minutes=5)
    with pytest.raises(ZeroDivisionError):
        schedules.run("core.broken")
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_slow_run_is_not_doubled() -> None:
    begun, go_on = Event(), Event()

    @jobs.job("core.slow")
    def slow() -> None:
        begun.set()
        go_on.wait(10)

    schedules.every("core.slow", minutes=5)

    def first() -> bool:
        try:
            return schedules.run("core.slow")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert begun.wait(10)
        assert schedules.run("core.slow") is False
        go_on.set()
        assert running.result(10) is True
    assert schedules.run("core.slow") is True
