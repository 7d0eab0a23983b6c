"""Marks of earlier terms: Contoso's and Ed-Fi's section marks, and plain tables of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from apps.interop.services import words
from apps.interop.services.staging import Stage
from apps.interop.services.values import Row, parsed_number, plain_word

TRANSCRIPT: Final = "transcript"
# Extra work leads beyond 100; nothing leads beyond this.
MOST_PERCENT: Final = Decimal(200)
UNUSUAL_PERCENT: Final = Decimal(120)
MOST_CREDITS: Final = Decimal(1000)

# Our field -> the column of a table of section marks.
SECTION_MARKS: Final = {
    "mark_id": "id",
    "student": "studentid",
    "course": "sectionid",
    "year": "schoolyear",
    "term": "termid",
    "score": "numericgradeearned",
    "letter": "alphagradeearned",
    "is_final": "isfinalgrade",
    "credits_attempted": "creditsattempted",
    "credits_earned": "creditsearned",
    "credit_type": "gradcredittype",
}


class Marks:
    """Reads one table of marks; `columns` says which key holds which field.

    An id is one mark's within one table. Where tables were joined (their header stands in the middle), ids
    begin anew, so the pupil belongs to the name of a mark.
    """

    def __init__(self, stage: Stage, columns: Mapping[str, str]) -> None:
        self.stage, self.columns = stage, columns
        self._stretch = 0
        self._holders: dict[str, tuple[str, int]] = {}

    def read(self, row: Row) -> None:
        mark_id = row.text(self._key("mark_id"), 120)
        student = row.text(self._key("student"), 120, required=True)
        values = self._place(row) | self._grade(row) | self._credits(row) | {"student": student}
        final = row.flag(self._key("is_final"))
        values["is_final"] = True if final is None else final
        self._refuse_a_second_holder(row, mark_id, student)
        sourced_id = f"{student}:{mark_id}" if mark_id else ""
        key = sourced_id or "\x1f".join(
            str(values[name])
            for name in ("student", "year", "term", "course", "title", "school_name", "is_final")
        )
        named = (self._key("mark_id"), mark_id) if mark_id else (self._key("student"), student)
        self.stage.put(TRANSCRIPT, row, key, values, sourced_id=sourced_id, named=named)

    def _key(self, field: str) -> str:
        return self.columns.get(field, "")

    def _place(self, row: Row) -> dict[str, Any]:
        place = {
            "course": row.text(self._key("course"), 100),
            "title": row.text(self._key("course_title"), 200),
            "year": row.text(self._key("year"), 40),
            "term": row.text(self._key("term"), 60),
            "school_name": row.text(self._key("school_name"), 200),
        }
        if not (place["course"] or place["title"]):
            row.blame(self._key("course") or self._key("course_title"), "COURSE_UNNAMED")
        return place

    def _grade(self, row: Row) -> dict[str, Any]:
        score, letter = row.number(self._key("score"), "SCORE_INVALID"), row.text(self._key("letter"), 20)
        is_number = not self._key("score") and parsed_number(letter) is not None
        if is_number:  # a table with one column of grades may hold numbers in it
            score = parsed_number(letter)
        percent = self._percent(row, score)
        points = row.number(self._key("points"))
        if percent is None and not letter and not row.failed:
            row.blame(self._key("score") or self._key("letter"), "GRADE_BLANK")
        elif letter and not is_number and plain_word(letter) not in words.LETTERS:
            row.blame(self._key("letter"), "LETTER_UNKNOWN", letter)
        return {"percent": percent, "label": letter, "points": points}

    def _percent(self, row: Row, score: Decimal | None) -> Decimal | None:
        maximum = row.number(self._key("maximum"))
        if score is None:
            return None
        if maximum is not None and maximum <= 0:
            row.blame(self._key("maximum"), "SCORE_OUT_OF_SCALE", str(maximum))
            return None
        percent = score * 100 / maximum if maximum else score
        key = self._key("score") or self._key("letter")
        if not 0 <= percent <= MOST_PERCENT:
            row.blame(key, "SCORE_OUT_OF_SCALE", row.raw(key), hint=f"0-{MOST_PERCENT}")
        elif percent > UNUSUAL_PERCENT:
            row.blame(key, "SCORE_UNUSUAL", row.raw(key))
        return percent.quantize(Decimal("0.0001"))

    def _credits(self, row: Row) -> dict[str, Any]:
        tried, earned = (row.number(self._key(name)) for name in ("credits_attempted", "credits_earned"))
        for name, value in (("credits_attempted", tried), ("credits_earned", earned)):
            if value is not None and not 0 <= value <= MOST_CREDITS:
                row.blame(self._key(name), "CREDITS_OUT_OF_SCALE", row.raw(self._key(name)))
        if tried is not None and earned is not None and earned > tried:
            key = self._key("credits_earned")
            row.blame(key, "CREDITS_EXCEEDED", row.raw(key), hint=f"≤ {tried.normalize():f}")
        return {
            "credits_attempted": tried,
            "credits_earned": earned,
            "credit_type": row.text(self._key("credit_type"), 60),
        }

    def _refuse_a_second_holder(self, row: Row, mark_id: str, student: str) -> None:
        """Within one table an id that stands for two pupils stands for neither."""
        if row.stretch != self._stretch:
            self._stretch, self._holders = row.stretch, {}
        holder, line = self._holders.setdefault(mark_id, (student, row.line))
        if mark_id and holder != student:
            row.blame(self._key("mark_id"), "DUPLICATE_ID", mark_id, hint=f"{row.file}:{line}")
