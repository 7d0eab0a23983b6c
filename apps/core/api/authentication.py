"""Who asks, for the views that are not DRF's: a page's session, or the API's bearer token."""

from django.http import HttpRequest
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.core.errors import DomainError
from apps.core.policy import Actor
from apps.core.protections import stands


def signed_in_actor(request: HttpRequest) -> Actor:
    """The actor of the session, else of the `Authorization` header, else the anonymous one.

    Who still owes the second factor is nobody yet.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by ActorMiddleware
    if request.lacks_second_factor and stands("live.second_factor"):  # type: ignore[attr-defined]  # likewise
        return Actor.anonymous(actor.today)
    if actor.user_id is None and "Authorization" in request.headers:
        try:
            # Authenticating puts the token's actor on the request.
            _ = Request(request, authenticators=[one() for one in APIView.authentication_classes]).user
        except (APIException, DomainError):
            return actor
        actor = request.actor  # type: ignore[attr-defined]  # as above
    return actor
