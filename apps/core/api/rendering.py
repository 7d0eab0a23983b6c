"""The envelope every JSON answer wears."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from apps.core.api.envelopes import request_id_of


class EnvelopeRenderer(JSONRenderer):
    """`{"data": ..., "meta": ...}` around an answer; an error comes with its own `{"error": ...}`."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        context = dict(renderer_context or {})
        response = context.get("response")
        if response is None or response.status_code == 204:
            return b""
        if response.status_code < 400:
            data = {"data": data, "meta": self._meta(context, response)}
        return super().render(data, accepted_media_type, context)

    @staticmethod
    def _meta(context: Mapping[str, Any], response: Any) -> dict[str, Any]:
        return {
            "request_id": request_id_of(context.get("request")),
            "timestamp": timezone.now().isoformat(),
            **getattr(response, "page", {}),
        }
