"""Letting results out: an item or a section, at once or at a time, and back in again."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, Section
from apps.core.errors import Conflict, DomainError
from apps.core.jobs import enqueue
from apps.core.policy import Actor
from apps.core.rows import of_school
from apps.gradebook.models import LineItem, ScoreStatus
from apps.gradebook.models.item import LineItemQuerySet


def release_line_item(*, actor: Actor, item: LineItem, at: datetime | None = None, now: datetime) -> LineItem:
    """Pupils and guardians see the results from `at` on, or at once, and are told then.

    What is typed into it later is seen as it is typed. A time that lies ahead may be set anew.
    """
    of_school(actor, item)
    if not _let_out(LineItem.objects.filter(pk=item.pk), item.section, at, now):
        raise Conflict("ALREADY_OUT", _("These results are out already. Take them back first."), "at")
    item.refresh_from_db()
    return item


def release_section(
    *,
    actor: Actor,
    section: Section,
    session: AcademicSession,
    at: datetime | None = None,
    now: datetime,
) -> int:
    """Let out what is marked in the section's term and is not out yet. Returns how many items."""
    of_school(actor, section)
    marked = LineItem.objects.filter(
        section=section, session=session, results__status=ScoreStatus.GRADED
    ).values("pk")
    return _let_out(LineItem.objects.filter(pk__in=marked), section, at, now)


def take_back_release(*, actor: Actor, item: LineItem) -> LineItem:
    """Families see the results no longer; who was told is not told otherwise."""
    of_school(actor, item)
    LineItem.objects.filter(pk=item.pk, release_at__isnull=False).update(
        release_at=None, version=F("version") + 1, updated_at=Now()
    )
    item.refresh_from_db()
    return item


@transaction.atomic
def _let_out(items: LineItemQuerySet, section: Section, at: datetime | None, now: datetime) -> int:
    """One moment for all of them is what makes them one release, told once."""
    if at is not None and at <= now:
        raise DomainError("IN_THE_PAST", _("Choose a time that lies ahead, or none for at once."), "at")
    pks = list(items.waiting().select_for_update().values_list("pk", flat=True))
    rows = LineItem.objects.filter(pk__in=pks)
    # At once is the moment of the database, whose clock decides what is out.
    count = rows.update(release_at=at or Now(), version=F("version") + 1, updated_at=Now())
    if moment := rows.values_list("release_at", flat=True).first():
        tell_later("gradebook.tell_released", section, moment, at)
    return count


def tell_later(job: str, section: Section, moment: datetime, at: datetime | None) -> None:
    """Hand the telling of what comes out at that moment to a job: at once, or when the time comes."""
    enqueue(
        job,
        school_id=section.school_id,
        run_after=at,
        section_id=section.pk,
        released_at=moment.isoformat(),
    )
