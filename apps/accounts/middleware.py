"""Puts the actor on the request: who asks, with which roles today."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from apps.accounts.models import User
from apps.core.policy import Actor

Handler = Callable[[HttpRequest], HttpResponse]
IMPERSONATOR_KEY = "impersonator_id"


class ActorMiddleware:
    """Roles are read on each request, so a change of role counts from the next one. Also sets the school's clock."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, SimpleLazyObject | User) and user.is_authenticated:
            with timezone.override(ZoneInfo(user.school.time_zone)):
                impersonator = request.session.get(IMPERSONATOR_KEY)
                request.actor = user.actor(timezone.localdate(), impersonator)  # type: ignore[attr-defined]
                return self.get_response(request)
        request.actor = Actor.anonymous(timezone.localdate())  # type: ignore[attr-defined]
        return self.get_response(request)
