"""Inbox, bell and preferences: everybody their own."""

import uuid
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import Missing
from apps.core.policy import Actor
from apps.core.web.pages import Page
from apps.core.web.responses import go, say, show, show_form
from apps.messaging import kinds, selectors, services
from apps.messaging.models import Notification
from apps.messaging.web.forms import PreferencesForm

PER_PAGE: Final = 25
# Keys are in the order of their making.
UNREAD_FIRST: Final = Case(When(read_at__isnull=True, then=0), default=1)


@dataclass(frozen=True)
class Line:
    """A notification as the inbox shows it."""

    row: Notification
    icon: str


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What is unread first, then the newest."""
    rows = Notification.objects.permitted(_actor(request)).order_by(UNREAD_FIRST, "-id")
    unread_only = request.GET.get("show") == "unread"
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    page = Page(total=rows.count(), number=request.GET.get("page", ""), size="", sizes=(PER_PAGE,))
    context = {
        "lines": [Line(row, kinds.get(row.kind).icon) for row in rows[page.start : page.stop]],
        "page": page,
        "links": page.links(lambda number: f"?page={number}{'&show=unread' if unread_only else ''}"),
        "unread": selectors.unread_count(_actor(request)),
        "unread_only": unread_only,
        "path": request.get_full_path(),
    }
    return show(request, "messaging/inbox.html", "messaging/inbox.html#lines", context)


@login_required
@require_GET
def inbox_count(request: HttpRequest) -> HttpResponse:
    """The number at the bell; empty when everything is read."""
    count = selectors.unread_count(_actor(request))
    # Without the file's last line break, so that an empty count is an empty element.
    return HttpResponse(render_to_string("messaging/inbox_count.html", {"count": count}).strip())


@login_required
@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(actor=_actor(request), now=timezone.now())
    return go(request, "messaging:inbox")


@login_required
@require_GET
def notification_open(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """To where the notice leads; whoever opens it has read it."""
    row = _mine(request, pk)
    services.mark_read(actor=_actor(request), notification_ids=[pk], now=timezone.now())
    return go(request, row.url or "messaging:inbox")


@login_required
@require_POST
def notification_read(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    _mine(request, pk)
    services.mark_read(actor=_actor(request), notification_ids=[pk], now=timezone.now())
    return go(request, "messaging:inbox")


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    quiet = selectors.quiet_hours_of(actor)
    initial = {"quiet_from": quiet.quiet_from, "quiet_until": quiet.quiet_until} if quiet else {}
    form = PreferencesForm(request.POST or None, actor=actor, initial=initial)
    if form.is_valid() and form.call(services.set_preferences, actor=actor, **form.values) is not None:
        say(request, _("Saved. This is how you will be told."))
        return go(request, "messaging:preferences")
    context = {"cancel_url": reverse("messaging:inbox"), "submit_label": _("Save")}
    return show_form(request, "messaging/preferences_form.html", form, context)


def _mine(request: HttpRequest, pk: uuid.UUID) -> Notification:
    row = Notification.objects.permitted(_actor(request), "mark_read").filter(pk=pk).first()
    if row is None:
        raise Missing
    return row


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
