"""The only Celery tasks: a job travels as its id, a schedule as its name. And the jobs of core itself."""

import uuid
from datetime import time
from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import files, idempotency, jobs, long_exports, schedules
from apps.core.models import StoredFile


@shared_task(name="core.run_job", soft_time_limit=1500, time_limit=1800)
def run_job(job_id: str) -> None:
    jobs.run(uuid.UUID(job_id))


@shared_task(name="core.run_scheduled", soft_time_limit=540, time_limit=600)
def run_scheduled(name: str) -> None:
    schedules.run(name)


@jobs.job("core.scan_file", atomic=False, retry_for=(OSError,), label=_("A file is checked for viruses"))
def scan_file(*, file_id: str) -> None:
    if file := StoredFile.objects.filter(pk=file_id).first():
        files.scan(file)


@jobs.job("core.erase_content", label=_("A file is erased"))
def erase_content(*, key: str) -> None:
    files.erase_content(key)


@jobs.job(long_exports.JOB, label=_("A list is written to a file"))
def write_export(*, user: str, path: str, query: str, language: str) -> dict[str, Any]:
    return long_exports.write_export(user=user, path=path, query=query, language=language)


@jobs.job("core.forget_answers", label=_("Old answers are forgotten"))
def forget_answers() -> dict[str, int]:
    return {"forgotten": idempotency.forget_old_answers(now=timezone.now())}


@jobs.job("core.sweep_files", label=_("Unused files are removed"))
def sweep_files() -> dict[str, int]:
    return {"swept": files.sweep_unused(now=timezone.now())}


schedules.daily("core.forget_answers", at=time(2, 10))
schedules.daily("core.sweep_files", at=time(2, 20))
