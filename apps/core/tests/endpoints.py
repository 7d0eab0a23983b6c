"""Endpoints of the API's base over real rows, for the tests: campuses and their roles."""

from typing import Any

from django.db import IntegrityError, OperationalError, connection
from django.urls import include, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Campus, RoleAssignment
from apps.core.api.errors import server_error
from apps.core.api.requests import validated_items
from apps.core.api.routers import Router
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.core.api.shapes import Expand
from apps.core.api.urls import urlpatterns as core_urls
from apps.core.api.viewsets import SchoolView, SchoolViewSet, accepted
from apps.core.errors import Conflict, Detail, DomainError, StaleVersion, Unavailable
from apps.core.models import Job


class RoleSerializer(RowSerializer):
    class Meta:
        model = RoleAssignment
        fields = ["id", "role"]


class CampusSerializer(RowSerializer):
    class Meta:
        model = Campus
        fields = ["id", "name", "code"]


class CampusInput(InputSerializer):
    name = serializers.CharField(max_length=200)
    code = serializers.SlugField(max_length=40)


class CampusViewSet(SchoolViewSet):
    model = Campus
    serializer_class = CampusSerializer
    input_class = CampusInput
    search_fields = ("name",)
    ordering_fields = ("name", "code")
    expandable = {"roles": Expand(RoleSerializer, many=True, source="role_assignments")}

    def perform_create(self, serializer: Any) -> Campus:
        data = {"school_id": self.actor.school_id, **serializer.validated_data}
        return Campus.objects.create(**data)

    def perform_update(self, serializer: Any) -> Campus:
        campus: Campus = serializer.instance
        Campus.objects.filter(pk=campus.pk).update(**serializer.validated_data)
        return campus


def _sleep_past_the_limit() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(1)")


FAULTS: dict[str, Any] = {
    "details": DomainError(
        "ROSTER", "Two faults.", details=[Detail("items.3.code", "unknown", "No such code.")]
    ),
    "field": DomainError("TOO_LATE", "Too late.", "due_at"),
    "conflict": Conflict("FULL", "The section is full."),
    "stale": StaleVersion(yours={"name": "a"}, theirs={"name": "b", "version": 4}),
    "unavailable": Unavailable("SMS_DOWN", "Try later."),
    "lost": OperationalError("server closed the connection"),
    "odd": IntegrityError("of no constraint we know"),
    "bug": RuntimeError("secret-of-the-house"),
}


class FaultView(SchoolView):
    schema = None

    def get(self, request: Request, fault: str) -> Response:
        if fault == "slow":
            _sleep_past_the_limit()
        raise FAULTS[fault]


class BulkView(SchoolView):
    schema = None

    def post(self, request: Request) -> Response:
        return Response([row["code"] for row in validated_items(request, CampusInput)])


class KeyedView(SchoolView):
    schema = None
    key_required = True

    def post(self, request: Request) -> Response:
        return Response({"done": True}, status=201)


class AcceptedView(SchoolView):
    schema = None

    def post(self, request: Request) -> Response:
        whose = {"school_id": self.actor.school_id, "owner_id": self.actor.user_id}
        job = Job.objects.create(task="core.test", **whose)
        return accepted(job)


class CostlyView(SchoolView):
    schema = None
    cost = "heavy"

    def get(self, request: Request) -> Response:
        return Response("done")


router = Router()
router.register("campuses", CampusViewSet, basename="campus")

_api = [
    *router.urls,
    path("faults/<str:fault>", FaultView.as_view()),
    path("bulk", BulkView.as_view()),
    path("keyed", KeyedView.as_view()),
    path("accepted", AcceptedView.as_view()),
    path("costly", CostlyView.as_view()),
    *core_urls,
]
urlpatterns = [path("api/v1/", include((_api, "api"), namespace="api"))]
handler500 = server_error
