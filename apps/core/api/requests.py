"""What a request says beside its body: which version it edits, and which request it repeats."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils import json

from apps.core.errors import DomainError
from apps.core.idempotency import Answer, hash_of, once
from apps.core.policy import Actor

BULK_MOST = 500
_LONGEST_VERSION = 9
# What an answer says beside its body: where the job is, and which version the row has now.
_KEPT_HEADERS = ("Location", "ETag")


def actor_of(request: Any) -> Actor:
    """Who asks; the authentication has put it on the request."""
    actor: Actor = request.actor
    return actor


def expected_version(request: Request) -> int:
    """The version the client has seen, from `If-Match` or the body's `version`; there has to be one."""
    given = request.headers.get("If-Match", "").removeprefix("W/").strip('"')
    if not given and isinstance(request.data, dict):
        given = str(request.data.get("version", ""))
    # Longer than any version, and than what int() takes.
    if not given.isdecimal() or len(given) > _LONGEST_VERSION:
        raise ValidationError({"version": [_("Say which version you edit.")]}, code="required")
    return int(given)


def validated_items(
    request: Request, item: type[BaseSerializer[Any]], **context: Any
) -> list[dict[str, Any]]:
    """The checked rows of `{"items": [...]}`; faults name their place (`items.3.code`)."""
    items = request.data.get("items") if isinstance(request.data, dict) else None
    if not isinstance(items, list) or not 0 < len(items) <= BULK_MOST:
        raise ValidationError({"items": [_("A list of 1 to %d entries.") % BULK_MOST]}, code="invalid")
    serializer = item(data=items, many=True, context=context)
    if not serializer.is_valid():
        raise ValidationError({"items": _by_row(serializer.errors)})
    rows: list[dict[str, Any]] = list(serializer.validated_data)
    return rows


def answered_once(request: Request, handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler, made to have one effect for each `Idempotency-Key` of the user."""
    key = request.headers["Idempotency-Key"]

    def work(*args: Any, **kwargs: Any) -> Answer:
        response = handler(request, *args, **kwargs)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        said = {name: response[name] for name in _KEPT_HEADERS if name in response}
        return Answer(response.status_code, _as_json(response.data), headers=said)

    def answer(_request: Request, *args: Any, **kwargs: Any) -> Response:
        said = once(actor_of(request), key, _body_hash(request), lambda: work(*args, **kwargs))
        headers = {**said.headers, **({"Idempotency-Replayed": "true"} if said.replayed else {})}
        return Response(said.data, status=said.status, headers=headers)

    return answer


def require_idempotency_key(request: Request) -> None:
    """For effects that must never double: money, submissions, messages."""
    if "Idempotency-Key" not in request.headers:
        raise DomainError("IDEMPOTENCY_KEY_REQUIRED", _("Send an Idempotency-Key header."), "Idempotency-Key")


def _as_json(data: Any) -> Any:
    """What the client will read: times, ids and amounts as their texts."""
    return json.loads(str(JSONRenderer().render(data), "utf-8") or "null")


def _by_row(errors: Any) -> dict[str, Any]:
    """DRF tells faults as a list with empty places or as a mapping by index."""
    rows = errors.items() if isinstance(errors, dict) else enumerate(errors)
    return {str(index): fault for index, fault in rows if fault}


def _body_hash(request: Request) -> str:
    data = request.data
    if hasattr(data, "lists"):
        data = {name: [_plain(value) for value in values] for name, values in data.lists()}
    return hash_of(request.method, request.get_full_path(), data)


def _plain(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name, digest.hexdigest()]
