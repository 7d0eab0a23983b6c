"""How scales, schemes and campus rules look outside, and the bodies that write them."""

from typing import Any

from rest_framework import serializers

from apps.academics.api.inputs import Reached
from apps.academics.models import Section
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.gradebook import models
from apps.gradebook.selectors.steps import Step, sentence

_PERCENT: dict[str, Any] = {"max_digits": 6, "decimal_places": 3, "min_value": 0, "max_value": 100}
_WEIGHT: dict[str, Any] = {"max_digits": 8, "decimal_places": 4, "min_value": 0}
_SCORE: dict[str, Any] = {"max_digits": 8, "decimal_places": 3, "min_value": 0}


class BandSerializer(RowSerializer):
    class Meta:
        model = models.ScoreBand
        fields = ["label", "description", "lower", "points", "is_passing"]


class BandInput(InputSerializer):
    """A band begins at `lower` percent and ends where the next one begins."""

    label = serializers.CharField(max_length=20)  # type: ignore[assignment]  # a field of that name
    description = serializers.CharField(max_length=100, required=False, allow_blank=True)
    lower = serializers.DecimalField(max_digits=7, decimal_places=4, min_value=0, max_value=200)
    points = serializers.DecimalField(
        max_digits=5, decimal_places=2, required=False, allow_null=True, min_value=0
    )
    is_passing = serializers.BooleanField(required=False)


class ScaleSerializer(RowSerializer):
    """A scale with its bands, the highest first."""

    bands = BandSerializer(many=True)

    class Meta:
        model = models.ScoreScale
        fields = ["id", "name", "code", "kind", "is_active", "version", "bands"]


class ScaleInput(InputSerializer):
    name = serializers.CharField(max_length=100)
    code = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(choices=models.ScaleKind.choices)
    bands = serializers.ListField(child=BandInput(), required=False, max_length=60)


class ScaleChange(ScaleInput):
    """Bands given take the place of all there are."""

    is_active = serializers.BooleanField(required=False)


class CategorySerializer(RowSerializer):
    class Meta:
        model = models.Category
        fields = [
            "id", "name", "code", "position", "weight", "drop_lowest", "best_of", "must_pass_percent",
            "is_extra_credit", "term_number",
        ]  # fmt: skip


class CategoryInput(InputSerializer):
    """With `id` or the code of one that is there, that one is changed; else it is new."""

    id = serializers.UUIDField(required=False)
    name = serializers.CharField(max_length=60)
    code = serializers.CharField(max_length=30)
    weight = serializers.DecimalField(required=False, **_WEIGHT)
    drop_lowest = serializers.IntegerField(required=False, min_value=0, max_value=100)
    best_of = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=100)
    must_pass_percent = serializers.DecimalField(required=False, allow_null=True, **_PERCENT)
    is_extra_credit = serializers.BooleanField(required=False)
    term_number = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=12)


class SchemeSerializer(RowSerializer):
    """A scheme with its categories. `section` is set on one that belongs to a single section."""

    categories = CategorySerializer(many=True)

    class Meta:
        model = models.GradingScheme
        fields = [
            "id", "name", "code", "section", "scale", "weighting", "formula", "year_from", "year_formula",
            "term_weights", "decimals", "rounding", "pass_mark", "grace_marks", "most_percent", "is_default",
            "is_active", "version", "categories",
        ]  # fmt: skip


class SchemeChange(InputSerializer):
    """Categories given are all there are."""

    name = serializers.CharField(max_length=100)
    code = serializers.CharField(max_length=40)
    scale = Reached(model=models.ScoreScale)
    weighting = serializers.ChoiceField(choices=models.Weighting.choices, required=False)
    formula = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    year_from = serializers.ChoiceField(choices=models.YearFrom.choices, required=False)
    year_formula = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    term_weights = serializers.DictField(
        child=serializers.DecimalField(**_WEIGHT), required=False, help_text="Term number: weight."
    )
    decimals = serializers.IntegerField(required=False, min_value=0, max_value=4)
    rounding = serializers.ChoiceField(choices=models.Rounding.choices, required=False)
    pass_mark = serializers.DecimalField(required=False, **_PERCENT)
    grace_marks = serializers.DecimalField(required=False, **_PERCENT)
    most_percent = serializers.DecimalField(
        required=False, allow_null=True, max_digits=6, decimal_places=3, min_value=1, max_value=999
    )
    is_default = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)
    categories = serializers.ListField(child=CategoryInput(), required=False, max_length=60)


class SchemeInput(SchemeChange):
    """With `section` the scheme is that section's own."""

    section = Reached(model=Section, required=False, allow_null=True)


class SchemeChoice(InputSerializer):
    scheme = Reached(model=models.GradingScheme)


class SampleMark(InputSerializer):
    """A made-up mark to try a scheme with."""

    title = serializers.CharField(max_length=120)
    code = serializers.CharField(max_length=30, required=False, allow_blank=True)
    category = serializers.CharField(max_length=30, required=False, allow_blank=True)
    score = serializers.DecimalField(allow_null=True, required=False, **_SCORE)
    maximum = serializers.DecimalField(required=False, **_SCORE)
    weight = serializers.DecimalField(required=False, **_WEIGHT)
    status = serializers.ChoiceField(choices=models.ScoreStatus.choices, required=False)
    days_late = serializers.IntegerField(required=False, min_value=0, max_value=1000)
    is_extra_credit = serializers.BooleanField(required=False)


class TryInput(InputSerializer):
    """`formula` is tried in place of the scheme's own; without `term_number` the marks are a whole year's."""

    marks = serializers.ListField(child=SampleMark(), max_length=100)
    formula = serializers.CharField(max_length=2000, required=False)
    term_number = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=12)


class TriedStepSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    params = serializers.DictField(child=serializers.CharField())
    depth = serializers.IntegerField()
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, step: Step) -> str:
        return sentence(step)


class TriedTotalSerializer(serializers.Serializer[Any]):
    """A total with the steps that explain it. `exact` is before grace and rounding."""

    exact = serializers.DecimalField(max_digits=None, decimal_places=None, allow_null=True)
    percent = serializers.DecimalField(max_digits=None, decimal_places=None, allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    points = serializers.DecimalField(max_digits=None, decimal_places=None, allow_null=True)
    is_passing = serializers.BooleanField(allow_null=True)
    steps = TriedStepSerializer(many=True)


class MarkingRulesSerializer(RowSerializer):
    class Meta:
        model = models.MarkingRules
        fields = [
            "campus", "missing_work", "missing_percent", "absent_work", "late_percent_per_day",
            "late_grace_days", "late_floor_percent", "rank_method", "shows_live_average", "shows_rank",
            "needs_proofreading", "version",
        ]  # fmt: skip


class MarkingRulesChange(InputSerializer):
    missing_work = serializers.ChoiceField(choices=models.MissingWork.choices, required=False)
    missing_percent = serializers.DecimalField(required=False, **_PERCENT)
    absent_work = serializers.ChoiceField(choices=models.MissingWork.choices, required=False)
    late_percent_per_day = serializers.DecimalField(required=False, **_PERCENT)
    late_grace_days = serializers.IntegerField(required=False, min_value=0, max_value=365)
    late_floor_percent = serializers.DecimalField(required=False, **_PERCENT)
    rank_method = serializers.ChoiceField(choices=models.RankMethod.choices, required=False)
    shows_live_average = serializers.BooleanField(required=False)
    shows_rank = serializers.BooleanField(required=False)
    needs_proofreading = serializers.BooleanField(required=False)
