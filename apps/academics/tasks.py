"""The jobs of this app."""

import uuid
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.academics.models import Rollover, Section
from apps.academics.services import INVITE, KINDS, fill_free_seats, invite_people, rollover, tell_invited
from apps.academics.services.seats import FILL
from apps.accounts.models import User
from apps.core.jobs import job


@job(FILL, label=_("Free seats are filled from the waiting list"))
def fill(*, section_id: str) -> dict[str, int]:
    section = Section.objects.select_related("session", "campus").filter(pk=section_id).first()
    if section is None:
        return {"moved": 0}
    return {"moved": len(fill_free_seats(section=section, today=timezone.localdate(), now=timezone.now()))}


@job(INVITE, label=_("Invitations are sent"))
def invite(*, owner: str, kind: str, ids: list[str]) -> dict[str, int]:
    """With the rights of who asked, as they are now."""
    now, today = timezone.now(), timezone.localdate()
    actor = User.objects.get(pk=owner).actor(today)
    people = KINDS[kind].objects.permitted(actor, "invite").filter(pk__in=ids).distinct()
    told = invite_people(actor=actor, people=people.select_related("user"), now=now, today=today)
    tell_invited(actor=actor, told=told, now=now)
    return {"invited": told.count, "refused": len(told.refused)}


@job(rollover.APPLY, label=_("Rolling the school year over"))
def apply_rollover(*, rollover_id: str) -> dict[str, int]:
    row = _rollover(rollover_id)
    return rollover.carry_out(rollover=row, today=_today(row), now=timezone.now())


@job(rollover.UNDO, label=_("Undoing a rollover"))
def undo_rollover(*, rollover_id: str) -> dict[str, int]:
    row = _rollover(rollover_id)
    return rollover.take_back_all(rollover=row, today=_today(row), now=timezone.now())


@job(rollover.TURN, label=_("The school year turns"))
def turn_rollover(*, rollover_id: str) -> dict[str, int]:
    """On the first day of the new year."""
    row = Rollover.objects.filter(pk=uuid.UUID(rollover_id)).first()
    return {} if row is None else rollover.turn(rollover=row, now=timezone.now())


def _rollover(rollover_id: str) -> Rollover:
    rows = Rollover.objects.select_related("school", "job__owner", "from_year", "to_year")
    return rows.get(pk=uuid.UUID(rollover_id))


def _today(row: Rollover) -> date:
    return timezone.localdate(timezone=ZoneInfo(row.school.time_zone))
