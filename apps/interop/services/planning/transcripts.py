"""Grades of earlier terms, compared with the records of the pupils they belong to."""

import uuid
from typing import Any, Final

from apps.academics.models import Course
from apps.gradebook.models import CourseTranscript
from apps.interop.services.planning.classes import Classes
from apps.interop.services.planning.known import AMBIGUOUS, Known
from apps.interop.services.planning.places import Sessions
from apps.interop.services.planning.plan import Plan
from apps.interop.services.staging import Record

KIND: Final = "transcript"
_GRADE: Final = (
    "percent",
    "label",
    "points",
    "is_final",
    "credits_attempted",
    "credits_earned",
    "credit_type",
)
_PLACE: Final = ("school_name", "year_label", "term_label", "course_id", "course_code", "course_title")


class Transcripts:
    """A mark names its section, its course, or neither; then what it calls it is all that is known."""

    def __init__(self, plan: Plan, sessions: Sessions, classes: Classes) -> None:
        self.plan, self.sessions, self.classes = plan, sessions, classes
        # Where the file speaks with ids about a pupil: what it leaves out there is told.
        self._spoken: dict[tuple[uuid.UUID, str, str], Record] = {}
        self._unnamed: dict[str, Record] = {}

    def plan_all(self) -> None:
        records = list(self.plan.stage.sorted(KIND))
        if not records:
            return
        self._courses = self._course_names()
        known = self._known(records)
        for record in records:
            self._transcript(record, known)
        self._tell_unnamed()
        self._tell_missing(known)
        self.plan.stage.drop(KIND)
        self.plan.flush()

    def _known(self, records: list[Record]) -> Known:
        ids = self.plan.ids["student"]
        students = {pk for record in records if (pk := ids.get(record.values["student"]))}
        rows = CourseTranscript.objects.filter(school=self.plan.school, student__in=students)
        return Known(rows, ("student_id", *_PLACE, *_GRADE, "sourced_id"), _names)

    def _transcript(self, record: Record, known: Known) -> None:
        values = record.values
        student = self.plan.resolve("student", values["student"], record, "userSourcedId")
        if student is None:
            return
        wanted: dict[str, Any] = (
            {"student_id": student, "sourced_id": record.sourced_id}
            | self._place(record)
            | {name: values[name] for name in _GRADE}
        )
        row_id = known.match(record.sourced_id, _name(wanted))
        label = f"{self.plan.names.get(student, '')} · {wanted['course_title']}"
        self.plan.settle(KIND, record, known, row_id, wanted, label)
        if record.sourced_id:
            self._spoken.setdefault((student, wanted["year_label"], wanted["term_label"]), record)

    def _place(self, record: Record) -> dict[str, Any]:
        values, names = record.values, self.plan.names
        section = self.plan.ids["section"].get(values["course"])
        course = self.classes.course_of.get(section) if section else self._course(values)
        if section is None and course is None:
            self._unnamed[record.file] = min(
                record, self._unnamed.get(record.file, record), key=lambda one: one.line
            )
        year, term = self._when(values, section)
        title = values["title"] or names.get(course or section, "") or values["course"]  # type: ignore[arg-type]  # None names nothing
        return {
            "course_id": course,
            "course_code": values["course"],
            "course_title": title[:200],
            "school_name": values["school_name"],
            "year_label": year[:40],
            "term_label": term[:60],
        }

    def _when(self, values: dict[str, Any], section: uuid.UUID | None) -> tuple[str, str]:
        """What the row says, in the school's words where it has some; else when the section was taught."""
        names, session = self.plan.names, self.plan.ids["session"].get(values["term"])
        taught = session or (self.classes.sections[section][1] if section else None)
        root = self.sessions.year_of(taught) if taught else None
        year = root if root in self.sessions.years else None
        term = names.get(session, "") if session else values["term"]
        if not term and taught and taught != year:
            term = names.get(taught, "")
        return values["year"] or (names.get(year, "") if year else ""), term

    def _course(self, values: dict[str, Any]) -> uuid.UUID | None:
        named = self.plan.ids["course"].get(values["course"])
        found = named or next(
            (
                pk
                for name in (values["course"], values["title"])
                if name and (pk := self._courses.get(name.casefold()))
            ),
            None,
        )
        return None if found == AMBIGUOUS else found

    def _course_names(self) -> dict[str, uuid.UUID]:
        found: dict[str, uuid.UUID] = {}
        rows = Course.objects.filter(school=self.plan.school).values_list("pk", "code", "name")
        for pk, *names in rows:
            for name in {name.casefold() for name in names}:
                found[name] = AMBIGUOUS if name in found else pk
        return found

    def _tell_unnamed(self) -> None:
        """Once for each file, for what was taught years ago has often gone as a whole."""
        for record in self._unnamed.values():
            name = record.values["course"] or record.values["title"]
            self.plan.blame(record, "classSourcedId", "COURSE_UNKNOWN", name)

    def _tell_missing(self, known: Known) -> None:
        for pk in known:
            place = (known.get(pk, "student_id"), known.get(pk, "year_label"), known.get(pk, "term_label"))
            record = self._spoken.get(place)
            if record is not None and pk not in known.settled and known.get(pk, "sourced_id"):
                self.plan.blame(record, "", "NOT_IN_FILE", known.get(pk, "sourced_id"), _label(known, pk))


def _label(known: Known, pk: uuid.UUID) -> str:
    grade = known.get(pk, "label") or f"{known.get(pk, 'percent').normalize():f}"
    return f"{known.get(pk, 'course_title')}: {grade}"


def _name(values: dict[str, Any]) -> tuple[Any, ...]:
    return (
        values["student_id"],
        values["year_label"],
        values["term_label"],
        (values["course_code"] or values["course_title"]).casefold(),
        values["school_name"].casefold(),
        values["is_final"],
    )


def _names(values: dict[str, Any]) -> tuple[Any, ...]:
    return (_name(values),)
