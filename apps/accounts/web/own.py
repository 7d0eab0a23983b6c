"""One's own pages: profile, the invitation's answer, and who looked in."""

import uuid
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts import selectors, services
from apps.accounts.models import Impersonation, RoleAssignment, User
from apps.accounts.services.sign_in import IMPERSONATION_KEY
from apps.accounts.web.forms import ImpersonationForm, LanguageForm, PasswordForm, PersonForm
from apps.accounts.web.tables import role_text
from apps.core.errors import Missing
from apps.core.policy import Actor, permitted_or_missing
from apps.core.proof import require_proof
from apps.core.web.responses import go, say, show_form


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    user = cast("User", request.user)
    form = PersonForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if (
        form.is_valid()
        and form.call(services.change_user, actor=actor, user=user, today=actor.today, **form.cleaned_data)
        is not None
    ):
        say(request, _("Saved."))
        return go(request, "accounts:profile")
    roles = RoleAssignment.objects.permitted(actor).filter(user=user).active_on(actor.today)
    context = {
        "roles": [role_text(role) for role in roles.select_related("campus")],
        "has_second_factor": selectors.has_second_factor(user),
        "visits": Impersonation.objects.permitted(actor)
        .filter(user=user)
        .select_related("impersonator")[:10],
    }
    return show_form(request, "accounts/profile.html", form, context)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Kept with the login, and on the device for the pages before signing in."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        raise Missing
    actor = _actor(request)
    if actor.user_id is not None and actor.impersonator_id is None:
        services.change_user(
            actor=actor, user=cast("User", request.user), today=actor.today, **form.cleaned_data
        )
    response = go(request, _own_address(request, request.POST.get("next", "")))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        form.cleaned_data["language"],
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@login_required
@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one of one's own devices out, with every token on it."""
    actor = _actor(request)
    session = selectors.devices(cast("User", request.user)).filter(pk=pk).first()
    if session is None or actor.impersonator_id is not None:
        raise Missing
    services.end_session(session.session_key)
    say(request, _("This device is signed out."))
    return go(request, "usersessions_list")


@never_cache
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Opened from the mail, by somebody who has no password yet."""
    user = services.invited_user(key)
    if user is None:
        return render(request, "accounts/invitation_dead.html", status=410)
    form = PasswordForm(request.POST or None)
    if (
        form.is_valid()
        and form.call(services.accept_invitation, key=key, password=form.cleaned_data["password"]) is not None
    ):
        say(request, _("Your password is set. Sign in with it now."))
        return go(request, "account_login")
    return show_form(request, "accounts/invitation.html", form, {"person": user})


@login_required
def impersonation_begin(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Only after the password or the second factor was given a moment ago."""
    actor = _actor(request)
    user = permitted_or_missing(User.objects.all(), actor, "impersonate", pk=pk)
    require_proof(request, timezone.now())
    form = ImpersonationForm(request.POST or None)
    if form.is_valid():
        row = form.call(
            services.begin_impersonation,
            actor=actor,
            user=user,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
        if row is not None:
            request.session.cycle_key()
            request.session[IMPERSONATION_KEY] = str(row.pk)
            return go(request, "/")
    context = {
        "title": _("See Schools24 as {name}").format(name=user.name),
        "submit_label": _("Begin"),
        "cancel_url": reverse("accounts:user-detail", args=[user.pk]),
    }
    return show_form(request, "components/form_page.html", form, context)


@login_required
@require_POST
def impersonation_end(request: HttpRequest) -> HttpResponse:
    row: Impersonation | None = getattr(request, "impersonation", None)
    if row is None:
        raise Missing
    services.end_impersonation(impersonation=row, now=timezone.now())
    del request.session[IMPERSONATION_KEY]
    request.session.cycle_key()
    say(request, _("You are yourself again."))
    return go(request, "accounts:user-detail", row.user_id)


def _own_address(request: HttpRequest, url: str) -> str:
    """Back to the page one came from, but never to another site."""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else "/"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
