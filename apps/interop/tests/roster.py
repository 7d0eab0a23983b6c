"""What the tests of this app share: uploads out of strings, and the way of a file through both steps."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.base import ContentFile

from apps.accounts.models import School
from apps.accounts.tests.factories import SchoolFactory
from apps.core import jobs
from apps.core.models import Job
from apps.core.policy import Actor
from apps.interop import services
from apps.interop.models import ImportRun


def actor_of(school: School) -> Actor:
    return Actor(user_id=None, school_id=school.pk, today=date(2026, 11, 20), roles={"school_admin": None})


def csv_file(name: str, text: str, encoding: str = "utf-8") -> Any:
    return ContentFile(text.encode(encoding), name=name)


def zipped(files: Mapping[str, str | bytes], name: str = "roster.zip") -> Any:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(member, content)
    return ContentFile(out.getvalue(), name=name)


def checked(school: School, *uploads: Any, **options: Any) -> ImportRun:
    """The run after its dry run; a mapping that fits the guess is taken."""
    from apps.interop.services import mapping

    run = services.start_import(actor=actor_of(school), uploads=uploads, **options)
    if run.needs_mapping:
        plain = [part for part in run.outline if part["table"] == "plain" and part["name"] not in run.mapping]
        named = {part["name"]: mapping.guess(part["headers"], part["name"]) for part in plain}
        run = services.name_columns(actor=actor_of(school), run=run, named=named)
    return worked(run, run.plan_job_id)


def applied(school: School, *uploads: Any, **options: Any) -> ImportRun:
    run = checked(school, *uploads, **options)
    run = services.apply_run(actor=actor_of(school), run=run)
    return worked(run, run.apply_job_id)


def worked(run: ImportRun, job_id: Any) -> ImportRun:
    """The run after its job, which must have gone well."""
    jobs.run(job_id)
    assert Job.objects.get(pk=job_id).error_code == ""
    return ImportRun.objects.select_related("file").get(pk=run.pk)


def problems(run: ImportRun) -> list[tuple[str, int, str, str, str]]:
    rows = run.problems.order_by("file", "line", "column", "code")
    return [(row.file, row.line, row.column, row.code, row.value) for row in rows]


def codes(run: ImportRun) -> list[str]:
    return [row[3] for row in problems(run)]


def totals(run: ImportRun, action: str = "created") -> dict[str, int]:
    return {kind: counts[action] for kind, counts in run.summary["totals"].items() if counts.get(action)}


__all__ = ["SchoolFactory"]
