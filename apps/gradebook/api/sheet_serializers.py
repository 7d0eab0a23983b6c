"""How gradebooks, line items and results look outside, and the bodies of requests."""

from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.academics.api.inputs import Reached, optional
from apps.academics.models import AcademicSession, Section
from apps.accounts.access import STAFF
from apps.core.api.requests import actor_of
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.core.errors import DomainError
from apps.gradebook import models
from apps.gradebook.selectors.entries import MOST_DAYS_LATE, Entry
from apps.gradebook.services.results import LONGEST_COMMENT, Cell

_MOST: Any = Decimal(99999)
_PARTS: Final = ("score", "text_score", "status", "days_late")


class GradebookSerializer(RowSerializer):
    section_name = serializers.CharField(source="section.name")

    class Meta:
        model = models.Gradebook
        fields = ["id", "section", "section_name", "scheme", "version"]


class LineItemSerializer(RowSerializer):
    class Meta:
        model = models.LineItem
        fields = [
            "id", "section", "session", "category", "title", "code", "description", "assigned_date",
            "due_date", "maximum", "weight", "scale", "is_counted", "is_extra_credit", "release_at",
            "position", "version",
        ]  # fmt: skip


class LineItemChange(InputSerializer):
    session = Reached(model=AcademicSession, required=False)
    category = optional(models.Category)
    title = serializers.CharField(max_length=120)
    code = serializers.CharField(max_length=30, required=False, allow_blank=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    assigned_date = serializers.DateField(required=False, allow_null=True)
    due_date = serializers.DateField(required=False, allow_null=True)
    maximum = serializers.DecimalField(max_digits=8, decimal_places=3, min_value=Decimal(0), required=False)
    weight = serializers.DecimalField(max_digits=8, decimal_places=4, min_value=Decimal(0), required=False)
    scale = optional(models.ScoreScale)
    is_counted = serializers.BooleanField(required=False)
    is_extra_credit = serializers.BooleanField(required=False)


class LineItemInput(LineItemChange):
    section = Reached(model=Section)
    session = Reached(model=AcademicSession)


class MoveInput(InputSerializer):
    """`before` is the item it shall stand in front of; null puts it last."""

    before = optional(models.LineItem)


class ResultSerializer(RowSerializer):
    """A mark. `graded_by` is for staff and null for families."""

    graded_by = serializers.SerializerMethodField()

    class Meta:
        model = models.Result
        fields = [
            "id", "line_item", "student", "status", "score", "text_score", "days_late", "comment",
            "graded_at", "graded_by", "version",
        ]  # fmt: skip

    def get_graded_by(self, result: models.Result) -> str | None:
        is_staff = actor_of(self.context["request"]).has(*STAFF)
        return str(result.graded_by_id) if is_staff and result.graded_by_id else None


class CellInput(InputSerializer):
    """A mark as typed (`entry`: "17.5", "B+", "ex", "15 late 2"), or taken apart. What is absent stays."""

    entry = serializers.CharField(max_length=60, required=False, allow_blank=True)
    score = serializers.DecimalField(
        max_digits=8, decimal_places=3, min_value=Decimal(0), max_value=_MOST, required=False, allow_null=True
    )
    text_score = serializers.CharField(max_length=20, required=False, allow_blank=True)
    status = serializers.ChoiceField(choices=models.ScoreStatus.choices, required=False)
    days_late = serializers.IntegerField(min_value=0, max_value=MOST_DAYS_LATE, required=False)
    comment = serializers.CharField(max_length=LONGEST_COMMENT, required=False, allow_blank=True)
    confirmed = serializers.BooleanField(
        required=False, help_text="Takes a score of more than the item's maximum."
    )


class ResultChange(CellInput):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class BatchLine(CellInput):
    """`version` is the one that was seen, 0 for a cell nobody has touched."""

    line_item = serializers.UUIDField()
    student = serializers.UUIDField()
    version = serializers.IntegerField(min_value=0)


class BatchInput(InputSerializer):
    """Cells of one section: all or nothing, or with `is_partial` what fits is saved and the rest told."""

    section = Reached(model=Section)
    is_partial = serializers.BooleanField(required=False, default=False)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    items = serializers.ListField(child=BatchLine(), max_length=500)


class ProblemSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of a cell: saved, unchanged, conflict (`result` is the other's) or refused."""

    line_item = serializers.UUIDField(source="cell.line_item_id")
    student = serializers.UUIDField(source="cell.student_id")
    state = serializers.CharField()
    result = ResultSerializer(allow_null=True)
    problem = ProblemSerializer(allow_null=True)


class BatchSerializer(serializers.Serializer[Any]):
    outcomes = OutcomeSerializer(many=True)


class TotalSerializer(serializers.Serializer[Any]):
    percent = serializers.DecimalField(max_digits=9, decimal_places=4, allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    points = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    is_passing = serializers.BooleanField(allow_null=True)


class CellSerializer(serializers.Serializer[Any]):
    line_item = serializers.UUIDField()
    status = serializers.CharField()
    score = serializers.DecimalField(max_digits=8, decimal_places=3, allow_null=True)
    text_score = serializers.CharField()
    days_late = serializers.IntegerField()
    comment = serializers.CharField()
    version = serializers.IntegerField()


class PupilSerializer(serializers.Serializer[Any]):
    """`state` is active, late (came after the term began) or left. Cells nobody has touched are left out."""

    student = serializers.UUIDField(source="student.pk")
    full_name = serializers.CharField(source="student.full_name")
    roll_number = serializers.CharField(source="student.roll_number")
    state = serializers.CharField()
    begin_date = serializers.DateField(source="place.begin")
    end_date = serializers.DateField(source="place.end", allow_null=True)
    term = serializers.SerializerMethodField()
    year = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField()

    @extend_schema_field(TotalSerializer)
    def get_term(self, row: Any) -> Any:
        return TotalSerializer(self.context["sheet"].totals[row.student.pk].term).data

    @extend_schema_field(TotalSerializer)
    def get_year(self, row: Any) -> Any:
        return TotalSerializer(self.context["sheet"].totals[row.student.pk].year).data

    @extend_schema_field(CellSerializer(many=True))
    def get_results(self, row: Any) -> Any:
        made = self.context["sheet"]
        cells = [(one.pk, made.cell(row.student.pk, one.pk)) for one in made.items]
        touched = [{"line_item": pk, **cell._asdict()} for pk, cell in cells if cell is not None]
        return CellSerializer(touched, many=True).data


class GradebookSheetSerializer(serializers.Serializer[Any]):
    """The gradebook of a section in a term."""

    section = serializers.UUIDField(source="section.pk")
    session = serializers.UUIDField(source="session.pk")
    sessions = serializers.SerializerMethodField()
    is_posted = serializers.BooleanField()
    items = LineItemSerializer(many=True)
    pupils = serializers.SerializerMethodField()

    def get_sessions(self, made: Any) -> list[str]:
        return [str(one.pk) for one in made.sessions]

    @extend_schema_field(PupilSerializer(many=True))
    def get_pupils(self, made: Any) -> Any:
        return PupilSerializer(made.rows, many=True, context={"sheet": made}).data


def cell_of(data: dict[str, Any], *, item: Any, student: Any, version: int | None) -> Cell:
    """The cell a checked body means: what was typed goes before the same taken apart."""
    entry: str | Entry | None = data.get("entry")
    parts: dict[str, Any] = {name: data[name] for name in _PARTS if name in data}
    if entry is not None and parts:
        raise DomainError("VALIDATION_ERROR", _("Send either the entry or its parts."), "entry")
    if parts:
        entry = _entry(parts)
    comment, confirmed = data.get("comment"), bool(data.get("confirmed"))
    return Cell(item, student, version, entry, comment, is_confirmed=confirmed)


def _entry(parts: dict[str, Any]) -> Entry | str:
    if set(parts) == {"days_late"}:
        # Of work that is marked already: its score stays.
        return f"late {parts['days_late']}"
    score, text = parts.get("score"), parts.get("text_score", "")
    has_mark = score is not None or bool(text)
    status = parts.get("status") or (models.ScoreStatus.GRADED if has_mark else models.ScoreStatus.UNMARKED)
    if has_mark != (status == models.ScoreStatus.GRADED):
        raise DomainError("VALIDATION_ERROR", _("Marked work has a score, other work has none."), "score")
    return Entry(status, score, text, parts.get("days_late", 0))
