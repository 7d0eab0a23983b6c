"""The contract for people and machines: the OpenAPI document and its readable pages."""

from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class SchemaView(SpectacularAPIView):
    """The whole contract; it holds nothing about anybody, so nobody has to sign in."""

    authentication_classes = []


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own origin; its start-up script comes as a file: inline ones are refused."""

    url_name = "api:schema"
    template_name = "core/api_docs.html"
    authentication_classes = []


class NothingHereView(APIView):
    """An address of no endpoint, answered in the envelope like everything else here."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.http_method_names = [request.method.lower()]
        setattr(self, request.method.lower(), self.nothing)
        return super().dispatch(request, *args, **kwargs)

    def nothing(self, request: Request, **kwargs: Any) -> Response:
        raise exceptions.NotFound
