"""The comparison of a stage with the school: what is new, changed, ended or left as it is.

A plan is made twice from the same file: for the dry run, which keeps what it shows, and for the effect, which
writes. `digest` is the same both times, or the school has moved on in between and nothing is written.
"""

import hashlib
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from apps.accounts.models import School
from apps.core.models import uuid7
from apps.interop.models import Action
from apps.interop.services.planning.known import Known
from apps.interop.services.staging import Record, Stage

NOTHING: Final = (None, "")
LEFT: Final = "left"
# Words of the school that come along with rows of other kinds.
_MADE_ALONG: Final = ("grade_level", "subject")
# What the planners call a column, and what the formats (then plain tables) call it.
_COLUMNS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "orgSourcedIds": (("orgsourcedids", "primaryorgsourcedid", "schoolsisid"), "campus"),
    "schoolSourcedId": (("schoolsourcedid", "orgsourcedid", "schoolsisid"), "campus"),
    "classSourcedId": (("classsourcedid", "sectionsisid", "sectionid"), "section"),
    "userSourcedId": (("usersourcedid", "sisid", "studentsourcedid", "studentid"), "student"),
    "lineItemSourcedId": (("lineitemsourcedid",), ""),
    "categorySourcedId": (("categorysourcedid",), ""),
    "courseSourcedId": (("coursesourcedid", "coursesisid"), ""),
    "termSourcedIds": (("termsourcedids", "sessionsourcedids", "termsisid"), ""),
    "parentSourcedId": (("parentsourcedid",), ""),
    "agentSourcedIds": (("agentsourcedids", "relationshipusersourcedid", "email"), "student"),
    "identifier": (("identifier", "studentnumber", "teachernumber"), "number"),
    "birthDate": (("birthdate",), "birth_date"),
    "grade": (("grade", "grades"), "grade"),
    "email": (("email", "secondaryemail"), "email"),
}


class Line(NamedTuple):
    """One visible effect."""

    file: str
    line: int
    kind: str
    label: str
    action: str
    changes: dict[str, list[Any]]


@dataclass
class Effects:
    """What one kind needs written."""

    created: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[uuid.UUID, int | None, dict[str, Any]]] = field(default_factory=list)


Sink = Callable[[dict[str, Effects], list[Line]], None]


