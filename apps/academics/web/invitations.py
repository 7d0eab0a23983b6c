"""Inviting many at once, from the lists."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.academics import models, services
from apps.academics.web.fetch import actor_of
from apps.core.policy import active_on
from apps.core.web.responses import say


def invite_staff(request: HttpRequest, rows: Any) -> None:
    """Everybody chosen in the list who may be invited."""
    mine = models.StaffMember.objects.permitted(actor_of(request), "invite")
    _invite(request, mine.filter(pk__in=rows.values("pk")).select_related("campus", "user"))


def invite_families(request: HttpRequest, rows: Any) -> None:
    """The guardians of the pupils chosen in the list."""
    today = actor_of(request).today
    links = models.Guardianship.objects.permitted(actor_of(request)).filter(
        active_on(today), student__in=rows.values("pk"), may_contact=True
    )
    guardians = models.Guardian.objects.permitted(actor_of(request), "invite")
    _invite(request, guardians.filter(pk__in=links.values("guardian")).distinct().select_related("user"))


def _invite(request: HttpRequest, people: Iterable[Any]) -> None:
    actor = actor_of(request)
    told = services.invite_people(actor=actor, people=people, now=timezone.now(), today=actor.today)
    text = ngettext("%d invitation is on its way.", "%d invitations are on their way.", told.count)
    say(request, text % told.count)
    if told.refused:
        names = ", ".join(told.refused[:5]) + (" …" if len(told.refused) > 5 else "")
        say(request, _("Not invited, see their pages: %s") % names, level=messages.WARNING)
