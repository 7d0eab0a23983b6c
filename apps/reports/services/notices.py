"""Telling who waits: a run has ended, a paper is there for the family."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import FAMILY
from apps.accounts.models import Role
from apps.core.jobs import enqueue
from apps.gradebook.services.notices import families, may_still_be_told
from apps.messaging.kinds import IN_APP, Kind
from apps.messaging.models import Notification
from apps.messaging.services import Recipient, filled, notify
from apps.reports.access import FOR_FAMILIES
from apps.reports.models import IssuedDocument, ReportRun

TELL: Final = "reports.tell_released"
DOCUMENT_OUT: Final = "reports.document_out"
# As many papers are told of in one job.
_AT_ONCE: Final = 200

RUN_ENDED: Final = Kind(
    "reports.run_ended",
    _("Documents are printed"),
    (Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN, Role.REGISTRAR),
    channels=(IN_APP,),
    icon="printer",
)


def document_is_still_out(notification: Notification) -> bool:
    """Asked just before a notice goes out: the paper still counts, and who gets it may still see it."""
    key = notification.dedupe.rpartition(":")[2]
    document = IssuedDocument.objects.filter(FOR_FAMILIES, pk=key).first()
    return document is not None and may_still_be_told(notification, str(document.student_id))


KINDS: Final = (
    RUN_ENDED,
    Kind(
        DOCUMENT_OUT, _("A document of the school"), FAMILY, icon="file-text", still_due=document_is_still_out
    ),
)


def announce(documents: Sequence[IssuedDocument], *, at: datetime) -> None:
    """Have the families told once the papers are theirs to see; in the transaction that lets them out."""
    about = [one for one in documents if one.student_id is not None]
    for first in range(0, len(about), _AT_ONCE):
        ids = [str(one.pk) for one in about[first : first + _AT_ONCE]]
        enqueue(TELL, school_id=about[0].school_id, run_after=at, document_ids=ids)


def tell_released(*, document_ids: Sequence[uuid.UUID], today: date, now: datetime) -> int:
    """Tell families of papers that are out, not of those revoked or put off meanwhile. Returns how many."""
    rows = IssuedDocument.objects.filter(FOR_FAMILIES, pk__in=document_ids, student__isnull=False)
    documents = list(rows.select_related("student"))
    _announce_again(document_ids)
    people = families([one.student for one in documents if one.student], today)
    for one in documents:
        _tell_family(one, people[one.student_id] if one.student_id else [], now)
    return len(documents)


def _announce_again(document_ids: Sequence[uuid.UUID]) -> None:
    """Those that are to come out yet: the clock of a worker may be ahead of the database's."""
    early = IssuedDocument.objects.filter(pk__in=document_ids, revoked_at__isnull=True)
    for one in early.filter(release_at__gt=Now()):
        announce([one], at=one.release_at or one.issued_at)


def _tell_family(document: IssuedDocument, people: list[Recipient], now: datetime) -> None:
    said = {"name": document.student.given_name if document.student else ""}
    notify(
        school_id=document.school_id,
        kind=DOCUMENT_OUT,
        recipients=people,
        title=filled(_("A document for %(name)s is there"), said),
        body=filled(_("Open the documents of %(name)s to read or print it."), said),
        url=reverse("reports:document", args=[document.pk]),
        dedupe=f"{DOCUMENT_OUT}:{document.pk}",
        now=now,
    )


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
