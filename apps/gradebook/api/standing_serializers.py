"""How marks, posted grades and records look outside, and the bodies of requests about them."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.academics.api.inputs import Reached, optional
from apps.academics.models import AcademicSession, Course, Student
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.gradebook import models
from apps.gradebook.selectors.posting import CHANGED, NEW, SAME
from apps.gradebook.selectors.standing import may_see_workings
from apps.gradebook.selectors.steps import Step, sentence
from apps.gradebook.selectors.years import years_of

_PERCENT: dict[str, Any] = {"max_digits": 7, "decimal_places": 4}
_POINTS: dict[str, Any] = {"max_digits": 5, "decimal_places": 2}
_NOUGHT = Decimal(0)


class StepSerializer(serializers.Serializer[Any]):
    """One step of a total; `depth` 0 is the whole, 1 a category or term, 2 an item."""

    code = serializers.CharField()
    depth = serializers.IntegerField()
    params = serializers.DictField(child=serializers.CharField())
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, step: Step) -> str:
        return sentence(step)


class TotalSerializer(serializers.Serializer[Any]):
    percent = serializers.DecimalField(**_PERCENT, allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    points = serializers.DecimalField(**_POINTS, allow_null=True)
    is_passing = serializers.BooleanField(allow_null=True)


class ExplainedTotalSerializer(TotalSerializer):
    steps = StepSerializer(many=True)


class PostingSerializer(RowSerializer):
    """The moment grades were frozen. `grades` is how many of them still stand."""

    grades = serializers.IntegerField(source="standing_count")

    class Meta:
        model = models.Posting
        fields = [
            "id", "section", "session", "scheme_name", "scheme_version", "rules", "reason", "posted_at",
            "posted_by", "grades",
        ]  # fmt: skip


class PostingInput(InputSerializer):
    """`seen` is the fingerprint of the preview that was looked at."""

    section = serializers.UUIDField()
    session = Reached(model=AcademicSession)
    seen = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class PreviewQuery(InputSerializer):
    section = serializers.UUIDField()
    session = serializers.UUIDField()


class ReasonInput(InputSerializer):
    reason = serializers.CharField(max_length=300)


class OutInput(InputSerializer):
    """`at` lies ahead; without it, at once."""

    at = serializers.DateTimeField(required=False, allow_null=True)


class SectionOutInput(OutInput):
    session = Reached(model=AcademicSession)


class GradesOutInput(SectionOutInput):
    section = serializers.UUIDField()


class CountSerializer(serializers.Serializer[Any]):
    """How many rows it concerned."""

    count = serializers.IntegerField()


class PostingChangeSerializer(serializers.Serializer[Any]):
    """A pupil's line of a preview."""

    student = serializers.UUIDField(source="student.pk")
    full_name = serializers.CharField(source="student.full_name")
    kind = serializers.CharField()
    before = serializers.UUIDField(source="before.pk", allow_null=True, default=None)
    before_percent = serializers.DecimalField(
        source="before.percent", **_PERCENT, allow_null=True, default=None
    )
    total = ExplainedTotalSerializer()
    unmarked = serializers.IntegerField()
    missing = serializers.IntegerField()
    concerns = serializers.ListField(child=serializers.CharField())


class PostingPreviewSerializer(serializers.Serializer[Any]):
    """What would change if it were posted now, exceptions first; post it by its `seen`."""

    section = serializers.UUIDField(source="section.pk")
    session = serializers.UUIDField(source="session.pk")
    seen = serializers.CharField(source="fingerprint")
    needs_reason = serializers.BooleanField(source="replaces")
    new = serializers.IntegerField(source=f"counts.{NEW}")
    changed = serializers.IntegerField(source=f"counts.{CHANGED}")
    same = serializers.IntegerField(source=f"counts.{SAME}")
    unreleased = serializers.SerializerMethodField()
    changes = PostingChangeSerializer(many=True)

    def get_unreleased(self, preview: Any) -> list[str]:
        return [str(one.pk) for one in preview.unreleased]


class PostedGradeSerializer(RowSerializer):
    """A grade that was posted; `replaced_at` is null on the one that stands."""

    section_name = serializers.CharField(source="section.name")
    scheme_version = serializers.IntegerField(source="posting.scheme_version")

    class Meta:
        model = models.PostedGrade
        fields = [
            "id", "student", "section", "section_name", "session", "attempt", "percent", "label", "points",
            "is_passing", "credits_attempted", "credits_earned", "is_override", "posting", "scheme_version",
            "release_at", "replaced_at", "created_at",
        ]  # fmt: skip


class ExplainedGradeSerializer(PostedGradeSerializer):
    """With its steps; for families null until every result behind it is out. `reason` is for staff."""

    steps = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    class Meta(PostedGradeSerializer.Meta):
        fields = [*PostedGradeSerializer.Meta.fields, "steps", "reason"]

    @extend_schema_field(StepSerializer(many=True))
    def get_steps(self, grade: models.PostedGrade) -> Any:
        if not may_see_workings(self._actor, grade, years_of(grade.school_id)):
            return None
        return StepSerializer([Step.from_json(one) for one in grade.workings], many=True).data

    def get_reason(self, grade: models.PostedGrade) -> str | None:
        actor = self._actor
        rows = models.PostedGrade.objects.permitted(actor, "explain").filter(pk=grade.pk)
        return grade.reason if rows.exists() else None

    @property
    def _actor(self) -> Any:
        return self.context["request"].actor


