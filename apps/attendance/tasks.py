"""The jobs of attendance."""

import uuid
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.attendance import services
from apps.core import schedules
from apps.core.jobs import job


@job("attendance.tell_guardians", label=_("Guardians are told of an absence"))
def tell_guardians(*, register_id: str) -> dict[str, int]:
    """Tell the guardians of pupils a register misses; told once a pupil and day, however often this runs."""
    pupils = services.tell_guardians(
        register_id=uuid.UUID(register_id), today=timezone.localdate(), now=timezone.now()
    )
    return {"pupils": pupils}


@job("attendance.tell_correction", label=_("Guardians are told of a correction"))
def tell_correction(*, student_ids: list[str], day: str) -> dict[str, int]:
    """Tell guardians that the pupil was there after all, if they had been told otherwise."""
    pupils = services.tell_correction(
        student_ids=student_ids, day=date.fromisoformat(day), today=timezone.localdate(), now=timezone.now()
    )
    return {"pupils": pupils}


@job("attendance.chase_registers", label=_("Missing registers are asked for"))
def chase_registers() -> dict[str, int]:
    """Every ten minutes: remind teachers of registers that are due."""
    return {"reminded": services.chase_registers(now=timezone.now())}


schedules.every("attendance.chase_registers", minutes=10)
