"""The one way to hand work to the workers.

`enqueue` writes an outbox row in the caller's transaction and offers it to the broker after commit;
the relay offers what was missed; the consumer closes the row in the transaction that has the effect.
A lost broker loses nothing and a message delivered twice has one effect.
"""

import contextvars
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from apps.core.audit import acting
from apps.core.errors import DomainError
from apps.core.models import Job, JobState

log = structlog.get_logger(__name__)

MAX_ATTEMPTS: Final = 5
RESEND_AFTER: Final = timedelta(minutes=2)
BATCH: Final = 500
_PROGRESS_SECONDS: Final = 3600

Work = Callable[..., Mapping[str, Any] | None]


class Cancelled(DomainError):
    """The person who waits asked to stop; everything done so far in the transaction is undone."""

    def __init__(self) -> None:
        super().__init__("CANCELLED", _("Stopped on request; nothing was changed."))


@dataclass(frozen=True)
class _Task:
    work: Work
    atomic: bool
    retry_for: tuple[type[Exception], ...]
    label: Any = ""


_tasks: dict[str, _Task] = {}
_current: contextvars.ContextVar[uuid.UUID | None] = contextvars.ContextVar("job", default=None)


def job(
    name: str, *, atomic: bool = True, retry_for: tuple[type[Exception], ...] = (), label: Any = ""
) -> Callable[[Work], Work]:
    """Register the work behind a job name (`app.verb_noun`); it takes keyword JSON arguments only.

    `label` is what a person who waits for it calls it.

    Atomic work shares one transaction with the closing of its row. Other work commits in steps, so it must be
    able to run again from any point; an advisory lock keeps two workers from running it at once.
    """

    def register(work: Work) -> Work:
        _tasks[name] = _Task(work, atomic, retry_for, label)
        return work

    return register


def registered() -> Mapping[str, Work]:
    return {name: task.work for name, task in _tasks.items()}


def label_of(name: str) -> str:
    """What people call the work; a job whose code is gone still has a name."""
    task = _tasks.get(name)
    return str(task.label if task and task.label else _("Work in the background"))


def running_id() -> uuid.UUID | None:
    """The job that is being done in this thread."""
    return _current.get()


def enqueue(
    name: str,
    *,
    school_id: uuid.UUID,
    owner_id: uuid.UUID | None = None,
    run_after: datetime | None = None,
    dedupe: str = "",
    **kwargs: Any,
) -> Job:
    """Write the outbox row in the current transaction.

    With `dedupe`, an open job of that key is returned instead of a second one.
    """
    if name not in _tasks:
        raise LookupError(f"no job is registered as {name!r}")
    fields = {"school_id": school_id, "owner_id": owner_id, "run_after": run_after}
    row = Job(task=name, dedupe=dedupe, kwargs=_plain(kwargs), **fields)
    if dedupe:
        Job.objects.bulk_create([row], ignore_conflicts=True)
        row = Job.objects.get(task=name, dedupe=dedupe, closed_at__isnull=True)
    else:
        row.save(force_insert=True)
    if run_after is None:
        transaction.on_commit(lambda: _offer(row.pk))
    return row


def report(done: int, total: int, note: str = "") -> None:
    """Show progress of the running job; raise Cancelled when its owner asked to stop.

    Outside a job it does nothing, so that services need not know who runs them.
    """
    job_id = _current.get()
    if job_id is None:
        return
    cache.set(_progress_key(job_id), (done, total, str(note)), _PROGRESS_SECONDS)
    if Job.objects.filter(pk=job_id, cancel_requested_at__isnull=False).exists():
        raise Cancelled


def progress(row: Job) -> tuple[int, int, str]:
    """(done, total, note): live figures while it runs, the row's own ones otherwise."""
    live: tuple[int, int, str] | None = cache.get(_progress_key(row.pk)) if row.is_open else None
    return live or (row.done, row.total, row.note)


def cancel(row: Job, *, now: datetime) -> Job:
    """Ask a running job to stop at its next step, or close a waiting one."""
    Job.objects.filter(pk=row.pk, closed_at__isnull=True).update(cancel_requested_at=now)
    row.refresh_from_db()
    return row


def run(job_id: uuid.UUID) -> bool:
    """Do the work of one row, if it is open and nobody else has it. Returns whether it ran."""
    row = Job.objects.filter(pk=job_id, closed_at__isnull=True).first()
    if row is None:
        return False
    task = _tasks[row.task]
    token = _current.set(row.pk)
    try:
        with acting(cause=f"job:{row.task}", request_id=str(row.pk)):
            return _run_atomic(row, task) if task.atomic else _run_in_steps(row, task)
    except DomainError as refusal:
        _close(row.pk, _state_of(refusal), error_code=refusal.code, note=str(refusal)[:200])
        return True
    except task.retry_for as fault:
        _retry_later(row.pk, fault)
        return True
    except Exception as fault:
        _retry_later(row.pk, fault)
        raise
    finally:
        _current.reset(token)


