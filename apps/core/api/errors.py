"""Every failure of the API as one envelope, made in one place."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.defaults import server_error as page_of_server_error
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import set_rollback

from apps.core.api.envelopes import envelope, request_id_of
from apps.core.errors import DomainError
from apps.core.integrity import refusal_of

RETRY_SECONDS: Final = 5
_CODES: Final[Mapping[type[exceptions.APIException], str]] = {
    exceptions.ParseError: "MALFORMED",
    exceptions.NotAuthenticated: "NOT_AUTHENTICATED",
    exceptions.AuthenticationFailed: "NOT_AUTHENTICATED",
    exceptions.PermissionDenied: "FORBIDDEN",
    exceptions.NotFound: "NOT_FOUND",
    exceptions.MethodNotAllowed: "METHOD_NOT_ALLOWED",
    exceptions.NotAcceptable: "NOT_ACCEPTABLE",
    exceptions.UnsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE",
    exceptions.Throttled: "TOO_MANY_REQUESTS",
}


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None means a fault of ours: it is logged and answered with 500."""
    answer = _answer(error, request_id_of(context.get("request")))
    if answer is not None:
        set_rollback()
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """The house's 500. The API's says nothing of the fault but the id under which the logs have it."""
    if not request.path.startswith("/api/"):
        return page_of_server_error(request)
    body = envelope(
        "SERVER_ERROR",
        _("Something went wrong on our side. Nothing was saved."),
        request_id=request_id_of(request),
    )
    return JsonResponse(body, status=500)


def _answer(error: Exception, request_id: str) -> Response | None:
    if isinstance(error, DatabaseError):
        refusal = refusal_of(error)
        return _refused(refusal, request_id) if refusal else None
    if isinstance(error, DomainError):
        return _refused(error, request_id)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, ModelValidationError):
        error = exceptions.ValidationError(as_serializer_error(error))
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error, request_id)
    return _from_rest(error, request_id) if isinstance(error, exceptions.APIException) else None


def _refused(refusal: DomainError, request_id: str) -> Response:
    details = [{"field": one.field, "code": one.code, "message": str(one.message)} for one in refusal.details]
    if refusal.field and not details:
        details = [{"field": refusal.field, "code": refusal.code, "message": str(refusal.message)}]
    more = {"values": refusal.values} if refusal.values else {}
    body = envelope(refusal.code, refusal.message, request_id=request_id, details=details, **more)
    headers = {"Retry-After": str(RETRY_SECONDS)} if refusal.status == 503 else None
    return Response(body, status=refusal.status, headers=headers)


def _invalid(error: exceptions.ValidationError, request_id: str) -> Response:
    details = list(_flat(error.get_full_details()))
    message = _("Some values are missing or do not fit; see the details.")
    return Response(envelope("VALIDATION_ERROR", message, request_id=request_id, details=details), status=422)


def _from_rest(error: exceptions.APIException, request_id: str) -> Response:
    code = _CODES.get(type(error), "ERROR")
    headers: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    body = envelope(code, error.detail, request_id=request_id)
    return Response(body, status=error.status_code, headers=headers)


def _flat(full: Any, field: str = "") -> Iterator[dict[str, str]]:
    """Nested faults as rows: `contacts.0.phone` names the place."""
    if isinstance(full, Mapping) and set(full) == {"message", "code"} and isinstance(full["code"], str):
        yield {"field": field, "code": full["code"], "message": str(full["message"])}
        return
    inner = full.items() if isinstance(full, Mapping) else enumerate(full)
    for key, value in inner:
        yield from _flat(value, _place(field, key, value))


def _place(field: str, key: object, value: Any) -> str:
    is_a_fault = isinstance(value, Mapping) and set(value) == {"message", "code"}
    if key == "non_field_errors" or (isinstance(key, int) and is_a_fault):
        return field
    return f"{field}.{key}" if field else str(key)
