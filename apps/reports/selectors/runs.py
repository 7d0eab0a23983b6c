"""How far a run is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.academics.models import Enrollment, EnrollmentStatus, SectionKind
from apps.core.models import Job
from apps.reports.models import EntryState, ReportRun


@dataclass(frozen=True)
class Counts:
    """Entries by state."""

    total: int = 0
    done: int = 0
    failed: int = 0

    @property
    def settled(self) -> int:
        return self.done + self.failed

    @property
    def waiting(self) -> int:
        return self.total - self.settled


@dataclass(frozen=True)
class Progress:
    """The counts, and whether somebody is at work; `is_stopped`: nobody is, though some are waiting."""

    counts: Counts
    is_working: bool
    is_stopping: bool

    @property
    def is_stopped(self) -> bool:
        return not self.is_working and self.counts.waiting > 0


def counts(run: ReportRun) -> Counts:
    return Counts(**run.entries.aggregate(**_sums("")))


def with_counts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Each run with its figures."""
    counted: QuerySet[Any] = rows.select_related("output").annotate(**_sums("entries__"))
    return counted


def progress(run: ReportRun) -> Progress:
    stopping = list(open_jobs(run).values_list("cancel_requested_at", flat=True))
    return Progress(counts(run), bool(stopping), any(stopping))


def open_jobs(run: ReportRun) -> QuerySet[Job]:
    """The shares of the run that workers have not closed."""
    return Job.objects.filter(
        task="reports.print_run", kwargs__run_id=str(run.pk), closed_at__isnull=True
    ).order_by("created_at")


def under_way(runs: Sequence[ReportRun]) -> set[uuid.UUID]:
    """Which of these runs have a share that workers have not closed."""
    keys = [str(run.pk) for run in runs]
    open_shares = Job.objects.filter(
        task="reports.print_run", kwargs__run_id__in=keys, closed_at__isnull=True
    )
    return {uuid.UUID(one["run_id"]) for one in open_shares.values_list("kwargs", flat=True)}


def homerooms(students: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    """Where each pupil's class stands among the others."""
    rows = Enrollment.objects.filter(
        student__in=students, status=EnrollmentStatus.ACTIVE, section__kind=SectionKind.HOMEROOM
    )
    return {
        student: (position or 0, name)
        for student, position, name in rows.values_list(
            "student", "section__grade_level__position", "section__name"
        )
    }


def _sums(path: str) -> dict[str, Count]:
    return {
        "total": Count(f"{path}pk"),
        "done": Count(f"{path}pk", filter=Q(**{f"{path}state": EntryState.DONE})),
        "failed": Count(f"{path}pk", filter=Q(**{f"{path}state": EntryState.FAILED})),
    }
