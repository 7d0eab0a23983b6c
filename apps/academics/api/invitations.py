"""Invitations to sign in: whoever waits for one, and sending it to a person of the school or to a login."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.academics import models, services
from apps.accounts.models import User
from apps.accounts.services import INVITATION_AGE, revoke_invitation, send_invitation
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.core.api.viewsets import Creating, Removing
from apps.core.policy import permitted_or_missing
from apps.core.proof import require_proof

PEOPLE: dict[str, type[models.Student | models.Guardian | models.StaffMember]] = {
    "student": models.Student,
    "guardian": models.Guardian,
    "staff": models.StaffMember,
}


class InvitationSerializer(RowSerializer):
    """Its id is that of the login. Nothing of the link: that goes to the mail address and nowhere else."""

    expires_at = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("id", "name", "email", "invited_at", "expires_at")

    def get_expires_at(self, row: User) -> str | None:
        return (row.invited_at + INVITATION_AGE).isoformat() if row.invited_at else None


class InvitationInput(InputSerializer):
    """Exactly one of them: a person of the school, or a login that has no password yet."""

    student = serializers.UUIDField(required=False)
    guardian = serializers.UUIDField(required=False)
    staff = serializers.UUIDField(required=False)
    user = serializers.UUIDField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if len(data) != 1:
            raise serializers.ValidationError(_("Name one person to invite."))
        return data


class InvitationViewSet(Creating, Removing):
    """Invitations that wait for their answer. DELETE revokes one: the link in the mail opens nothing more."""

    model = User
    serializer_class = InvitationSerializer
    input_class = InvitationInput
    search_fields = ("name", "email")
    ordering_fields = ("name", "email", "invited_at")
    ordering = ("name",)
    verbs = dict.fromkeys(("list", "retrieve", "create", "destroy", "resend"), "invite")

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(invited_at__isnull=False, is_active=True).distinct()

    def perform_create(self, serializer: Any) -> User:
        ((kind, pk),) = serializer.validated_data.items()
        if kind == "user":
            return self._send(permitted_or_missing(User.objects.all(), self.actor, "invite", pk=pk))
        if kind == "staff":
            require_proof(self.request._request, timezone.now())  # it gives a role among the staff
        people: Any = PEOPLE[kind]
        return services.invite_person(
            actor=self.actor,
            person=permitted_or_missing(people.objects.all(), self.actor, "invite", pk=pk),
            now=timezone.now(),
            today=self.actor.today,
        )

    def perform_destroy(self, row: User) -> None:
        revoke_invitation(actor=self.actor, user=row, today=self.actor.today)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, **kwargs: Any) -> Response:
        """Another mail; the links of earlier ones stop working."""
        return self.answer(self._send(self.get_object()))

    def _send(self, user: User) -> User:
        return send_invitation(actor=self.actor, user=user, now=timezone.now(), today=self.actor.today)
