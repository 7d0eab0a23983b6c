"""Hears of facts on the floor below that somebody waits for."""

import uuid
from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.signals import export_written
from apps.messaging.services import EXPORT_READY, Recipient, notify


@receiver(export_written)
def tell_of_export(school_id: uuid.UUID, owner_id: uuid.UUID, job_id: uuid.UUID | None, **_more: Any) -> None:
    """In the transaction that keeps the file, so that neither is there without the other."""
    notify(
        school_id=school_id,
        kind=EXPORT_READY.name,
        recipients=[Recipient(user_id=owner_id)],
        title=_("Your list is ready"),
        body=_("It was written to a file that only you can open. It is kept for three days."),
        url=reverse("core:job-detail", args=[job_id]) if job_id else "",
        dedupe=f"export:{job_id or uuid.uuid4()}",
        now=timezone.now(),
    )
