"""How the API learns who asks: a bearer token of a live session, or the page's own session."""

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import JWTTokenAuthentication
from apps.accounts.models import User
from apps.core.audit import acting
from django.utils import timezone
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class TokenAuthentication(JWTTokenAuthentication):  # type: ignore[misc]  # allauth ships no types
    """Puts the token's owner on the request as the actor, like the page middleware does."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        found: tuple[User, Any] | None = super().authenticate(request)
        if found is not None:
            request._request.actor = found[0].actor(timezone.localdate())  # type: ignore[attr-defined]
            acting(request._request.actor)  # type: ignore[attr-defined]
        return found


class PageSessionAuthentication(SessionAuthentication):
    """Same-origin pages call the API with their session and CSRF token."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
