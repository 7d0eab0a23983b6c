from apps.gradebook.models.item import LineItem, Result, ScoreStatus
from apps.gradebook.models.posting import Attempt, CourseTranscript, PostedGrade, Posting
from apps.gradebook.models.scale import ScaleKind, ScoreBand, ScoreScale
from apps.gradebook.models.scheme import (
    Category,
    Gradebook,
    GradingScheme,
    MarkingRules,
    MissingWork,
    RankMethod,
    Rounding,
    Weighting,
    YearFrom,
)

__all__ = [
    "Attempt",
    "Category",
    "CourseTranscript",
    "Gradebook",
    "GradingScheme",
    "LineItem",
    "MarkingRules",
    "MissingWork",
    "PostedGrade",
    "Posting",
    "RankMethod",
    "Result",
    "Rounding",
    "ScaleKind",
    "ScoreBand",
    "ScoreScale",
    "ScoreStatus",
    "Weighting",
    "YearFrom",
]
