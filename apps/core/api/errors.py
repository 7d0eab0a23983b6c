"""Every failure of the API as one envelope."""
from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_handler


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    return rest_handler(exc, context)


def request_id_of(request: Any) -> str:
    return str(getattr(request, "request_id", ""))
