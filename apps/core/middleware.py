"""What every request carries: an id, an actor in the audit trail, and privacy on the way out."""

import re
import uuid
from collections.abc import Callable

import structlog
from django.contrib.auth.views import redirect_to_login
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_structlog.middlewares import RequestMiddleware

from apps.core.audit import acting
from apps.core.errors import DomainError
from apps.core.integrity import refusal_of
from apps.core.policy import Actor
from apps.core.proof import ProofNeeded

Handler = Callable[[HttpRequest], HttpResponse]
_SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_READ_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestIdMiddleware:
    """Takes a well-formed `X-Request-Id` or makes one, and answers with it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request.id = given if _SAFE_ID.fullmatch(given) else str(uuid.uuid4())  # type: ignore[attr-defined]  # ours
        # Where django-structlog looks for it (headers are read from here on first use).
        request.META["HTTP_X_REQUEST_ID"] = request.id  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


class RequestLogMiddleware(RequestMiddleware):
    """One line a request, except for machines that ask every few seconds whether we live and are told yes."""

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        if request.path in _PROBES and response.status_code < 400:
            structlog.contextvars.clear_contextvars()
            return
        super().handle_response(request, response)


class AuditMiddleware:
    """Names the actor and the request for the triggers that write the audit trail."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in _READ_ONLY:
            return self.get_response(request)
        actor: Actor | None = getattr(request, "actor", None)
        request_id: str = getattr(request, "id", "")
        structlog.contextvars.bind_contextvars(request_id=request_id)
        with acting(actor, request_id=request_id):
            return self.get_response(request)


class PrivateResponseMiddleware:
    """Pages of somebody who signed in are never kept by a cache in between."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        actor: Actor | None = getattr(request, "actor", None)
        if actor is not None and actor.user_id is not None:
            response["Cache-Control"] = "private, no-store"
        return response


class ErrorPageMiddleware:
    """A rule's refusal as a page that says what happened and what to do next: to a stranger, sign in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DatabaseError):
            error = refusal_of(error) or error
        if not isinstance(error, DomainError) or isinstance(error, ProofNeeded):
            return None
        actor: Actor | None = getattr(request, "actor", None)
        if error.status == 403 and actor is not None and actor.user_id is None:
            return redirect_to_login(request.get_full_path())
        template = f"{error.status if error.status in {403, 404, 409, 503} else 409}.html"
        return render(request, template, {"error": error}, status=error.status)
