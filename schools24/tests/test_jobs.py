"""The outbox: nothing acknowledged is lost, and nothing happens twice."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from apps.accounts.models import Campus, School
from apps.accounts.tests.factories import SchoolFactory, UserFactory
from apps.core import jobs
from apps.core.errors import Conflict
from apps.core.models import Job, JobState


@pytest.fixture(autouse=True)
def _known_tasks() -> Iterator[None]:
    before = dict(jobs._tasks)
    yield
    jobs._tasks.clear()
    jobs._tasks.update(before)


@pytest.fixture
def school(db: None) -> School:
    return SchoolFactory.create()


def open_campus(school: School, code: str = "north") -> None:
    Campus.objects.create(school=school, name="North", code=code)


def enqueued(school: School, name: str = "test.work", **kwargs: Any) -> Job:
    return jobs.enqueue(name, school_id=school.pk, **kwargs)


def test_enqueue_refuses_work_nobody_registered(school: School) -> None:
    with pytest.raises(LookupError, match=r"test\.unknown"):
        enqueued(school, "test.unknown")


def test_a_job_is_written_with_the_transaction_or_not_at_all(school: School) -> None:
    jobs.job("test.work")(lambda: None)

    def enqueue_and_fail() -> None:
        with transaction.atomic():
            enqueued(school)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        enqueue_and_fail()

    assert Job.objects.count() == 0


def test_a_job_is_offered_to_the_broker_only_after_commit(
    school: School, django_capture_on_commit_callbacks: Any
) -> None:
    jobs.job("test.work")(lambda: None)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        row = enqueued(school)
        assert row.published_at is None

    assert len(callbacks) == 1
    row.refresh_from_db()
    assert (row.published_at is not None, row.attempts) == (True, 1)


def test_running_twice_has_one_effect(school: School) -> None:
    @jobs.job("test.work")
    def work() -> dict[str, int]:
        open_campus(school)
        return {"opened": 1}

    row = enqueued(school)

    assert [jobs.run(row.pk), jobs.run(row.pk)] == [True, False]
    row.refresh_from_db()
    assert (row.state, row.result, Campus.objects.count()) == (JobState.DONE, {"opened": 1}, 1)


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_have_one_effect() -> None:
    assert _effects_of_ten_workers() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_show_the_lock_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_lock", lambda *_: True)

    assert _effects_of_ten_workers() > 1


def _effects_of_ten_workers() -> int:
    school = SchoolFactory.create()
    barrier = threading.Barrier(10)

    @jobs.job("test.work")
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        open_campus(school, code=f"c{threading.get_ident()}")

    row = enqueued(school)

    def worker() -> None:
        barrier.wait()
        try:
            jobs.run(row.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Campus.objects.count()


def test_a_fault_undoes_the_work_and_tries_again_later(school: School) -> None:
    @jobs.job("test.work", retry_for=(ConnectionError,))
    def work() -> None:
        open_campus(school)
        raise ConnectionError("somebody@example.org")

    row = enqueued(school)
    jobs.run(row.pk)

    row.refresh_from_db()
    assert Campus.objects.count() == 0
    assert (row.state, row.error_code, row.is_open) == (JobState.QUEUED, "ConnectionError", True)
    assert row.run_after is not None


def test_a_refusal_is_an_answer_not_a_fault(school: School) -> None:
    @jobs.job("test.work")
    def work() -> None:
        raise Conflict("FULL", "The section is full.")

    row = enqueued(school)
    jobs.run(row.pk)

    row.refresh_from_db()
    assert (row.state, row.error_code, row.note) == (JobState.FAILED, "FULL", "The section is full.")


def test_a_lost_broker_loses_nothing(school: School) -> None:
    jobs.job("test.work")(lambda: None)
    row = enqueued(school)
    now = timezone.now()

    assert jobs.relay(now=now) == 1
    assert jobs.relay(now=now + timedelta(seconds=60)) == 0
    assert jobs.relay(now=now + timedelta(seconds=121)) == 1

    jobs.run(row.pk)
    assert jobs.relay(now=now + timedelta(hours=1)) == 0


def test_poison_is_parked_and_others_flow(school: School) -> None:
    jobs.job("test.work")(lambda: None)
    poison = enqueued(school)
    Job.objects.filter(pk=poison.pk).update(attempts=jobs.MAX_ATTEMPTS)
    enqueued(school)

    assert jobs.relay(now=timezone.now()) == 1

    poison.refresh_from_db()
    assert (poison.state, poison.is_open) == (JobState.PARKED, False)


def test_work_for_later_waits(school: School) -> None:
    jobs.job("test.work")(lambda: None)
    now = timezone.now()
    enqueued(school, run_after=now + timedelta(hours=1))

    assert jobs.relay(now=now) == 0
    assert jobs.relay(now=now + timedelta(hours=1)) == 1


def test_one_open_job_per_dedupe_key(school: School) -> None:
    jobs.job("test.work")(lambda: None)
    first = enqueued(school, dedupe="campus:1")

    assert enqueued(school, dedupe="campus:1") == first
    jobs.run(first.pk)
    assert enqueued(school, dedupe="campus:1") != first


def test_cancel_stops_the_work_and_undoes_it(school: School) -> None:
    owner = UserFactory.create(school=school)
    row: Job

    @jobs.job("test.work")
    def work() -> None:
        open_campus(school)
        jobs.report(1, 2, "first half")
        jobs.cancel(row, now=timezone.now())
        jobs.report(2, 2)

    row = enqueued(school, owner_id=owner.pk)
    jobs.run(row.pk)

    row.refresh_from_db()
    assert (row.state, Campus.objects.count()) == (JobState.CANCELLED, 0)


def test_progress_shows_while_it_runs_and_stays_after(school: School) -> None:
    seen: list[tuple[int, int, str]] = []
    row: Job

    @jobs.job("test.work")
    def work() -> None:
        jobs.report(3, 10, "pupils")
        seen.append(jobs.progress(row))

    row = enqueued(school)
    jobs.run(row.pk)

    row.refresh_from_db()
    assert (seen, jobs.progress(row)) == ([(3, 10, "pupils")], (3, 10, "pupils"))


def test_work_in_steps_keeps_what_it_committed(school: School) -> None:
    @jobs.job("test.work", atomic=False, retry_for=(ConnectionError,))
    def work() -> None:
        with transaction.atomic():
            open_campus(school)
        raise ConnectionError

    row = enqueued(school)
    jobs.run(row.pk)

    row.refresh_from_db()
    assert (Campus.objects.count(), row.state) == (1, JobState.QUEUED)


def test_every_work_has_a_name_for_who_waits() -> None:
    assert [name for name, task in jobs._tasks.items() if not task.label] == []
