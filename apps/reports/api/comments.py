"""Report comments and the comment bank under /api/v1/."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.academics.api.inputs import Reached
from apps.academics.models import AcademicSession, Section, Student, Subject
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.core.api.viewsets import Creating, SchoolViewSet, Updating
from apps.reports import models, services


class CommentSerializer(RowSerializer):
    class Meta:
        model = models.ReportComment
        fields = [
            "id", "section", "session", "student", "text", "proposal", "note", "state", "author",
            "proofread_by", "version",
        ]  # fmt: skip


class CommentInput(InputSerializer):
    """`submit` hands it in for proof-reading."""

    section = Reached(model=Section)
    session = Reached(model=AcademicSession)
    student = Reached(model=Student)
    text = serializers.CharField(max_length=1500, allow_blank=True)
    submit = serializers.BooleanField(default=False)


class CommentChange(InputSerializer):
    text = serializers.CharField(max_length=1500, allow_blank=True)
    submit = serializers.BooleanField(default=False)


class ProposalInput(InputSerializer):
    proposal = serializers.CharField(max_length=1500, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class NoteInput(InputSerializer):
    note = serializers.CharField(max_length=300)


class CommentViewSet(Creating, Updating):
    """What teachers say about pupils; only accepted comments are printed."""

    model = models.ReportComment
    serializer_class = CommentSerializer
    input_class = CommentInput
    change_class = CommentChange
    filterset_fields = ("section", "session", "student", "state")
    ordering = ("-updated_at",)
    verbs = {
        "create": "write",
        "partial_update": "write",
        "take": "write",
        "decline": "write",
        "accept": "proofread",
        "propose": "proofread",
    }

    def perform_create(self, serializer: Any) -> models.ReportComment:
        return services.write_comment(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.ReportComment:
        row = serializer.instance
        return services.write_comment(
            actor=self.actor,
            section=row.section,
            session=row.session,
            student=row.student,
            text=serializer.validated_data.get("text", row.text),
            submit=serializer.validated_data.get("submit", False),
            expected=self.expected_version,
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **kwargs: Any) -> Response:
        return self._decided(services.accept_comment)

    @extend_schema(request=ProposalInput)
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, **kwargs: Any) -> Response:
        return self._decided(services.propose_wording, ProposalInput)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, **kwargs: Any) -> Response:
        return self._decided(services.take_proposal)

    @extend_schema(request=NoteInput)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **kwargs: Any) -> Response:
        return self._decided(services.decline_proposal, NoteInput)

    def _decided(self, service: Any, body: type[InputSerializer] | None = None) -> Response:
        """Call the service on the version the reader saw, with what the body says."""
        comment, values = self.get_object(), {}
        if body is not None:
            parsed = body(data=self.request.data)
            parsed.is_valid(raise_exception=True)
            values = parsed.validated_data
        row = service(actor=self.actor, comment=comment, expected=self.expected_version, **values)
        return self.answer(self.fresh(row))


class BankSerializer(RowSerializer):
    class Meta:
        model = models.CommentBankEntry
        fields = ["id", "text", "heading", "subject", "owner"]


class BankChange(InputSerializer):
    text = serializers.CharField(max_length=600)
    heading = serializers.CharField(max_length=60, required=False, allow_blank=True)
    subject = Reached(model=Subject, required=False, allow_null=True)


class BankInput(BankChange):
    is_shared = serializers.BooleanField(default=False)


class BankViewSet(SchoolViewSet):
    """Sentences to begin from: the school's and one's own."""

    model = models.CommentBankEntry
    serializer_class = BankSerializer
    input_class = BankInput
    change_class = BankChange
    filterset_fields = ("subject", "owner")
    search_fields = ("text", "heading")
    ordering = ("heading", "text")

    def perform_create(self, serializer: Any) -> models.CommentBankEntry:
        return services.add_bank_entry(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.CommentBankEntry:
        return services.change_bank_entry(
            actor=self.actor, entry=serializer.instance, **serializer.validated_data
        )

    def perform_destroy(self, row: models.CommentBankEntry) -> None:
        services.remove_bank_entry(actor=self.actor, entry=row)
