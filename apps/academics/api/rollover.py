"""Rollovers over the API: rehearse, read the lines, decide, apply, undo."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.academics.api.inputs import Reached, text
from apps.academics.api.people import checked
from apps.academics.models import AcademicSession, Rollover, RolloverDecision, RolloverLine
from apps.academics.services import rollover as year_end
from apps.core.api.filtering import RowFilterSet
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.core.api.viewsets import Creating, Removing, Updating, accepted
from apps.core.policy import permitted_or_missing


class RolloverSerializer(RowSerializer):
    """`refusal` says why the last piece of work stopped; `job` is what to watch while one is under way."""

    state = serializers.CharField()
    refusal = serializers.CharField()

    class Meta:
        model = Rollover
        fields = [
            "id", "from_year", "to_year", "next_name", "next_begin", "next_end", "state", "rehearsed_at",
            "rehearsed_by", "applied_at", "applied_by", "turned_at", "undone_at", "undone_by", "job",
            "result", "refusal", "created_at", "updated_at",
        ]  # fmt: skip


class RolloverLineSerializer(RowSerializer):
    """`key` names the line through all rehearsals; `target` is the key of the homeroom's line."""

    message = serializers.SerializerMethodField()
    remedy = serializers.SerializerMethodField()

    class Meta:
        model = RolloverLine
        fields = [
            "id", "kind", "key", "campus", "student", "section", "name", "source", "goal", "target",
            "proposal", "decision", "exception", "message", "remedy", "detail", "reason", "decided_by",
            "decided_at",
        ]  # fmt: skip

    def get_message(self, row: RolloverLine) -> str:
        return year_end.words_of(row.exception, row.detail) if row.exception else ""

    def get_remedy(self, row: RolloverLine) -> str:
        return year_end.remedy_of(row.exception)


class RehearsalInput(InputSerializer):
    """Without `to_year` the year that follows, or one that is made when it is applied."""

    from_year = Reached(model=AcademicSession)
    to_year = Reached(model=AcademicSession, required=False, allow_null=True)


class DecisionInput(InputSerializer):
    """An empty decision goes back to the proposal."""

    decision = serializers.ChoiceField(choices=RolloverDecision.choices, allow_blank=True)
    target = text(120)
    reason = text(200)


class DecisionsInput(DecisionInput):
    lines = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=5000)


class LineFilter(RowFilterSet):
    class Meta:
        model = RolloverLine
        fields = ["kind", "decision", "exception", "campus", "student"]


class RolloverViewSet(Creating, Removing):
    """Creating one rehearses it: nothing else of the school changes before it is applied."""

    model = Rollover
    serializer_class = RolloverSerializer
    input_class = RehearsalInput
    ordering_fields = ("created_at", "applied_at")
    ordering = ("-created_at",)
    verbs = {
        "rehearse": "change", "decide": "change", "destroy": "change", "apply": "apply", "undo": "undo",
    }  # fmt: skip
    cost = "costly"

    def shape(self, rows: Any) -> Any:
        return rows.select_related("job", "school", "from_year", "to_year")

    def perform_create(self, serializer: Any) -> Rollover:
        return year_end.rehearse_rollover(actor=self.actor, now=timezone.now(), **serializer.validated_data)

    def perform_destroy(self, row: Any) -> None:
        year_end.discard_rollover(actor=self.actor, rollover=row)

    @extend_schema(request=None, responses=RolloverSerializer)
    @action(detail=True, methods=["post"])
    def rehearse(self, request: Request, **kwargs: Any) -> Response:
        """Draw it up anew; what was decided stays decided."""
        row = year_end.rehearse_again(actor=self.actor, rollover=self.get_object(), now=timezone.now())
        return self.answer(self.fresh(row))

    @extend_schema(request=DecisionsInput, responses=RolloverSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, **kwargs: Any) -> Response:
        """What becomes of several lines."""
        rollover, asked = self.get_object(), checked(self, DecisionsInput)
        lines = RolloverLine.objects.permitted(self.actor, "change").filter(
            rollover=rollover, pk__in=asked.pop("lines")
        )
        row = year_end.decide_lines(
            actor=self.actor, rollover=rollover, lines=list(lines), now=timezone.now(), **asked
        )
        return self.answer(self.fresh(row))

    @extend_schema(request=None, responses={202: RolloverSerializer})
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, **kwargs: Any) -> Response:
        """Begin to apply; `Location` is the job."""
        return self._begun(year_end.apply_rollover(actor=self.actor, rollover=self.get_object()))

    @extend_schema(request=None, responses={202: RolloverSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **kwargs: Any) -> Response:
        """Begin to take it back; refused once the new year has begun."""
        return self._begun(year_end.undo_rollover(actor=self.actor, rollover=self.get_object()))

    def _begun(self, row: Rollover) -> Response:
        answer = Response(self.get_output(row).data, status=status.HTTP_202_ACCEPTED)
        if row.job is not None:
            answer["Location"] = accepted(row.job)["Location"]
        return answer


class RolloverLineViewSet(Updating):
    """The lines of one rollover, exceptions first; changing one says what becomes of it."""

    model = RolloverLine
    serializer_class = RolloverLineSerializer
    filterset_class = LineFilter
    search_fields = ("name", "source", "goal")
    ordering_fields = ("position", "name", "kind")
    ordering = ("position",)
    change_class = DecisionInput

    def shape(self, rows: Any) -> Any:
        rows = rows.select_related("rollover")
        return rows.filter(rollover=self.kwargs["rollover_id"]) if "rollover_id" in self.kwargs else rows

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        permitted_or_missing(Rollover.objects.all(), self.actor, pk=self.kwargs["rollover_id"])
        return super().list(request, *args, **kwargs)

    def perform_update(self, serializer: Any) -> RolloverLine:
        line: RolloverLine = serializer.instance
        said = {"decision": line.asked, "target": line.chosen, "reason": line.reason}
        year_end.decide_lines(
            actor=self.actor,
            rollover=line.rollover,
            lines=[line],
            now=timezone.now(),
            **said | serializer.validated_data,
        )
        return line