class GradeInput(InputSerializer):
    """A percentage, or a label of the scale it was posted with."""

    percent = serializers.DecimalField(**_PERCENT, min_value=_NOUGHT, required=False, allow_null=True)
    label = serializers.CharField(max_length=20, required=False, allow_blank=True)  # type: ignore[assignment]  # a field of that name
    reason = serializers.CharField(max_length=300)


class TranscriptSerializer(RowSerializer):
    class Meta:
        model = models.CourseTranscript
        fields = [
            "id", "student", "school_name", "year_label", "term_label", "course", "course_code",
            "course_title", "percent", "label", "points", "is_final", "credits_attempted", "credits_earned",
            "credit_type", "sourced_id",
        ]  # fmt: skip


class TranscriptChange(InputSerializer):
    school_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    year_label = serializers.CharField(max_length=40, required=False, allow_blank=True)
    term_label = serializers.CharField(max_length=60, required=False, allow_blank=True)
    course = optional(Course)
    course_code = serializers.CharField(max_length=100, required=False, allow_blank=True)
    course_title = serializers.CharField(max_length=200)
    percent = serializers.DecimalField(**_PERCENT, min_value=_NOUGHT, required=False, allow_null=True)
    label = serializers.CharField(max_length=20, required=False, allow_blank=True)  # type: ignore[assignment]  # a field of that name
    points = serializers.DecimalField(**_POINTS, min_value=_NOUGHT, required=False, allow_null=True)
    is_final = serializers.BooleanField(required=False)
    credits_attempted = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=_NOUGHT, required=False, allow_null=True
    )
    credits_earned = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=_NOUGHT, required=False, allow_null=True
    )
    credit_type = serializers.CharField(max_length=60, required=False, allow_blank=True)


class TranscriptInput(TranscriptChange):
    student = Reached(model=Student)


class ResultLineSerializer(serializers.Serializer[Any]):
    """A result, with what it is out of and whether families see it."""

    id = serializers.UUIDField(source="result.pk")
    line_item = serializers.UUIDField(source="item.pk")
    title = serializers.CharField(source="item.title")
    day = serializers.DateField()
    status = serializers.CharField(source="result.status")
    score = serializers.DecimalField(source="result.score", max_digits=8, decimal_places=3, allow_null=True)
    text_score = serializers.CharField(source="result.text_score")
    maximum = serializers.DecimalField(source="item.maximum", max_digits=8, decimal_places=3)
    percent = serializers.SerializerMethodField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    days_late = serializers.IntegerField(source="result.days_late")
    comment = serializers.CharField(source="result.comment")
    is_out = serializers.BooleanField()

    @extend_schema_field(serializers.DecimalField(**_PERCENT, allow_null=True))
    def get_percent(self, line: Any) -> str | None:
        return None if line.percent is None else f"{line.percent:.4f}"


class PupilSubjectSerializer(serializers.Serializer[Any]):
    """`live` is the average of what is out; null where the campus does not show it to families."""

    section = serializers.UUIDField(source="section.pk")
    title = serializers.CharField()
    live = ExplainedTotalSerializer(allow_null=True)
    posted = serializers.SerializerMethodField()
    results = ResultLineSerializer(source="lines", many=True)

    @extend_schema_field(PostedGradeSerializer(many=True))
    def get_posted(self, subject: Any) -> Any:
        grades = [one for posted in subject.posted.values() for one in (posted.regular, posted.resit) if one]
        return PostedGradeSerializer(grades, many=True).data


class PupilMarksSerializer(serializers.Serializer[Any]):
    student = serializers.UUIDField(source="student.pk")
    subjects = PupilSubjectSerializer(many=True)


class RecordLineSerializer(serializers.Serializer[Any]):
    """A line of the record: from here, or from elsewhere."""

    title = serializers.CharField()
    year = serializers.CharField()
    term = serializers.CharField()
    school = serializers.CharField()
    percent = serializers.DecimalField(**_PERCENT, allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    points = serializers.DecimalField(**_POINTS, allow_null=True)
    credits_attempted = serializers.DecimalField(source="attempted", max_digits=6, decimal_places=2)
    credits_earned = serializers.DecimalField(source="earned", max_digits=6, decimal_places=2)
    is_final = serializers.BooleanField()
    is_resit = serializers.BooleanField(source="resit")


class GpaSerializer(serializers.Serializer[Any]):
    points = serializers.DecimalField(**_POINTS, allow_null=True)
    credits_attempted = serializers.DecimalField(source="attempted", max_digits=7, decimal_places=2)
    credits_earned = serializers.DecimalField(source="earned", max_digits=7, decimal_places=2)
    lines = serializers.IntegerField()


class TermGpaSerializer(serializers.Serializer[Any]):
    session = serializers.UUIDField(source="session_id")
    year = serializers.CharField()
    term = serializers.CharField()
    gpa = GpaSerializer()


class RecordSerializer(serializers.Serializer[Any]):
    cumulative = GpaSerializer()
    by_term = TermGpaSerializer(many=True)
    lines = RecordLineSerializer(many=True)


class RankSerializer(serializers.Serializer[Any]):
    student = serializers.UUIDField()
    rank = serializers.IntegerField()
