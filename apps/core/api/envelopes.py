"""The two envelopes of the API, as bodies and as schemas. No views here: their parts import this."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_TEXT: Final = {"type": "string"}
META: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["request_id", "timestamp"],
    "properties": {"request_id": _TEXT, "timestamp": {"type": "string", "format": "date-time"}},
}
_DETAIL: Final = {
    "type": "object",
    "required": ["field", "code", "message"],
    "properties": {"field": _TEXT, "code": _TEXT, "message": _TEXT},
}
ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details", "request_id"],
            "properties": {
                "code": _TEXT,
                "message": _TEXT,
                "details": {"type": "array", "items": _DETAIL},
                "request_id": _TEXT,
                "values": {"type": "object", "description": "On a stale version: `yours` and `theirs`."},
            },
        }
    },
}


def envelope(
    code: str, message: object, *, request_id: str, details: Sequence[Mapping[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    error = {"code": code, "message": str(message), "details": list(details), "request_id": request_id}
    return {"error": {**error, **more}}


def request_id_of(request: Any) -> str:
    return str(getattr(request, "id", ""))
