"""The jobs of reports."""

import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.jobs import job
from apps.reports import services
from apps.reports.services import notices


@job(notices.TELL, atomic=True, label=_("Families are told of documents"))
def tell_released(*, document_ids: list[str]) -> dict[str, int]:
    now = timezone.now()
    told = notices.tell_released(
        document_ids=[uuid.UUID(one) for one in document_ids], today=timezone.localdate(now), now=now
    )
    return {"told": told}


@job(services.PRINT_RUN, atomic=False, label=_("Documents are printed"))
def print_run(*, run_id: str) -> dict[str, int]:
    """Chunk by chunk, each in a transaction of its own; running again goes on with what is left."""
    drawn = services.work_off(run_id=uuid.UUID(run_id), today=timezone.localdate(), now=timezone.now())
    return {"drawn": drawn}
