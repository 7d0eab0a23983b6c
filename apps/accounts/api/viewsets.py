"""Endpoints of schools, campuses, features, users and roles."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import services
from apps.accounts.api import serializers
from apps.accounts.api.filters import CampusFilter, RoleAssignmentFilter, UserFilter
from apps.accounts.models import DEFAULT_FEATURES, Campus, Feature, Role, RoleAssignment, School, User
from apps.core.api.viewsets import Creating, Removing, SchoolView, Updating
from apps.core.policy import permitted_or_missing
from apps.core.proof import require_proof


class MySchoolView(SchoolView):
    """The actor's own school; there is no list of schools."""

    @extend_schema(responses=serializers.SchoolSerializer)
    def get(self, request: Request) -> Response:
        return self._answer(permitted_or_missing(School.objects.all(), self.actor))

    @extend_schema(request=serializers.SchoolInput, responses=serializers.SchoolSerializer)
    def patch(self, request: Request) -> Response:
        school = permitted_or_missing(School.objects.all(), self.actor, "change")
        serializer = serializers.SchoolInput(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return self._answer(services.change_school(school=school, **serializer.validated_data))

    @staticmethod
    def _answer(school: School) -> Response:
        return Response(serializers.SchoolSerializer(school).data)


class FeatureView(SchoolView):
    """The switches a campus has, with what they are when nobody touched them."""

    @extend_schema(responses={200: list[dict[str, str]]})
    def get(self, request: Request) -> Response:
        return Response(
            [
                {"name": name, "label": str(label), "default": DEFAULT_FEATURES.get(name, False)}
                for name, label in Feature.choices
            ]
        )


class CampusViewSet(Creating, Updating):
    model = Campus
    serializer_class = serializers.CampusSerializer
    input_class = serializers.CampusInput
    filterset_class = CampusFilter
    search_fields = ("name", "code")
    ordering_fields = ("name", "code")
    ordering = ("name",)
    verbs = {"features": "switch_features"}

    def perform_create(self, serializer: Any) -> Campus:
        school = permitted_or_missing(School.objects.all(), self.actor, "change")
        return services.add_campus(school=school, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> Campus:
        return services.change_campus(campus=serializer.instance, **serializer.validated_data)

    @extend_schema(request=serializers.FeaturesInput, responses=serializers.CampusSerializer)
    @action(detail=True, methods=["patch"])
    def features(self, request: Request, **kwargs: Any) -> Response:
        serializer = serializers.FeaturesInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        return self.answer(services.switch_features(campus=self.get_object(), **serializer.validated_data))


class UserViewSet(Creating, Updating):
    """Creating invites by mail."""

    model = User
    serializer_class = serializers.UserSerializer
    input_class = serializers.UserInput
    filterset_class = UserFilter
    search_fields = ("name", "email")
    ordering_fields = ("name", "email", "last_login", "created_at")
    ordering = ("name",)
    verbs = {"suspend": "suspend", "reactivate": "suspend", "invite": "change", "revoke_invitation": "change"}

    def shape(self, rows: Any) -> Any:
        return rows.distinct()

    def get_serializer_class(self) -> Any:
        return serializers.UserChange if self.action == "partial_update" else super().get_serializer_class()

    def perform_create(self, serializer: Any) -> User:
        require_proof(self.request._request, timezone.now())
        data = dict(serializer.validated_data)
        grants = [services.Grant(Role(one["role"]), self._campus(one["campus"])) for one in data.pop("roles")]
        return services.invite_user(
            actor=self.actor,
            school=permitted_or_missing(School.objects.all(), self.actor),
            roles=grants,
            now=timezone.now(),
            today=self.actor.today,
            **data,
        )

    def perform_update(self, serializer: Any) -> User:
        return services.change_user(
            actor=self.actor, user=serializer.instance, today=self.actor.today, **serializer.validated_data
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, **kwargs: Any) -> Response:
        user = services.suspend_user(actor=self.actor, user=self.get_object(), today=self.actor.today)
        return self.answer(user)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, **kwargs: Any) -> Response:
        user = services.reactivate_user(actor=self.actor, user=self.get_object(), today=self.actor.today)
        return self.answer(user)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def invite(self, request: Request, **kwargs: Any) -> Response:
        user = services.send_invitation(
            actor=self.actor, user=self.get_object(), now=timezone.now(), today=self.actor.today
        )
        return self.answer(user)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="revoke-invitation")
    def revoke_invitation(self, request: Request, **kwargs: Any) -> Response:
        user = services.revoke_invitation(actor=self.actor, user=self.get_object(), today=self.actor.today)
        return self.answer(user)

    def _campus(self, pk: Any) -> Campus | None:
        return permitted_or_missing(Campus.objects.all(), self.actor, pk=pk) if pk else None


class RoleAssignmentViewSet(Creating, Removing):
    """DELETE ends a role today; `end` on another day."""

    model = RoleAssignment
    serializer_class = serializers.RoleAssignmentSerializer
    input_class = serializers.RoleInput
    filterset_class = RoleAssignmentFilter
    ordering_fields = ("begin_date", "role")
    ordering = ("-begin_date",)
    verbs = {"destroy": "end", "end": "end"}

    def perform_create(self, serializer: Any) -> RoleAssignment:
        require_proof(self.request._request, timezone.now())
        data = dict(serializer.validated_data)
        campus, role = data.pop("campus"), Role(data.pop("role"))
        return services.assign_role(
            actor=self.actor,
            user=permitted_or_missing(User.objects.all(), self.actor, pk=data.pop("user")),
            role=role,
            campus=permitted_or_missing(Campus.objects.all(), self.actor, pk=campus) if campus else None,
            **data,
        )

    def perform_destroy(self, row: RoleAssignment) -> None:
        services.end_role(actor=self.actor, assignment=row, end_date=self.actor.today)

    @extend_schema(request=serializers.RoleEndInput)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, **kwargs: Any) -> Response:
        serializer = serializers.RoleEndInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        row = services.end_role(actor=self.actor, assignment=self.get_object(), **serializer.validated_data)
        return self.answer(row)
