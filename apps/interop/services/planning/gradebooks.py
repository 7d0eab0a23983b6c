"""Line items and results of another system's gradebook, into ours where the section is known."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from apps.gradebook.models import Gradebook, GradingScheme, LineItem, Result, ScoreStatus
from apps.interop.services.planning.classes import Classes
from apps.interop.services.planning.known import Known
from apps.interop.services.planning.places import Sessions
from apps.interop.services.planning.plan import Plan
from apps.interop.services.planning.transcripts import KIND as TRANSCRIPT
from apps.interop.services.staging import Record

_ITEM: Final = (
    "section_id",
    "session_id",
    "category_id",
    "title",
    "description",
    "assigned_date",
    "due_date",
    "maximum",
    "sourced_id",
    "version",
)
_RESULT: Final = (
    "line_item_id",
    "student_id",
    "status",
    "score",
    "text_score",
    "comment",
    "sourced_id",
    "version",
)


class Gradebooks:
    """What is for a section of ours becomes line items and results; other results go to the record."""

    def __init__(self, plan: Plan, sessions: Sessions, classes: Classes) -> None:
        self.plan, self.sessions, self.classes = plan, sessions, classes
        self._outside: dict[str, Record] = {}  # line items of sections we do not have
        self._maximums: dict[uuid.UUID, Decimal] = {}

    def plan_line_items(self) -> None:
        stage = self.plan.stage
        records = list(stage.sorted("line_item"))
        refs = {record.values["line_item"] for record in stage.records["result"].values()}
        if not records and not refs:
            return
        rows = LineItem.objects.filter(school=self.plan.school).exclude(sourced_id="")
        known = Known(rows, _ITEM)
        self._maximums = {pk: known.get(pk, "maximum") for pk in known}
        self.plan.names |= {pk: known.get(pk, "title") for pk in known}
        self._categories = _categories(self.plan, records)
        for record in records:
            self._line_item(record, known)
        ours = {ref: pk for ref, pk in known.by_sourced.items() if self._is_ours(known.get(pk, "section_id"))}
        self.plan.ids["line_item"] = {**ours, **self.plan.ids["line_item"]}
        stage.drop("line_item")
        self.plan.flush()

    def _is_ours(self, section: uuid.UUID) -> bool:
        bound, place = self.plan.campus_id, self.classes.sections.get(section)
        return bound is None or (place is not None and place[0] == bound)

    def _line_item(self, record: Record, known: Known) -> None:
        values, plan = record.values, self.plan
        if record.ends:
            plan.blame(record, "status", "CANNOT_END", values["title"])
            plan.count("line_item", record.file, "left")
            return
        section = plan.ids["section"].get(values["section"])
        if section is None:
            self._outside[record.key] = record
            plan.count("line_item", record.file, "left")
            return
        session = plan.ids["session"].get(values["term"]) or self.classes.sections[section][1]
        wanted = {name: values[name] for name in ("title", "description", "assigned_date", "due_date")} | {
            "section_id": section,
            "session_id": session,
            "category_id": self._category(record, section),
            "maximum": values["maximum"],
            "sourced_id": record.sourced_id,
        }
        row_id = known.match(record.sourced_id)
        found = plan.settle("line_item", record, known, row_id, wanted, values["title"])
        if found is not None:
            plan.names[found] = values["title"]
            self._maximums[found] = values["maximum"] or self._maximums.get(found, Decimal(100))

    def _category(self, record: Record, section: uuid.UUID) -> uuid.UUID | None:
        told = self.plan.stage.records["category"].get(record.values["category"])
        if told is None:
            return None
        title = told.values["title"]
        shelf = self._categories.get(section, self._categories[None])
        found = shelf.get(title.casefold())
        if found is None:
            self.plan.blame(record, "categorySourcedId", "CATEGORY_UNKNOWN", title)
        return found

    # --- results ---

    def plan_results(self) -> None:
        records = list(self.plan.stage.sorted("result"))
        items = self.plan.ids["line_item"]
        touched = {pk for record in records if (pk := items.get(record.values["line_item"]))}
        rows = Result.objects.filter(line_item__in=touched)
        known = Known(rows, _RESULT, lambda values: ((values["line_item_id"], values["student_id"]),))
        for record in records:
            self._result(record, known)
        self.plan.stage.drop("result")
        self.plan.stage.drop("category")
        self.plan.flush()

    def _result(self, record: Record, known: Known) -> None:
        values, plan = record.values, self.plan
        if record.ends:
            plan.blame(record, "status", "CANNOT_END", record.key)
            plan.count("result", record.file, "left")
            return
        outside = self._outside.get(values["line_item"])
        is_letter_only = values["score"] is None and bool(values["text_score"])
        item = plan.ids["line_item"].get(values["line_item"])
        if outside is not None or (item is not None and is_letter_only):
            self._to_history(record, outside, item)
            return
        item = plan.resolve("line_item", values["line_item"], record, "lineItemSourcedId")
        student = plan.resolve("student", values["student"], record, "userSourcedId") if item else None
        if item is None or student is None:
            return
        most = 2 * self._maximums[item]
        if values["score"] is not None and values["score"] > most:
            score = f"{values['score'].normalize():f}"
            plan.blame(record, "score", "SCORE_OUT_OF_SCALE", score, hint=f"0-{most.normalize():f}")
            return
        wanted = {name: values[name] for name in ("status", "score", "text_score", "comment")} | {
            "line_item_id": item,
            "student_id": student,
            "sourced_id": record.sourced_id,
        }
        row_id = known.match(record.sourced_id, (item, student), even_claimed=True)
        label = f"{plan.names.get(student, '')} · {plan.names.get(item, '')}"
        # Work that is no longer marked has no mark.
        emptied = () if values["status"] == ScoreStatus.GRADED else ("score", "text_score")
        plan.settle("result", record, known, row_id, wanted, label, emptied=emptied)

    def _to_history(self, record: Record, outside: Record | None, item: uuid.UUID | None) -> None:
        """A letter without a score, or a result of a class nobody has here, is a line of the record."""
        values, told = record.values, outside.values if outside else {}
        if values["score"] is None and not values["text_score"]:
            self.plan.count("result", record.file, "left")
            return
        maximum = told.get("maximum") or (self._maximums.get(item) if item else None) or Decimal(100)
        percent = values["score"] * 100 / maximum if values["score"] is not None else None
        self.plan.blame(record, "lineItemSourcedId", "TO_HISTORY", values["line_item"])
        title = told.get("title") or (self.plan.names.get(item, "") if item else "")
        self.plan.stage.records[TRANSCRIPT][record.key] = Record(
            record.key,
            record.file,
            record.line,
            {
                "student": values["student"],
                "course": told.get("section", ""),
                "title": title,
                "year": "",
                "term": told.get("term", ""),
                "school_name": "",
                "percent": percent.quantize(Decimal("0.0001")) if percent is not None else None,
                "label": values["text_score"],
                "points": None,
                "is_final": False,
                "credits_attempted": None,
                "credits_earned": None,
                "credit_type": "",
            },
            sourced_id=f"{values['student']}:{record.sourced_id}",
        )


_Shelves = dict[uuid.UUID | None, dict[str, uuid.UUID]]


def _categories(plan: Plan, records: Iterable[Record]) -> _Shelves:
    """Section -> its scheme's categories by name; without a gradebook, those of the default scheme."""
    found: _Shelves = {None: {}}
    sections = {pk for record in records if (pk := plan.ids["section"].get(record.values["section"]))}
    rows = Gradebook.objects.filter(section__in=sections, scheme__categories__isnull=False)
    for section, name, pk in rows.values_list("section", "scheme__categories__name", "scheme__categories"):
        found.setdefault(section, {})[name.casefold()] = pk
    default = GradingScheme.objects.filter(school=plan.school, is_default=True, categories__isnull=False)
    for name, pk in default.values_list("categories__name", "categories"):
        found[None][name.casefold()] = pk
    return found
