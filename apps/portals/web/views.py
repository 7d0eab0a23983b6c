"""The first page of everybody, search and help."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.accounts.access import Role
from apps.accounts.models import User
from apps.core.policy import Actor
from apps.core.web import today
from apps.core.web.search import palette

# Whoever has lessons to give sees them first.
ROLE_ORDER: Final = (
    Role.TEACHER,
    Role.GUARDIAN,
    Role.STUDENT,
    Role.SCHOOL_ADMIN,
    Role.CAMPUS_ADMIN,
    Role.REGISTRAR,
    Role.ACCOUNTANT,
)

search = login_required(palette)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Today for who is signed in, the landing page for everybody else."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    if actor.user_id is None:
        return render(request, "portals/landing.html")
    groups = today.by_role(request, ROLE_ORDER)
    user: User = request.user  # type: ignore[assignment]  # signed in, as the actor says
    context = {
        "groups": [(Role(role).label, cards) for role, cards in groups.items()],
        "several": len(groups) > 1,
        "greeting": _greeting(timezone.localtime().hour) % user.get_short_name(),
        "today": actor.today,
    }
    return render(request, "portals/today.html", context)


@login_required
@require_GET
def today_card(request: HttpRequest, key: str) -> HttpResponse:
    """One card again, after something changed. A card with nothing left to say leaves its place empty."""
    found = today.card(request, key)
    if found is None:
        return HttpResponse()
    return render(request, "components/today_card.html", {"card": found})


@login_required
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Short answers for the roles of whoever asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return render(request, "portals/help.html", {"roles": {str(role) for role in actor.roles}})


def _greeting(hour: int) -> str:
    if hour < 12:
        return _("Good morning, %s")
    return _("Good afternoon, %s") if hour < 17 else _("Good evening, %s")
