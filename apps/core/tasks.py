"""The only Celery tasks: a job travels as its id, a schedule as its name. And the jobs of core itself."""

import uuid

from celery import shared_task

from apps.core import files, jobs, schedules
from apps.core.models import StoredFile


@shared_task(name="core.run_job", soft_time_limit=1500, time_limit=1800)
def run_job(job_id: str) -> None:
    jobs.run(uuid.UUID(job_id))


@shared_task(name="core.run_scheduled", soft_time_limit=540, time_limit=600)
def run_scheduled(name: str) -> None:
    schedules.run(name)


@jobs.job("core.scan_file", atomic=False, retry_for=(OSError,))
def scan_file(*, file_id: str) -> None:
    if file := StoredFile.objects.filter(pk=file_id).first():
        files.scan(file)


@jobs.job("core.erase_content")
def erase_content(*, key: str) -> None:
    files.erase_content(key)
