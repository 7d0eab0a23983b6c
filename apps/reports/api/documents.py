"""Endpoints of papers: documents, templates, runs, and the check that anybody may ask for."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import files
from apps.core.api.serializers import FileSerializer
from apps.core.api.viewsets import Creating, ReadViewSet, Removing, SchoolView, Updating, accepted
from apps.core.errors import Missing
from apps.core.policy import added, require_verb
from apps.reports import services
from apps.reports.api import document_serializers as serializers
from apps.reports.models import DocumentTemplate, IssuedDocument, ReportRun
from apps.reports.selectors import runs
from apps.reports.selectors.verifying import PaperState, verdict


class DocumentViewSet(Creating):
    """Issued documents, the newest first. POST issues one; it never changes afterwards."""

    model = IssuedDocument
    serializer_class = serializers.DocumentSerializer
    input_class = serializers.DocumentInput
    filterset_fields = ("student", "section", "session", "kind")
    ordering = ("-issued_at",)
    verbs = {"revoke": "revoke", "release": "release", "download": "view"}
    cost = "costly"

    def perform_create(self, serializer: Any) -> IssuedDocument:
        return services.issue_document(
            actor=self.actor, today=timezone.localdate(), now=timezone.now(), **serializer.validated_data
        )

    @extend_schema(request=serializers.RevokeInput)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, **kwargs: Any) -> Response:
        row = self.get_object()
        body = serializers.RevokeInput(data=request.data)
        body.is_valid(raise_exception=True)
        row = services.revoke_document(
            actor=self.actor, document=row, now=timezone.now(), **body.validated_data
        )
        return self.answer(self.fresh(row))

    @extend_schema(request=serializers.ReleaseInput)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **kwargs: Any) -> Response:
        """Families see it from `at` on, at once without one."""
        row = self.get_object()
        body = serializers.ReleaseInput(data=request.data)
        body.is_valid(raise_exception=True)
        at = body.validated_data.get("at") or timezone.now()
        services.release_document(actor=self.actor, document=row, at=at)
        return self.answer(self.fresh(row))

    @extend_schema(responses=FileSerializer)
    @action(detail=True, methods=["get"])
    def download(self, request: Request, **kwargs: Any) -> Response:
        return _file(self, self.get_object().file)


class TemplateViewSet(Creating, Updating, Removing):
    """How papers look. `layout` is checked by a schema."""

    model = DocumentTemplate
    serializer_class = serializers.TemplateSerializer
    input_class = serializers.TemplateInput
    change_class = serializers.TemplateChange
    filterset_fields = ("kind", "campus", "is_active")
    ordering = ("kind", "name")

    def perform_create(self, serializer: Any) -> DocumentTemplate:
        return services.add_template(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> DocumentTemplate:
        row = serializer.instance
        kept = {name: getattr(row, name) for name in ("name", "campus", "layout", "is_active")}
        values = {**kept, **serializer.validated_data, "expected": self.expected_version}
        with transaction.atomic():
            changed = services.change_template(actor=self.actor, template=row, **values)
            return added(self.actor, changed, "change")

    def perform_destroy(self, row: DocumentTemplate) -> None:
        services.remove_template(actor=self.actor, template=row)


class RunViewSet(ReadViewSet):
    """Runs with how far they are, the newest first."""

    model = ReportRun
    serializer_class = serializers.RunSerializer
    filterset_fields = ("campus", "template", "session")
    ordering = ("-created_at",)
    verbs = {"download": "view", "cancel": "change", "resume": "change"}

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return runs.with_counts(rows)

    @extend_schema(responses=FileSerializer)
    @action(detail=True, methods=["get"])
    def download(self, request: Request, **kwargs: Any) -> Response:
        """The ZIP or the print file, once the run has ended."""
        run: ReportRun = self.get_object()
        if run.output is None:
            raise Missing
        return _file(self, run.output)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        run = services.cancel_run(actor=self.actor, run=self.get_object(), now=timezone.now())
        return self.answer(self.rows("view").get(pk=run.pk))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, **kwargs: Any) -> Response:
        run = services.continue_run(actor=self.actor, run=self.get_object())
        return self.answer(self.rows("view").get(pk=run.pk))


class GenerateView(SchoolView):
    """Papers for a campus, a grade or a section: 202 with the job; the run says how far it is."""

    cost = "heavy"

    @extend_schema(request=serializers.RunInput, responses={202: serializers.AcceptedSerializer})
    def post(self, request: Request) -> Response:
        require_verb(self.actor, "add", ReportRun)
        body = serializers.RunInput(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            run = added(self.actor, services.start_run(actor=self.actor, **body.validated_data))
        answer = accepted(run.job)  # type: ignore[arg-type]  # it has just been hired
        answer.data["run_id"] = str(run.pk)
        return answer


class VerifyView(SchoolView):
    """Whether a paper is genuine, for anybody who holds its code; 404 for a code no paper has."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    cost = "costly"

    @extend_schema(responses=serializers.VerdictSerializer)
    def get(self, request: Request, code: str) -> Response:
        found = verdict(code)
        if found.state == PaperState.UNKNOWN:
            raise Missing
        return Response(serializers.VerdictSerializer(found).data)


def _file(view: SchoolView, file: Any) -> Response:
    shown = FileSerializer(file, context={"link": lambda one: files.link(one, view.actor)})
    return Response(shown.data)
