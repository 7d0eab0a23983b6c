"""Inviting many at once, from the lists: a few at once, a whole school by a worker."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.academics import models, services
from apps.academics.web.fetch import actor_of
from apps.core.policy import active_on
from apps.core.proof import require_proof
from apps.core.web.responses import say

AT_ONCE: Final = 30


def invite_staff(request: HttpRequest, rows: Any) -> None:
    """Everybody chosen who may be invited."""
    mine = models.StaffMember.objects.permitted(actor_of(request), "invite")
    _invite(request, "staff", mine.filter(pk__in=rows.values("pk")))


def invite_families(request: HttpRequest, rows: Any) -> None:
    """The guardians of the pupils chosen, where they may be told anything."""
    actor = actor_of(request)
    links = models.Guardianship.objects.permitted(actor).filter(
        active_on(actor.today), student__in=rows.values("pk"), may_contact=True
    )
    mine = models.Guardian.objects.permitted(actor, "invite")
    _invite(request, "guardian", mine.filter(pk__in=links.values("guardian")).distinct())


def _invite(request: HttpRequest, kind: str, people: Any) -> None:
    if kind == "staff":
        require_proof(request, timezone.now())  # it gives roles among the staff
    actor = actor_of(request)
    ids = list(people.values_list("pk", flat=True))
    if len(ids) > AT_ONCE:
        services.invite_later(actor=actor, kind=kind, ids=ids)
        say(request, _("%d people are being invited; you are told when it is done.") % len(ids))
        return
    told = services.invite_people(
        actor=actor, people=people.select_related("user"), now=timezone.now(), today=actor.today
    )
    text = ngettext("%d invitation is on its way.", "%d invitations are on their way.", told.count)
    say(request, text % told.count)
    if told.refused:
        names = ", ".join(told.refused[:5]) + (" …" if len(told.refused) > 5 else "")
        say(request, _("Not invited, see their pages: %s") % names, level=messages.WARNING)
