"""Endpoints of what a school sets up for its marks: scales, schemes, campus rules."""

import uuid
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Campus
from apps.core.api.requests import expected_version
from apps.core.api.viewsets import SchoolView, SchoolViewSet
from apps.core.policy import permitted_or_missing, require_verb
from apps.gradebook import models
from apps.gradebook.api import setup_serializers as shapes
from apps.gradebook.selectors.rules import scheme_rules
from apps.gradebook.selectors.totals import Mark, term_total
from apps.gradebook.services import scales, schemes
from apps.gradebook.services.opening import opened_gradebook
from apps.timetable.selectors import campuses_with


class ScaleViewSet(SchoolViewSet):
    """How percentages are shown and judged. Changing one needs the version that was seen."""

    model = models.ScoreScale
    serializer_class = shapes.ScaleSerializer
    input_class = shapes.ScaleInput
    change_class = shapes.ScaleChange
    filterset_fields = ("kind", "is_active")
    ordering = ("name",)

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.prefetch_related("bands")

    def perform_create(self, serializer: Any) -> models.ScoreScale:
        return scales.add_scale(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.ScoreScale:
        return scales.change_scale(
            actor=self.actor,
            scale=serializer.instance,
            expected=self.expected_version,
            **serializer.validated_data,
        )

    def perform_destroy(self, row: models.ScoreScale) -> None:
        scales.remove_scale(actor=self.actor, scale=row)


class SchemeViewSet(SchoolViewSet):
    """How scores become a total. Formulas are read when they are saved, and refused with line and column."""

    model = models.GradingScheme
    serializer_class = shapes.SchemeSerializer
    input_class = shapes.SchemeInput
    change_class = shapes.SchemeChange
    filterset_fields = ("section", "scale", "is_active", "is_default")
    ordering = ("name",)
    verbs = {"try_out": "view"}

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.prefetch_related("categories")

    def perform_create(self, serializer: Any) -> models.GradingScheme:
        return schemes.add_scheme(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.GradingScheme:
        return schemes.change_scheme(
            actor=self.actor,
            scheme=serializer.instance,
            expected=self.expected_version,
            **serializer.validated_data,
        )

    def perform_destroy(self, row: models.GradingScheme) -> None:
        schemes.remove_scheme(actor=self.actor, scheme=row)

    @extend_schema(request=shapes.TryInput, responses=shapes.TriedTotalSerializer)
    @action(detail=True, methods=["post"], url_path="try")
    def try_out(self, request: Request, **kwargs: Any) -> Response:
        """What made-up marks would come to. Nothing is saved."""
        rules = scheme_rules(self.get_object())
        body = shapes.TryInput(data=request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        if data.get("formula"):
            rules = replace(rules, formula=data["formula"], weighting=models.Weighting.FORMULA)
        marks = [Mark(item_id=uuid.UUID(int=place), **one) for place, one in enumerate(data["marks"])]
        total = term_total(rules, marks, data.get("term_number"))
        return Response(shapes.TriedTotalSerializer(total).data)


class MarkingRulesView(SchoolView):
    """What a campus makes of late and missing work, ranks, and what families see."""

    @extend_schema(responses=shapes.MarkingRulesSerializer)
    def get(self, request: Request, campus_id: uuid.UUID) -> Response:
        campus = self._campus("view", campus_id)
        row = models.MarkingRules.objects.permitted(self.actor).filter(campus=campus).first()
        return self._answer(row or models.MarkingRules(campus=campus))

    @extend_schema(request=shapes.MarkingRulesChange, responses=shapes.MarkingRulesSerializer)
    def patch(self, request: Request, campus_id: uuid.UUID) -> Response:
        campus = self._campus("change", campus_id)
        body = shapes.MarkingRulesChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        row = scales.change_marking_rules(
            actor=self.actor, campus=campus, expected=expected_version(request), **body.validated_data
        )
        return self._answer(row)

    def _campus(self, verb: str, campus_id: uuid.UUID) -> Campus:
        require_verb(self.actor, verb, models.MarkingRules)
        reached = campuses_with(self.actor, models.MarkingRules, verb)
        return permitted_or_missing(Campus.objects.filter(pk__in=reached), self.actor, pk=campus_id)

    def _answer(self, row: models.MarkingRules) -> Response:
        data = shapes.MarkingRulesSerializer(row).data
        return Response(data, headers={"ETag": f'"{row.version}"'})


class GradebookSchemeView(SchoolView):
    """Which scheme makes a section's totals: another one of the school, or a copy of its own."""

    @extend_schema(request=shapes.SchemeChoice, responses=shapes.SchemeSerializer)
    def put(self, request: Request, section_id: uuid.UUID) -> Response:
        book = opened_gradebook(actor=self.actor, section_id=section_id, verb="change")
        body = shapes.SchemeChoice(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        used = schemes.use_scheme(actor=self.actor, gradebook=book, **body.validated_data)
        return Response(shapes.SchemeSerializer(used.scheme).data)

    @extend_schema(request=None, responses={201: shapes.SchemeSerializer})
    def post(self, request: Request, section_id: uuid.UUID) -> Response:
        """The section's own copy of the scheme it uses; a second time, that same copy."""
        book = opened_gradebook(actor=self.actor, section_id=section_id, verb="change")
        own = schemes.customise_scheme(actor=self.actor, section=book.section)
        return Response(shapes.SchemeSerializer(own).data, status=201)
