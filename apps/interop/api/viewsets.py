"""Imports over the API: upload, name columns, read, apply."""

import uuid
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.viewsets import ReadViewSet, Removing, accepted
from apps.core.policy import added
from apps.interop import services
from apps.interop.api.serializers import (
    ImportLineSerializer,
    ImportProblemSerializer,
    ImportRunSerializer,
    NameColumns,
    StartImport,
)
from apps.interop.models import ImportLine, ImportProblem, ImportRun


class ImportViewSet(Removing):
    """A POST takes the files and answers 202 with the job of the dry run; the same again begins the
    effect.
    """

    model = ImportRun
    serializer_class = ImportRunSerializer
    parser_classes = [MultiPartParser, JSONParser]
    verbs = {"apply": "apply", "columns": "add", "check": "apply"}
    ordering_fields = ("created_at", "name")
    ordering = ("-created_at",)
    search_fields = ("name",)
    cost = "costly"

    def shape(self, rows: Any) -> Any:
        return rows.select_related("plan_job", "apply_job")

    @extend_schema(request={"multipart/form-data": StartImport}, responses={202: ImportRunSerializer})
    def create(self, request: Request) -> Response:
        body = StartImport(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        data = dict(body.validated_data)
        with transaction.atomic():
            run = services.start_import(actor=self.actor, uploads=data.pop("files"), **data)
            run = added(self.actor, run, "add")
        return self._begun(run)

    @extend_schema(request=NameColumns, responses={202: ImportRunSerializer})
    def columns(self, request: Request, pk: uuid.UUID) -> Response:
        run = self.get_object()
        body = NameColumns(data=request.data)
        body.is_valid(raise_exception=True)
        named = {
            one["file"]: {"kind": one["kind"], "columns": one["columns"]}
            for one in body.validated_data["files"]
        }
        return self._begun(services.name_columns(actor=self.actor, run=run, named=named))

    @extend_schema(request=None, responses={202: ImportRunSerializer})
    def check(self, request: Request, pk: uuid.UUID) -> Response:
        return self._begun(services.plan_again(actor=self.actor, run=self.get_object()))

    @extend_schema(request=None, responses={202: ImportRunSerializer})
    def apply(self, request: Request, pk: uuid.UUID) -> Response:
        return self._begun(services.apply_run(actor=self.actor, run=self.get_object()))

    def perform_destroy(self, row: ImportRun) -> None:
        services.discard_run(actor=self.actor, run=row)

    def _begun(self, run: ImportRun) -> Response:
        """202 with the run; `Location` is its job, or the run itself while its columns wait for names."""
        answer = Response(self.get_output(run).data, status=status.HTTP_202_ACCEPTED)
        if run.job is not None:
            answer["Location"] = accepted(run.job)["Location"]
        return answer


class _PartViewSet(ReadViewSet):
    """Rows of one run; a run out of reach has none, and is missing."""

    def shape(self, rows: Any) -> Any:
        return rows.filter(run=self.kwargs["run_id"])

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        from apps.core.policy import permitted_or_missing

        permitted_or_missing(ImportRun.objects.all(), self.actor, pk=self.kwargs["run_id"])
        return super().list(request, *args, **kwargs)


class ProblemViewSet(_PartViewSet):
    model = ImportProblem
    serializer_class = ImportProblemSerializer
    filterset_fields = ("severity", "code", "file")
    ordering = ("file", "line", "column")
    ordering_fields = ("file", "line", "code")


class LineViewSet(_PartViewSet):
    model = ImportLine
    serializer_class = ImportLineSerializer
    filterset_fields = ("action", "kind", "file")
    ordering = ("file", "line")
    ordering_fields = ("file", "line", "kind")
