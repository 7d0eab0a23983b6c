"""Endpoints of the grid: gradebooks with their totals, line items, results one by one and many at once."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.filtering import RowFilterSet
from apps.core.api.viewsets import ReadViewSet, SchoolViewSet, Updating
from apps.gradebook import models
from apps.gradebook.api import sheet_serializers as shapes
from apps.gradebook.selectors.sheets import sheet, term_in
from apps.gradebook.selectors.years import years_of
from apps.gradebook.services import items
from apps.gradebook.services.opening import opened_gradebook
from apps.gradebook.services.results import Saved, save_all_results, save_results


class GradebookViewSet(ReadViewSet):
    """Gradebooks; one is addressed by its section, opened at the first visit and shown with totals."""

    model = models.Gradebook
    serializer_class = shapes.GradebookSerializer
    filterset_fields = ("section", "scheme")
    search_fields = ("section__name",)
    ordering = ("section__name",)

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("section")

    @extend_schema(
        parameters=[OpenApiParameter("session", str, description="The term; that of today without one.")],
        responses=shapes.GradebookSheetSerializer,
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        book = opened_gradebook(actor=self.actor, section_id=kwargs["pk"])
        wanted = request.query_params.get("session", "")
        term = term_in(years_of(book.school_id), book.section.session_id, wanted)
        made = sheet(gradebook=book, session=term, today=self.actor.today)
        return Response(shapes.GradebookSheetSerializer(made).data)


class LineItemViewSet(SchoolViewSet):
    """What sections are marked for. Families see the items that are out."""

    model = models.LineItem
    serializer_class = shapes.LineItemSerializer
    input_class = shapes.LineItemInput
    change_class = shapes.LineItemChange
    filterset_fields = ("section", "session", "category", "is_counted")
    search_fields = ("title",)
    ordering_fields = ("position", "due_date", "title")
    ordering = ("section", "position")
    verbs = {"move": "change"}

    def perform_create(self, serializer: Any) -> models.LineItem:
        return items.add_item(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.LineItem:
        return items.change_item(
            actor=self.actor,
            item=serializer.instance,
            expected=self.expected_version,
            **serializer.validated_data,
        )

    def perform_destroy(self, row: models.LineItem) -> None:
        items.delete_item(actor=self.actor, item=row)

    @extend_schema(request=shapes.MoveInput, responses=shapes.LineItemSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **kwargs: Any) -> Response:
        """Put it in front of another item of its section, or last."""
        body = shapes.MoveInput(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        before = body.validated_data.get("before")
        row = items.move_item(actor=self.actor, item=self.get_object(), before=before)
        return self.answer(self.fresh(row))


class ResultFilter(RowFilterSet):
    section = filters.UUIDFilter(field_name="line_item__section")
    session = filters.UUIDFilter(field_name="line_item__session")

    class Meta:
        model = models.Result
        fields = ["line_item", "student", "status"]


class ResultViewSet(Updating):
    """Marks. A change names the version it was made on; whoever comes second gets 409 with both values."""

    model = models.Result
    serializer_class = shapes.ResultSerializer
    change_class = shapes.ResultChange
    filterset_class = ResultFilter
    ordering = ("line_item", "student")
    verbs = {"partial_update": "grade", "batch": "grade"}

    def perform_update(self, serializer: Any) -> models.Result:
        row, data = serializer.instance, serializer.validated_data
        version = self.expected_version
        cell = shapes.cell_of(data, item=row.line_item_id, student=row.student_id, version=version)
        save_all_results(
            actor=self.actor,
            section=row.line_item.section,
            cells=[cell],
            now=timezone.now(),
            reason=data.get("reason", ""),
        )
        return row  # type: ignore[no-any-return]  # read afresh by the caller

    @extend_schema(request=shapes.BatchInput, responses=shapes.BatchSerializer)
    @action(detail=False, methods=["post"], filterset_class=None)
    def batch(self, request: Request, **kwargs: Any) -> Response:
        """Save many cells of a section at once."""
        body = shapes.BatchInput(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        saved = self._save(body.validated_data)
        context = self.get_serializer_context()
        return Response(shapes.BatchSerializer(saved, context=context).data)

    def _save(self, data: dict[str, Any]) -> Saved:
        book = opened_gradebook(actor=self.actor, section_id=data["section"].pk, verb="grade")
        service = save_results if data["is_partial"] else save_all_results
        cells = [
            shapes.cell_of(one, item=one["line_item"], student=one["student"], version=one["version"])
            for one in data["items"]
        ]
        return service(
            actor=self.actor,
            section=book.section,
            cells=cells,
            now=timezone.now(),
            reason=data["reason"],
        )
