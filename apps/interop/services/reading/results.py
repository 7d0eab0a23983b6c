"""Gradebooks of OneRoster 1.1 and 1.2: categories, line items and results."""

from decimal import Decimal
from typing import Any, Final

from apps.gradebook.models import ScoreStatus
from apps.interop.services.reading.rostered import Reader
from apps.interop.services.staging import Stage
from apps.interop.services.values import Row

_STATUSES: Final[dict[str, ScoreStatus]] = {
    "": ScoreStatus.GRADED,
    "fullygraded": ScoreStatus.GRADED,
    "partiallygraded": ScoreStatus.GRADED,
    "earlyinprogress": ScoreStatus.GRADED,
    "exempt": ScoreStatus.EXEMPT,
    "notsubmitted": ScoreStatus.MISSING,
    "submitted": ScoreStatus.SUBMITTED,
    "missing": ScoreStatus.MISSING,
    "late": ScoreStatus.GRADED,
}
MOST_POINTS: Final = Decimal(99999)


class Results:
    """One method per table; `readers` finds it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.readers: Final[dict[str, Reader]] = {
            "categories": self.category,
            "line_items": self.line_item,
            "results": self.result,
        }

    def category(self, row: Row) -> None:
        sid = row.text("sourcedid", required=True)
        values = {"title": row.text("title", 60, required=True)}
        self.stage.put("category", row, sid, values, sourced_id=sid, ends=row.ends())

    def line_item(self, row: Row) -> None:
        sid = row.text("sourcedid", required=True)
        assigned, due = row.date("assigndate"), row.date("duedate")
        if assigned and due and due < assigned:
            row.blame("duedate", "DATES_OUT_OF_ORDER", row.raw("duedate"))
        maximum = row.number("resultvaluemax")
        if maximum is not None and not 0 < maximum <= MOST_POINTS:
            row.blame("resultvaluemax", "SCORE_OUT_OF_SCALE", row.raw("resultvaluemax"))
        values = {
            "title": row.text("title", 120, required=True),
            "description": row.raw("description")[:2000],
            "section": row.text("classsourcedid", required=True),
            "category": row.raw("categorysourcedid"),
            "term": row.first("gradingperiodsourcedid", "academicsessionsourcedid"),
            "assigned_date": assigned,
            "due_date": due,
            "maximum": maximum,
        }
        self.stage.put("line_item", row, sid, values, sourced_id=sid, ends=row.ends())

    def result(self, row: Row) -> None:
        sid = row.text("sourcedid", required=True)
        score, letter = row.number("score", "SCORE_INVALID"), row.text("textscore", 20)
        if score is not None and not 0 <= score <= MOST_POINTS:
            row.blame("score", "SCORE_OUT_OF_SCALE", row.raw("score"))
        values: dict[str, Any] = {
            "line_item": row.text("lineitemsourcedid", required=True),
            "student": row.text("studentsourcedid", required=True),
            "status": self._status(row, score, letter),
            "score": score,
            "text_score": letter,
            "comment": row.text("comment", 500),
        }
        self.stage.put("result", row, sid, values, sourced_id=sid, ends=row.ends())

    def _status(self, row: Row, score: Decimal | None, letter: str) -> ScoreStatus:
        """A score is a mark, whatever the status says; without one, the status has to say why."""
        said = row.word("scorestatus", _STATUSES) or ScoreStatus.GRADED
        if score is not None:
            return ScoreStatus.GRADED
        if row.flag("missing"):
            return ScoreStatus.MISSING
        if said == ScoreStatus.GRADED and not letter and not row.failed:
            row.blame("score", "GRADE_BLANK")
        return said
