"""Long work of the timetable."""

import uuid
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Campus, User
from apps.core import schedules
from apps.core.jobs import job
from apps.timetable import services


@job("timetable.lay_out", atomic=True, label=_("The weekly plan is laid out"))
def lay_out(*, campus_id: str, user_id: str, begin: str, end: str) -> dict[str, Any]:
    """Lay the weekly plan of a campus out into lessons; running twice makes none twice."""
    campus = Campus.objects.get(pk=campus_id)
    actor = User.objects.get(pk=uuid.UUID(user_id)).actor(timezone.localdate())
    done = services.lay_out(
        actor=actor,
        campus=campus,
        begin=date.fromisoformat(begin),
        end=date.fromisoformat(end),
        now=timezone.now(),
    )
    return {"created": done.created, "present": done.present, "closed_days": done.closed_days}


@job("timetable.sweep_uploads", label=_("Unused files of dry runs are removed"))
def sweep_uploads() -> dict[str, Any]:
    """Files of dry runs that nobody applied go within the hour."""
    return {"files": services.sweep_kept_uploads(now=timezone.now())}


schedules.every("timetable.sweep_uploads", minutes=30)
