"""Who asks: the login behind a session, a bearer token of a live session, or the page's own session."""

from functools import partial
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.headless.contrib.rest_framework.authentication import JWTTokenAuthentication
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from apps.accounts import selectors, services
from apps.accounts.models import User
from apps.accounts.services.sign_in import proved_at, session_key_of
from apps.core.audit import acting
from apps.core.errors import DomainError


class SecondFactorNeeded(DomainError):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "SECOND_FACTOR_NEEDED",
            _("Your campus asks its staff for a second factor. Sign in on the web once to set it up."),
        )


class SchoolBackend(AuthenticationBackend):
    """Fetches the school with the login, since every request asks for both."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        self._did_check_password = True
        return services.identify(email=email, password=password)

    def get_user(self, user_id: Any) -> User | None:
        user: User | None = User.objects.select_related("school").filter(pk=user_id, is_active=True).first()
        return user


class TokenAuthentication(JWTTokenAuthentication):
    """Puts the token's owner on the request as the actor, like the page middleware does."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        found: tuple[User, Any] | None = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        timezone.activate(user.school.zone)
        translation.activate(user.preferred_language)
        standing = selectors.standing(user, today=timezone.localdate())
        if standing.lacks_second_factor:
            raise SecondFactorNeeded
        request._request.actor = standing.actor  # type: ignore[attr-defined]  # read by every view
        request._request.proved_at = partial(_proved_at, *found)  # type: ignore[attr-defined]  # see core.proof
        # Adds to the context AuditMiddleware has opened.
        acting(standing.actor)
        return found


def _proved_at(user: User, token: dict[str, Any]) -> float:
    """Read when it is asked for, which is rarely: from the session the token hangs on."""
    key = session_key_of(token)
    return proved_at(services.session_behind(key), user) if key else 0


class PageSessionAuthentication(SessionAuthentication):
    """Same-origin pages call the API with their session and CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found: tuple[Any, None] | None = super().authenticate(request)
        if found is not None and getattr(request._request, "lacks_second_factor", False):
            raise SecondFactorNeeded
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
