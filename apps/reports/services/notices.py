"""Telling who waits: a run has ended, a paper is there for the family."""

from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.messaging.kinds import IN_APP, Kind
from apps.messaging.services import Recipient, notify
from apps.reports.models import ReportRun

RUN_ENDED: Final = Kind(
    "reports.run_ended",
    _("Documents are printed"),
    (Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN, Role.REGISTRAR),
    channels=(IN_APP,),
    icon="printer",
)
KINDS: Final = (RUN_ENDED,)


def tell_of_run(run: ReportRun, *, now: datetime) -> None:
    """In the transaction that ends the run."""
    if run.started_by_id is None:
        return
    failed = run.entries.filter(state="failed").exists()
    body: Any = _("Some could not be printed; the page says why.") if failed else _("All of them are there.")
    job = run.job_id or run.pk
    notify(
        school_id=run.school_id,
        kind=RUN_ENDED.name,
        recipients=[Recipient(user_id=run.started_by_id)],
        title=_("Documents are printed"),
        body=body,
        url=reverse("reports:run", args=[run.pk]),
        dedupe=f"reports.run:{run.pk}:{job}",
        now=now,
    )
