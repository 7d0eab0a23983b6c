"""Puts the actor on the request: who asks, with which roles today, in whose stead."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, get_user, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from apps.accounts import selectors
from apps.accounts.access import STAFF, Role
from apps.accounts.models import Impersonation, User
from apps.accounts.services.sign_in import IMPERSONATION_KEY, SEEN_KEY, proved_at
from apps.core.policy import Actor
from apps.core.proof import ProofNeeded
from apps.core.web.responses import go, say

Handler = Callable[[HttpRequest], HttpResponse]
IDLE_STAFF: Final = timedelta(minutes=30)
IDLE_OTHERS: Final = timedelta(hours=12)
TOUCH_EVERY: Final = timedelta(minutes=1)
# What somebody without the second factor their campus asks for may still open.
_SETTING_UP: Final = frozenset({"account_logout", "account_reauthenticate", "account_change_password"})


class ActorMiddleware:
    """Roles are read on each request, so a change counts from the next one. Sets the school's clock."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Whatever a view or a token activates inside ends with the request.
        with timezone.override(None):
            request.lacks_second_factor = False  # type: ignore[attr-defined]  # read by the API's authentication
            request.actor = _actor(request)  # type: ignore[attr-defined]  # read by everything
            request.proved_at = partial(_proved_at, request)  # type: ignore[attr-defined]  # see core.proof
            request.anew = partial(_anew, request)  # type: ignore[attr-defined]  # read by streams
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = getattr(request.resolver_match, "url_name", "") or ""
        if _lacks_second_factor(request) and not _is_api(request) and not _may_set_up(name):
            return redirect("mfa_index")
        is_own_business = view.__module__.startswith("allauth.") and name != "account_logout"
        if is_own_business and request.actor.impersonator_id:  # type: ignore[attr-defined]  # see __call__
            # Passwords, second factors and sessions are nobody's but the person's own.
            raise PermissionDenied
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Who has to prove again who they are is asked for it, and led back."""
        if not isinstance(error, ProofNeeded):
            return None
        methods = get_adapter().get_reauthentication_methods(request.user)
        if not methods or request.actor.impersonator_id:  # type: ignore[attr-defined]  # see __call__
            return render(request, "403.html", {"error": error}, status=error.status)
        if request.method == "POST" or error.back:
            say(request, _("Say first that it is you, then ask once more."), level=messages.INFO)
        back = urlencode({REDIRECT_FIELD_NAME: error.back or request.get_full_path()})
        return go(request, f"{methods[0]['url']}?{back}")


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    if not user.is_authenticated:
        return Actor.anonymous(timezone.localdate())
    timezone.activate(user.school.zone)
    translation.activate(_language(request, user))
    now = timezone.now()
    actor = _actor_of_session(request, user, now)
    if actor is None:
        logout(request)
        return Actor.anonymous(timezone.localdate())
    _touch(request, now)
    return actor


def _actor_of_session(request: HttpRequest, user: User, now: datetime) -> Actor | None:
    """None when the session was left alone for too long."""
    standing = selectors.standing(user, today=timezone.localdate())
    if _is_idle(request, standing, now):
        return None
    request.lacks_second_factor = standing.lacks_second_factor  # type: ignore[attr-defined]  # see __call__
    return _seen_as(request, standing.actor, now) or standing.actor


def _anew(request: HttpRequest) -> HttpRequest:
    """The same asker, looked up again: for an answer that stays open longer than a right may.

    It is no use of the session, so a page left open keeps nobody signed in.
    """
    again: Any = HttpRequest()
    again.META, again.COOKIES = request.META, request.COOKIES
    again.session = type(request.session)(request.session.session_key)
    again.user = get_user(again)
    again.lacks_second_factor = False
    actor = None
    if again.user.is_authenticated:
        with timezone.override(again.user.school.zone):
            actor = _actor_of_session(again, again.user, timezone.now())
    again.actor = actor or Actor.anonymous(timezone.localdate())
    return again  # type: ignore[no-any-return]  # see its first line


def _proved_at(request: HttpRequest) -> float:
    user = request.user
    return proved_at(request.session, user) if user.is_authenticated else 0


def _language(request: HttpRequest, user: User) -> str:
    """A choice, of the person or on this device, comes before the school's custom."""
    on_device = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if not user.language and on_device in dict(settings.LANGUAGES):
        return on_device
    return user.preferred_language


def _is_idle(request: HttpRequest, standing: selectors.Standing, now: datetime) -> bool:
    seen = request.session.get(SEEN_KEY)
    if seen is None:
        return False
    is_staff = standing.lacks_second_factor or standing.actor.has(*STAFF)
    longest = IDLE_STAFF if is_staff else IDLE_OTHERS
    return now.timestamp() - float(seen) > longest.total_seconds()


def _touch(request: HttpRequest, now: datetime) -> None:
    """Note once a minute that the session is in use."""
    seen = request.session.get(SEEN_KEY)
    if seen is None or now.timestamp() - seen > TOUCH_EVERY.total_seconds():
        request.session[SEEN_KEY] = now.timestamp()
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)


def _seen_as(request: HttpRequest, own: Actor, now: datetime) -> Actor | None:
    """The actor of the person an administrator looks in on, while that is allowed."""
    number = request.session.get(IMPERSONATION_KEY)
    if number is None:
        return None
    row = Impersonation.objects.select_related("user__school").filter(pk=number).first()
    if row is None or not row.is_running(now) or not row.user.is_active or not own.has(Role.SCHOOL_ADMIN):
        del request.session[IMPERSONATION_KEY]
        return None
    user: User = row.user
    request.user = user
    request.impersonation = row  # type: ignore[attr-defined]  # read by the view that ends it
    return user.actor(timezone.localdate(), own.user_id)


def _lacks_second_factor(request: HttpRequest) -> bool:
    lacks: bool = request.lacks_second_factor  # type: ignore[attr-defined]  # see __call__
    return lacks


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _may_set_up(name: str) -> bool:
    return name in _SETTING_UP or name.startswith("mfa_")
