"""Endpoints of pupils, their families, and staff."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.academics import models, selectors, services
from apps.academics.api import filters, inputs, serializers
from apps.core.api.serializers import InputSerializer
from apps.core.api.shapes import Expand
from apps.core.api.viewsets import Creating, ReadViewSet, SchoolViewSet, Updating


def checked(view: ReadViewSet, kind: type[InputSerializer]) -> dict[str, Any]:
    """The checked body of an action."""
    body = kind(data=view.request.data, context=view.get_serializer_context())
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class StudentViewSet(Creating, Updating):
    """Pupils. They are admitted, transferred, promoted and withdrawn, never deleted."""

    model = models.Student
    serializer_class = serializers.StudentSerializer
    filterset_class = filters.StudentFilter
    search_fields = ("given_name", "middle_name", "family_name", "admission_number", "roll_number")
    ordering_fields = ("given_name", "family_name", "admission_number", "roll_number", "created_at")
    ordering = ("given_name", "family_name")
    verbs = {
        "withdraw": "withdraw", "transfer": "transfer", "promote": "promote", "readmit": "enroll",
    }  # fmt: skip
    expandable = {
        "guardians": Expand(
            serializers.GuardianshipSerializer,
            many=True,
            source="guardianships",
            shape=lambda rows: rows.filter(end_date__isnull=True).select_related("guardian"),
        ),
        "enrollments": Expand(
            serializers.EnrollmentSerializer, many=True, shape=lambda rows: rows.select_related("section")
        ),
        "emergency_contacts": Expand(serializers.EmergencyContactSerializer, many=True),
    }

    input_class = inputs.AdmissionInput
    change_class = inputs.StudentInput

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return selectors.students_with_rights(rows, self.actor)

    def get_serializer_context(self) -> dict[str, Any]:
        return {
            **super().get_serializer_context(),
            # Asked where a row is met of which the actor may not see all.
            "family_codes": SimpleLazyObject(lambda: selectors.family_codes(self.actor.school_id)),
        }

    def perform_create(self, serializer: Any) -> models.Student:
        return services.admit_student(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.Student:
        return services.change_student(
            actor=self.actor,
            student=serializer.instance,
            expected=self.expected_version,
            today=self.actor.today,
            **serializer.validated_data,
        )

    @extend_schema(request=inputs.WithdrawalInput)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        return self._moved(services.withdraw_student, inputs.WithdrawalInput)

    @extend_schema(request=inputs.TransferInput)
    @action(detail=True, methods=["post"])
    def transfer(self, request: Request, **kwargs: Any) -> Response:
        return self._moved(services.transfer_student, inputs.TransferInput)

    @extend_schema(request=inputs.PromotionInput)
    @action(detail=True, methods=["post"])
    def promote(self, request: Request, **kwargs: Any) -> Response:
        return self._moved(services.promote_student, inputs.PromotionInput)

    @extend_schema(request=inputs.ReadmissionInput)
    @action(detail=True, methods=["post"])
    def readmit(self, request: Request, **kwargs: Any) -> Response:
        return self._moved(services.readmit_student, inputs.ReadmissionInput)

    def _moved(self, service: Any, kind: type[InputSerializer]) -> Response:
        student = self.get_object()
        row = service(actor=self.actor, student=student, **checked(self, kind))
        return self.answer(self.fresh(row))


class GuardianViewSet(Creating, Updating):
    """People who answer for pupils; a new one comes with the link to a pupil."""

    model = models.Guardian
    serializer_class = serializers.GuardianSerializer
    filterset_class = filters.GuardianFilter
    search_fields = ("given_name", "family_name", "email")
    ordering_fields = ("given_name", "family_name")
    ordering = ("given_name", "family_name")

    input_class = inputs.NewGuardianInput
    change_class = inputs.PersonInput

    def perform_create(self, serializer: Any) -> models.Guardian:
        return services.add_guardian(actor=self.actor, **serializer.validated_data).guardian

    def perform_update(self, serializer: Any) -> models.Guardian:
        return services.change_guardian(
            actor=self.actor,
            guardian=serializer.instance,
            expected=self.expected_version,
            **serializer.validated_data,
        )


class GuardianshipViewSet(Creating, Updating):
    """Who answers for whom, with which rights."""

    model = models.Guardianship
    serializer_class = serializers.GuardianshipSerializer
    filterset_class = filters.GuardianshipFilter
    verbs = {"end": "change"}

    input_class = inputs.NewLinkInput
    change_class = inputs.LinkInput

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return selectors.links_with_rights(rows, self.actor).select_related("guardian")

    def perform_create(self, serializer: Any) -> models.Guardianship:
        return services.link_guardian(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.Guardianship:
        return services.change_guardianship(
            actor=self.actor, guardianship=serializer.instance, **serializer.validated_data
        )

    @extend_schema(request=inputs.EndInput)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, **kwargs: Any) -> Response:
        row = self.get_object()
        row = services.end_guardianship(actor=self.actor, guardianship=row, **checked(self, inputs.EndInput))
        return self.answer(self.fresh(row))


class EmergencyContactViewSet(SchoolViewSet):
    """Whom to ring when no guardian answers."""

    model = models.EmergencyContact
    serializer_class = serializers.EmergencyContactSerializer
    filterset_class = filters.EmergencyContactFilter

    input_class = inputs.NewEmergencyContactInput
    change_class = inputs.EmergencyContactInput

    def perform_create(self, serializer: Any) -> models.EmergencyContact:
        return services.add_emergency_contact(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.EmergencyContact:
        row = serializer.instance
        kept = {name: getattr(row, name) for name in ("name", "phone", "relation", "order")}
        values = {**kept, **serializer.validated_data}
        return services.change_emergency_contact(actor=self.actor, contact=row, **values)

    def perform_destroy(self, row: Any) -> None:
        services.remove_emergency_contact(actor=self.actor, contact=row)


class StaffViewSet(Creating, Updating):
    """People who work for the school."""

    model = models.StaffMember
    serializer_class = serializers.StaffSerializer
    input_class = inputs.StaffInput
    filterset_class = filters.StaffFilter
    search_fields = ("given_name", "family_name", "employee_id", "department", "job_title")
    ordering_fields = ("given_name", "family_name", "employee_id", "department")
    ordering = ("given_name", "family_name")
    verbs = {"leave": "change"}

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return selectors.staff_with_rights(rows, self.actor).prefetch_related("subjects")

    def perform_create(self, serializer: Any) -> models.StaffMember:
        return services.hire_staff_member(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.StaffMember:
        return services.change_staff_member(
            actor=self.actor,
            staff=serializer.instance,
            expected=self.expected_version,
            **serializer.validated_data,
        )

    @extend_schema(request=inputs.LeavingInput)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, **kwargs: Any) -> Response:
        row = self.get_object()
        row = services.end_employment(actor=self.actor, staff=row, **checked(self, inputs.LeavingInput))
        return self.answer(self.fresh(row))


class ContactRequestViewSet(Creating):
    """Families' wishes for new contact data, before and after."""

    model = models.ContactChangeRequest
    serializer_class = serializers.ContactRequestSerializer
    input_class = inputs.ContactRequestInput
    filterset_class = filters.RequestFilter
    ordering_fields = ("created_at",)
    ordering = ("-created_at",)
    verbs = {"accept": "decide", "decline": "decide", "withdraw": "withdraw"}

    def perform_create(self, serializer: Any) -> models.ContactChangeRequest:
        asked = serializer.validated_data
        if not asked.get("guardian"):
            selectors.require_may_ask_for(self.actor, asked["student"])
        return services.request_contact_change(actor=self.actor, **asked)

    @extend_schema(request=inputs.DecisionInput)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **kwargs: Any) -> Response:
        return self._settled(services.accept_contact_change)

    @extend_schema(request=inputs.DecisionInput)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **kwargs: Any) -> Response:
        return self._settled(services.decline_contact_change)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        row = self.get_object()
        return self.answer(services.withdraw_contact_change(actor=self.actor, request=row))

    def _settled(self, service: Any) -> Response:
        row, body = self.get_object(), checked(self, inputs.DecisionInput)
        note = body.get("note", "")
        row = service(actor=self.actor, request=row, now=timezone.now(), note=note)
        return self.answer(row, status.HTTP_200_OK)
