"""The two long steps of an import, each one transaction with the closing of its job: killed, it left
nothing.
"""

import uuid
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.jobs import job
from apps.interop import services
from apps.interop.models import ImportRun


@job("interop.plan_import", label=_("A roster file is checked"))
def plan_import(*, run_id: str) -> Mapping[str, Any]:
    run = _run(run_id)
    now = timezone.now()
    return services.plan_import(run=run, today=_today(run), now=now)


@job("interop.apply_import", label=_("A roster is brought in"))
def apply_import(*, run_id: str) -> Mapping[str, Any]:
    run = _run(run_id)
    now = timezone.now()
    return services.apply_import(run=run, today=_today(run), now=now)


def _run(run_id: str) -> ImportRun:
    """Locked, so that one run's steps never overlap."""
    rows = ImportRun.objects.select_for_update(of=("self",)).select_related("school", "file", "campus")
    return rows.get(pk=uuid.UUID(run_id))


def _today(run: ImportRun) -> Any:
    return timezone.localdate(timezone=ZoneInfo(run.school.time_zone))