def relay(*, now: datetime, limit: int = BATCH) -> int:
    """Offer open rows that are due and not offered lately; park what failed too often."""
    due = Q(run_after__isnull=True) | Q(run_after__lte=now)
    unoffered = Q(published_at__isnull=True) | Q(published_at__lt=now - RESEND_AFTER)
    with transaction.atomic():
        _park_poison(now)
        rows = list(
            Job.objects.select_for_update(skip_locked=True)
            .filter(due & unoffered, closed_at__isnull=True)
            .order_by("created_at")
            .values_list("pk", flat=True)[:limit]
        )
        sent = [pk for pk in rows if _send(pk)]
        Job.objects.filter(pk__in=sent).update(published_at=now, attempts=F("attempts") + 1)
    return len(sent)


def oldest_open_age(*, now: datetime) -> float:
    """Seconds the oldest due job has been waiting; 0 when nothing waits."""
    due = Q(run_after__isnull=True) | Q(run_after__lte=now)
    first = Job.objects.filter(due, closed_at__isnull=True).order_by("created_at").first()
    return 0.0 if first is None else (now - (first.run_after or first.created_at)).total_seconds()


def _run_atomic(row: Job, task: _Task) -> bool:
    # An advisory lock, not a row lock: the owner must be able to write the cancel flag meanwhile.
    with transaction.atomic():
        if not _lock(row.pk, "pg_try_advisory_xact_lock") or _is_closed(row):
            return False
        _refuse_cancelled(row)
        result = task.work(**row.kwargs)
        _close(row.pk, JobState.DONE, result=dict(result or {}))
    return True


def _run_in_steps(row: Job, task: _Task) -> bool:
    with _held_over_commits(row.pk) as held:
        if not held or _is_closed(row):
            return False
        _refuse_cancelled(row)
        Job.objects.filter(pk=row.pk, closed_at__isnull=True).update(state=JobState.RUNNING)
        result = task.work(**row.kwargs)
        _close(row.pk, JobState.DONE, result=dict(result or {}))
    return True


def _refuse_cancelled(row: Job) -> None:
    if Job.objects.filter(pk=row.pk, cancel_requested_at__isnull=False).exists():
        raise Cancelled


def _close(job_id: uuid.UUID, state: JobState, **changes: Any) -> None:
    done, total, note = cache.get(_progress_key(job_id)) or (0, 0, "")
    changes = {"done": done, "total": total, "note": note[:200], **changes}
    Job.objects.filter(pk=job_id, closed_at__isnull=True).update(
        state=state, closed_at=timezone.now(), **changes
    )


def _retry_later(job_id: uuid.UUID, fault: Exception) -> None:
    """Wait longer after each failure; the class name only, since messages may carry personal data."""
    row = Job.objects.get(pk=job_id)
    now = timezone.now()
    waits = now + timedelta(seconds=30 * 2 ** min(row.attempts, 6))
    Job.objects.filter(pk=job_id, closed_at__isnull=True).update(
        state=JobState.QUEUED,
        error_code=type(fault).__name__,
        run_after=waits,
        published_at=None,
        attempts=F("attempts") + 1,
    )
    log.warning("job_failed", job=str(job_id), task=row.task, fault=type(fault).__name__)


def _park_poison(now: datetime) -> None:
    parked = Job.objects.filter(closed_at__isnull=True, attempts__gte=MAX_ATTEMPTS).filter(
        Q(published_at__isnull=True) | Q(published_at__lt=now - RESEND_AFTER)
    )
    if count := parked.update(state=JobState.PARKED, closed_at=now):
        log.error("jobs_parked", count=count)


def _offer(job_id: uuid.UUID) -> None:
    if _send(job_id):
        Job.objects.filter(pk=job_id, published_at__isnull=True).update(
            published_at=timezone.now(), attempts=F("attempts") + 1
        )


def _send(job_id: uuid.UUID) -> bool:
    try:
        current_app.send_task("core.run_job", args=[str(job_id)], retry=False)
    except OperationalError:
        log.warning("broker_unreachable", job=str(job_id))
        return False
    return True


@contextmanager
def _held_over_commits(job_id: uuid.UUID) -> Iterator[bool]:
    held = _lock(job_id, "pg_try_advisory_lock")
    try:
        yield held
    finally:
        if held:
            _lock(job_id, "pg_advisory_unlock")


def _lock(job_id: uuid.UUID, function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [job_id.int % (1 << 63)])
        return bool(cursor.fetchone()[0])


def _is_closed(row: Job) -> bool:
    return not Job.objects.filter(pk=row.pk, closed_at__isnull=True).exists()


def _state_of(refusal: DomainError) -> JobState:
    return JobState.CANCELLED if isinstance(refusal, Cancelled) else JobState.FAILED


def _progress_key(job_id: uuid.UUID) -> str:
    return f"job:{job_id}:progress"


def _plain(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {k: str(v) if isinstance(v, uuid.UUID) else v for k, v in kwargs.items()}