class Plan:
    """Shared by the planners of all kinds: ids, names, problems, effects."""

    def __init__(
        self, stage: Stage, school: School, campus_id: uuid.UUID | None, today: date, sink: Sink
    ) -> None:
        self.stage, self.school, self.campus_id, self.today = stage, school, campus_id, today
        self._sink = sink
        self.ids: dict[str, dict[str, uuid.UUID]] = defaultdict(dict)
        self.names: dict[uuid.UUID, str] = {}
        self.totals: dict[str, Counter[str]] = defaultdict(Counter)
        self.by_file: dict[str, Counter[str]] = defaultdict(Counter)
        self._headers: dict[str, dict[str, str]] = {}
        self._digest = hashlib.sha256()
        self.effects: dict[str, Effects] = defaultdict(Effects)
        self._lines: list[Line] = []

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def name_columns(self, file: str, headers: Mapping[str, str], meanings: Mapping[str, str]) -> None:
        """Let problems name the columns as the file does (`headers`: key -> header; `meanings`: of plain
        files).
        """
        named = self._headers.setdefault(file, {})
        for column, (keys, field_) in _COLUMNS.items():
            found = next((headers[key] for key in keys if key in headers), "") or meanings.get(field_, "")
            if found:
                named[column] = found

    def blame(self, record: Record, column: str, code: str, value: str = "", hint: str = "") -> None:
        shown = self._headers.get(record.file, {}).get(column, column)
        self.stage.problems.add(record.file, record.line, shown, code, value, hint)

    def skip(self, kind: str, record: Record, column: str, code: str, value: str = "") -> None:
        """Leave the row out; what points at it waits."""
        self.stage.bad[kind].add(record.key)
        self.blame(record, column, code, value)

    def resolve(self, kind: str, ref: str, record: Record, column: str) -> uuid.UUID | None:
        """The id behind a reference, or a problem of the row that makes it."""
        found = self.ids[kind].get(ref)
        if found is None and not record.ends:
            bad = self.stage.bad
            waits = ref in bad[kind] or (kind in {"student", "staff", "guardian"} and ref in bad["person"])
            self.blame(record, column, "DEPENDS_ON_SKIPPED" if waits else "REFERENCE_UNKNOWN", ref)
        return found

    def settle(
        self,
        kind: str,
        record: Record,
        known: Known,
        row_id: uuid.UUID | None,
        wanted: Mapping[str, Any],
        label: str,
        once: Mapping[str, Any] | None = None,
        emptied: Collection[str] = (),
    ) -> uuid.UUID | None:
        """Create or change a row; an empty value erases one in `emptied` only, and `once` counts for new rows
        only.
        """
        if row_id is None:
            return (
                None if self._left_if_ended(kind, record) else self.create(kind, record, wanted, label, once)
            )
        self.ids[kind][record.key] = row_id
        if row_id in known.settled:
            self.blame(record, "", "AMBIGUOUS", record.key.replace("\x1f", " "))
            return row_id
        known.settled.add(row_id)
        before = known.row(row_id)
        changes = {
            name: value
            for name, value in wanted.items()
            if (value not in NOTHING or name in emptied) and value != before[known.place[name]]
        }
        if not changes:
            self.count(kind, record.file, LEFT)
            return row_id
        shown = {name: [before[known.place[name]], value] for name, value in changes.items()}
        self.effects[kind].changed.append((row_id, known.version(row_id), changes))
        self._show(kind, record, label, Action.ENDED if record.ends else Action.CHANGED, shown)
        known.changed[row_id] = changes
        return row_id

    def _left_if_ended(self, kind: str, record: Record) -> bool:
        if record.ends:
            self.count(kind, record.file, LEFT)
        return record.ends

    def create(
        self,
        kind: str,
        record: Record,
        wanted: Mapping[str, Any],
        label: str,
        once: Mapping[str, Any] | None = None,
    ) -> uuid.UUID:
        """A row nothing in the school stands for yet."""
        new = uuid7()
        values = {name: value for name, value in {**wanted, **(once or {})}.items() if value not in NOTHING}
        self.effects[kind].created.append({"id": new, **values})
        self.ids[kind][record.key] = new
        self.names[new] = label
        self._show(kind, record, label, Action.CREATED, {})
        return new

    def also_create(self, kind: str, values: dict[str, Any]) -> None:
        """A row that follows from another one and is not counted by itself."""
        self.effects[kind].created.append({"id": uuid7(), **values})

    def also_change(self, kind: str, row_id: uuid.UUID, changes: dict[str, Any]) -> None:
        self.effects[kind].changed.append((row_id, None, changes))

    def count(self, kind: str, file: str, what: str) -> None:
        self.totals[kind][what] += 1
        if kind not in _MADE_ALONG:
            self.by_file[file][what] += 1

    def flush(self) -> None:
        """Hand over what has gathered and forget it."""
        effects, lines = self.effects, self._lines
        self.effects, self._lines = defaultdict(Effects), []
        self._sink(effects, lines)

    def _show(
        self, kind: str, record: Record, label: str, action: str, changes: dict[str, list[Any]]
    ) -> None:
        self.count(kind, record.file, action)
        told = {name: [self._told(value) for value in pair] for name, pair in changes.items()}
        line = Line(record.file, record.line, kind, label[:300], action, told)
        self._digest.update(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        self._lines.append(line)

    def _told(self, value: Any) -> Any:
        if isinstance(value, uuid.UUID):
            return self.names.get(value, "")
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        return value.isoformat() if isinstance(value, date) else value
