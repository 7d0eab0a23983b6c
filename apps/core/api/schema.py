"""The OpenAPI document as the API really answers: envelopes, faults, and the headers a client may send."""

from typing import Any, Final, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from apps.core.api.envelopes import ERROR, META

_READ_FAULTS: Final = {
    "401": "Nobody is signed in.",
    "403": "The role never holds this verb.",
    "404": "Missing, or out of reach.",
    "429": "Too many requests; Retry-After says when.",
    "503": "Busy; Retry-After says when.",
}
_WRITE_FAULTS: Final = {
    **_READ_FAULTS,
    "400": "The body is malformed.",
    "409": "The state has moved on: stale version, duplicate, overlap, full.",
    "422": "Values are missing or do not fit; `details` names them.",
}


class EnvelopeSchema(AutoSchema):
    """Shows each answer in its envelope and each fault as the error envelope."""

    def get_tags(self) -> list[str]:
        """By noun, the first word of the path."""
        first: list[str] = [part for part in self._tokenize_path() if not part.startswith("{")]
        return first[:1] or ["api"]

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        view: Any = self.view
        if self.method == "POST":
            required = bool(getattr(view, "key_required", False))
            parameters.append(_header("Idempotency-Key", "Repeats with one key have one effect.", required))
        if self.method == "PATCH":
            parameters.append(_header("If-Match", "The version you have seen, where the row has one.", False))
        if self.method == "GET" and hasattr(view, "get_output"):
            parameters.append(_query("fields", "Only these fields, separated by commas."))
            if view.expandable:
                offered = ", ".join(view.expandable)
                parameters.append(_query("expand", f"In full, separated by commas: {offered}."))
        return parameters

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        fault = self._component("Error", ERROR)
        faults = _READ_FAULTS if self.method == "GET" else _WRITE_FAULTS
        for code, description in faults.items():
            content = {"application/json": {"schema": fault}}
            bodies.setdefault(code, {"content": content, "description": description})
        return bodies

    def _get_response_for_code(self, serializer: Any, status_code: str, *args: Any, **kwargs: Any) -> Any:
        plain: Any = super()._get_response_for_code
        response = plain(serializer, status_code, *args, **kwargs)
        media = response.get("content", {}).get("application/json")
        if media and status_code.startswith("2"):
            media["schema"] = self._enveloped(media["schema"])
        return response

    def _enveloped(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The paginators have made theirs already, with the page's numbers."""
        if "/Paginated" in schema.get("$ref", ""):
            return schema
        meta = self._component("Meta", META)
        return {"type": "object", "required": ["data", "meta"], "properties": {"data": schema, "meta": meta}}

    def _component(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        component = ResolvedComponent(
            name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=f"envelope:{name}"
        )
        self.registry.register_on_missing(component)
        ref: dict[str, Any] = component.ref
        return ref


class PageSessionScheme(OpenApiAuthenticationExtension):
    """Pages of the same origin call the API with their session cookie and CSRF token."""

    target_class = "rest_framework.authentication.SessionAuthentication"
    match_subclasses = True
    name = "pageSession"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def _header(name: str, description: str, required: bool) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=required, description=description)


def _query(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.QUERY, description=description)
