"""Where the effects of a plan go: onto paper for the dry run, into the school for good."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from apps.academics import models as academics
from apps.academics.services import roster
from apps.accounts.models import Campus
from apps.core.models import SchoolRow, uuid7
from apps.gradebook import models as gradebook
from apps.gradebook.services.history import Marks, write_marks
from apps.interop.models import ImportLine, ImportProblem, ImportRun
from apps.interop.services.planning.plan import Effects, Line
from apps.interop.services.problems import Problem

# In the order in which rows refer to each other.
MODELS: Final[dict[str, type[SchoolRow]]] = {
    "campus": Campus,
    "grade_level": academics.GradeLevel,
    "subject": academics.Subject,
    "session": academics.AcademicSession,
    "course": academics.Course,
    "section": academics.Section,
    "student": academics.Student,
    "staff": academics.StaffMember,
    "guardian": academics.Guardian,
    "guardianship": academics.Guardianship,
    "stay": academics.CampusEnrollment,
    "teaching": academics.TeachingAssignment,
    "enrollment": academics.Enrollment,
    "status_change": academics.EnrollmentStatusChange,
}
MARKS: Final[dict[str, Marks]] = {
    "line_item": gradebook.LineItem,
    "result": gradebook.Result,
    "transcript": gradebook.CourseTranscript,
}


class Paper:
    """Keeps what would happen; writes nothing of the school."""

    def __init__(self, run: ImportRun, now: datetime) -> None:
        self.run, self.now = run, now

    def __call__(self, effects: dict[str, Effects], lines: list[Line]) -> None:
        rows = (
            {"id": uuid7(), "run_id": self.run.pk, **line._asdict(), "changes": Jsonb(line.changes)}
            for line in lines
        )
        roster.create_rows(ImportLine, rows, school_id=self.run.school_id, now=self.now)

    def keep_problems(self, problems: Sequence[Problem]) -> None:
        roster.create_rows(ImportProblem, self._rows(problems), school_id=self.run.school_id, now=self.now)

    def _rows(self, problems: Sequence[Problem]) -> Iterator[dict[str, Any]]:
        for problem in problems:
            yield {
                "id": uuid7(),
                "run_id": self.run.pk,
                "severity": problem.severity.value,
                **problem._asdict(),
            }


class School:
    """Writes, kind after kind."""

    def __init__(self, school_id: uuid.UUID, now: datetime) -> None:
        self.school_id, self.now = school_id, now
        # What was written of a gradebook, by model.
        self.marked: dict[Marks, set[uuid.UUID]] = {gradebook.LineItem: set(), gradebook.Result: set()}

    def __call__(self, effects: dict[str, Effects], lines: list[Line]) -> None:
        for kind, model in MODELS.items():
            if kind in effects:
                # Changes first: they may free what a new row takes.
                roster.change_rows(model, effects[kind].changed, now=self.now)
                roster.create_rows(model, effects[kind].created, school_id=self.school_id, now=self.now)
        for kind, model in MARKS.items():
            if kind in effects:
                if model in self.marked:
                    self.marked[model] |= _ids(effects[kind])
                write_marks(
                    model,
                    created=effects[kind].created,
                    changed=effects[kind].changed,
                    school_id=self.school_id,
                    now=self.now,
                )


def _ids(effects: Effects) -> set[uuid.UUID]:
    return {row["id"] for row in effects.created} | {pk for pk, _version, _changes in effects.changed}
