"""What somebody has left to the workers: how far it is, a way to stop it, and what came of it."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import files, jobs
from apps.core.models import Job, JobState, StoredFile
from apps.core.policy import Actor, permitted_or_missing
from apps.core.web.cells import Badge, Column, Tone
from apps.core.web.responses import go, is_partial
from apps.core.web.tables import Empty, Table, table_view

PART = "components/job_progress.html"
TONES: dict[str, Tone] = {
    JobState.QUEUED: "plain",
    JobState.RUNNING: "info",
    JobState.DONE: "success",
    JobState.FAILED: "danger",
    JobState.PARKED: "danger",
    JobState.CANCELLED: "warning",
}


def _state(job: Job) -> Badge:
    return Badge(job.get_state_display(), TONES[job.state])


class JobTable(Table):
    name = "jobs"
    caption = _("Work in the background")
    columns = (
        Column(
            "task",
            _("What"),
            value=lambda job: jobs.label_of(job.task),
            link=lambda job: reverse("core:job-detail", args=[job.pk]),
            sort="task",
        ),
        Column("state", _("State"), value=_state, html=_state, sort="state"),
        Column("created_at", _("Asked"), sort="created_at"),
        Column("closed_at", _("Finished"), sort="closed_at", wide_only=True),
    )
    default_sort = "-created_at"
    exports = False
    empty = Empty(
        _("Nothing is under way"),
        _("Long work, such as an import or a long list, appears here with its progress."),
        icon="clock",
    )


@login_required
@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = table_view(request, JobTable, Job.objects.permitted(_actor(request)))  # type: ignore[assignment]  # no export
    return response


@login_required
@require_GET
def job_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = _job(request, pk)
    return render(request, "core/job_detail.html", {**_progress(job), "file": _file(request, job)})


@login_required
@require_GET
def job_progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The bar while work is under way; once it is over the page has something new to say."""
    job = _job(request, pk)
    if job.is_open and is_partial(request):
        return render(request, PART, _progress(job))
    return HttpResponse(headers={"HX-Refresh": "true"}) if is_partial(request) else go(request, *_home(job))


@login_required
@require_POST
def job_cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = jobs.cancel(_job(request, pk, "cancel"), now=timezone.now())
    return render(request, PART, _progress(job)) if is_partial(request) else go(request, *_home(job))


@login_required
@require_GET
def job_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """On to the file that came of it, by a short link of the reader's own."""
    file = permitted_or_missing(
        StoredFile.objects.all(), _actor(request), pk=_job(request, pk).result.get("file_id")
    )
    return go(request, files.link(file, _actor(request)))


def _progress(job: Job) -> dict[str, Any]:
    done, total, note = jobs.progress(job)
    return {
        "job": job,
        "job_title": jobs.label_of(job.task),
        "progress": {"done": done, "total": total, "note": note},
        "job_url": reverse("core:job-progress", args=[job.pk]),
        "cancel_url": reverse("core:job-cancel", args=[job.pk]),
    }


def _file(request: HttpRequest, job: Job) -> StoredFile | None:
    """The result, while it is kept."""
    number = job.result.get("file_id")
    return StoredFile.objects.permitted(_actor(request)).filter(pk=number).first() if number else None


def _home(job: Job) -> tuple[str, uuid.UUID]:
    return "core:job-detail", job.pk


def _job(request: HttpRequest, pk: uuid.UUID, verb: str = "view") -> Job:
    job: Job = permitted_or_missing(Job.objects.all(), _actor(request), verb, pk=pk)
    return job


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
