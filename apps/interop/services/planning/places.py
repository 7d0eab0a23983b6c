"""Campuses, academic sessions, grade levels and subjects of a plan."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.utils.text import slugify

from apps.academics.models import AcademicSession, GradeLevel, SessionKind, Subject
from apps.accounts.models import Campus
from apps.interop.services import words
from apps.interop.services.planning.known import Known
from apps.interop.services.planning.plan import Plan
from apps.interop.services.staging import Record

# A school year begins in April in these countries, in August elsewhere.
_APRIL: Final = frozenset({"IN", "JP", "NP", "BT"})


class Campuses:
    """Which organisation of the file is which campus."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        rows = Campus.objects.filter(school=plan.school)
        self.known = Known(rows, ("name", "code", "sourced_id", "is_active"), _campus_names)
        self.all: list[uuid.UUID] = list(self.known)
        plan.names |= {pk: self.known.get(pk, "name") for pk in self.known}
        self.records = plan.stage.records["campus"]
        self._told: set[str] = set()

    def plan_all(self) -> None:
        for record in self.plan.stage.sorted("campus"):
            if self.plan.campus_id is None and record.values["level"] == "campus":
                self._plan(record)
            else:
                self.plan.count("campus", record.file, "left")
        self.plan.flush()

    def _plan(self, record: Record) -> None:
        values = record.values
        number = slugify(values["number"])[:40]
        row_id = self.known.match(record.sourced_id, number, values["name"].casefold())
        wanted = (
            {"is_active": False}
            if record.ends
            else {
                "name": values["name"],
                "sourced_id": record.sourced_id,
                "is_active": True,
            }
        )
        code = number or slugify(values["name"])[:40] or slugify(record.key)[:40] or "campus"
        made = self.plan.effects["campus"].created
        taken = {self.known.get(pk, "code") for pk in self.known} | {row["code"] for row in made}
        once = {"code": free_code(code, taken, 40), "time_zone": self.plan.school.time_zone}
        found = self.plan.settle("campus", record, self.known, row_id, wanted, values["name"], once)
        if found is not None and found not in self.all:
            self.all.append(found)

    def of(
        self, orgs: Sequence[str], record: Record, column: str, *, may_guess: bool = False
    ) -> uuid.UUID | None:
        """The campus of a row that names these organisations; None with a problem when it is not clear."""
        if self.plan.campus_id is not None:
            return self.plan.campus_id
        for org in orgs:
            if (found := self._campus_at_or_above(org)) is not None:
                return found
        for org in orgs:
            below = self._campuses_below(org)
            if len(below) == 1 or (below and may_guess):
                self.plan.blame(record, column, "ORG_ABOVE_CAMPUS", org, self.plan.names[below[0]])
                return below[0]
        return self._only_one(orgs, record, column)

    def _only_one(self, orgs: Sequence[str], record: Record, column: str) -> uuid.UUID | None:
        undescribed = [org for org in orgs if org not in self.records]
        if undescribed and self.plan.stage.has_orgs:
            waits = any(org in self.plan.stage.bad["campus"] for org in undescribed)
            code = "DEPENDS_ON_SKIPPED" if waits else "REFERENCE_UNKNOWN"
            self.plan.blame(record, column, code, undescribed[0])
            return None
        if len(self.all) != 1:
            self.plan.blame(record, column, "CAMPUS_UNCLEAR", ", ".join(orgs))
            return None
        if undescribed and undescribed[0] not in self._told:
            self._told.add(undescribed[0])
            self.plan.blame(record, column, "ORG_UNDESCRIBED", undescribed[0], self.plan.names[self.all[0]])
        return self.all[0]

    def _campus_at_or_above(self, org: str) -> uuid.UUID | None:
        seen: set[str] = set()
        while org and org not in seen:
            seen.add(org)
            if (found := self.plan.ids["campus"].get(org)) is not None:
                return found
            record = self.records.get(org)
            if record is None:
                return self.known.match(org, slugify(org), org.casefold())
            org = record.values["parent"]
        return None

    def _campuses_below(self, org: str) -> list[uuid.UUID]:
        found: list[uuid.UUID] = []
        seen, level = {org}, [org]
        while level:
            children = [
                key
                for key, record in sorted(self.records.items())
                if record.values["parent"] in level and key not in seen
            ]
            seen.update(children)
            ids = [self.plan.ids["campus"].get(child) for child in children]
            found.extend(pk for pk in ids if pk is not None)
            level = [child for child, pk in zip(children, ids, strict=True) if pk is None]
        return found


class Sessions:
    """The tree of the year, and the stretch a section without one falls into."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        fields = ("name", "kind", "code", "begin_date", "end_date", "parent_id", "sourced_id")
        rows = AcademicSession.objects.filter(school=plan.school)
        self.known = Known(
            rows, fields, lambda v: ((v["name"].casefold(), v["begin_date"]), v["code"].casefold())
        )
        plan.names |= {pk: self.known.get(pk, "name") for pk in self.known}
        self.spans: dict[uuid.UUID, tuple[date, date]] = {}
        self.parents: dict[uuid.UUID, uuid.UUID | None] = {}
        self.years: set[uuid.UUID] = set()
        for pk in self.known:
            self._remember(pk, self.known.values(pk))
        self._codes = {self.known.get(pk, "code") for pk in self.known}

    def plan_all(self) -> None:
        records = self.plan.stage.records["session"]
        done: set[str] = set()
        for record in self.plan.stage.sorted("session"):
            self._with_parents(record, records, done, ())
        self.plan.ids["session"] = {**self.known.by_sourced, **self.plan.ids["session"]}
        self.plan.flush()

    def _with_parents(
        self, record: Record, records: dict[str, Record], done: set[str], path: tuple[str, ...]
    ) -> None:
        """Parents come first; a chain that meets itself is refused from its first row on."""
        if record.key in done:
            return
        done.add(record.key)
        parent = record.values["parent"]
        if parent in (*path, record.key):
            self.plan.skip("session", record, "parentSourcedId", "CYCLE", parent)
            return
        if parent in records:
            self._with_parents(records[parent], records, done, (*path, record.key))
        self._plan(record)

    def _plan(self, record: Record) -> None:
        values = record.values
        row_id = self.known.match(record.sourced_id, (values["name"].casefold(), values["begin_date"]))
        if record.ends:
            # Sections, marks and papers lie within its dates: a file that cut them short would orphan those.
            self.plan.blame(record, "status", "SESSION_STAYS", values["name"])
            self.plan.count("session", record.file, "left")
            return
        parent_id = self._parent(record, row_id)
        if parent_id is False:
            return
        wanted = {
            **{name: values[name] for name in ("name", "kind", "begin_date", "end_date")},
            "parent_id": parent_id,
            "sourced_id": record.sourced_id,
        }
        code = free_code(values["name"][:40], self._codes, 40) if row_id is None else ""
        found = self.plan.settle(
            "session", record, self.known, row_id, wanted, values["name"], {"code": code}
        )
        if found is not None:
            self._codes.add(code)
            self._remember(found, wanted)

    def _parent(self, record: Record, row_id: uuid.UUID | None) -> Any:
        parent = record.values["parent"]
        if not parent or record.values["kind"] == SessionKind.SCHOOL_YEAR:
            return None
        found = self.plan.ids["session"].get(parent) or self.known.by_sourced.get(parent)
        if found is None or found == row_id:
            waits = parent in self.plan.stage.bad["session"]
            self.plan.skip(
                "session",
                record,
                "parentSourcedId",
                "DEPENDS_ON_SKIPPED" if waits else "REFERENCE_UNKNOWN",
                parent,
            )
            return False
        return found

    def _remember(self, pk: uuid.UUID, values: dict[str, Any]) -> None:
        self.spans[pk] = (values["begin_date"], values["end_date"])
        self.parents[pk] = values["parent_id"]
        if values["kind"] == SessionKind.SCHOOL_YEAR:
            self.years.add(pk)

    def current(self) -> uuid.UUID | None:
        """The school year that runs today, else the next to come, else the last."""

        def closeness(pk: uuid.UUID) -> tuple[int, int]:
            begin, end = self.spans[pk]
            runs, comes = begin <= self.plan.today < end, begin > self.plan.today
            return (0 if runs else 1 if comes else 2, abs((begin - self.plan.today).days))

        return min(sorted(self.years, key=self.plan.names.__getitem__), key=closeness, default=None)

    def year_of(self, session: uuid.UUID) -> uuid.UUID:
        """The school year a session lies in, or the session itself where none is above it."""
        seen: set[uuid.UUID] = set()
        while (parent := self.parents.get(session)) is not None and session not in seen:
            seen.add(session)
            session = parent
        return session

    def begin_of_year(self) -> date:
        year = self.current()
        return self.spans[year][0] if year else self.plan.today

    def fallback(self, record: Record) -> uuid.UUID:
        """The current year; a school without any gets one."""
        if (year := self.current()) is not None:
            return year
        month = 4 if self.plan.school.country in _APRIL else 8
        today = self.plan.today
        first = today.year if today.month >= month else today.year - 1
        name = f"{first}-{first + 1}"
        values = {
            "name": name,
            "kind": SessionKind.SCHOOL_YEAR,
            "begin_date": date(first, month, 1),
            "end_date": date(first + 1, month, 1),
            "parent_id": None,
        }
        made = Record(f"year:{name}", record.file, record.line, values)
        found = self.plan.create("session", made, values, name, {"code": name})
        self._remember(found, values)
        return found

    def of(self, terms: Sequence[str], record: Record, column: str) -> uuid.UUID | None:
        """One stretch for a section: its term, or what holds all of its terms."""
        found: list[uuid.UUID] = []
        for term in terms:
            session = self.plan.resolve("session", term, record, column)
            if session is None:
                return None
            found.append(session)
        if len(found) < 2:
            return found[0] if found else None
        self.plan.blame(record, column, "SEVERAL_TERMS", ", ".join(terms))
        parents = {self.parents[session] for session in found}
        parent = parents.pop() if len(parents) == 1 else None
        return parent or max(
            found, key=lambda pk: (self.spans[pk][1] - self.spans[pk][0], self.plan.names[pk])
        )


class Shelves:
    """Grade levels and subjects: words of the school, found by how they are written, made when new."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.grades: dict[str, uuid.UUID] = {}
        self._shift = 0
        for pk, code, name, position in GradeLevel.objects.filter(school=plan.school).values_list(
            "id", "code", "name", "position"
        ):
            for text in (name, code):
                known, _, usual = words.grade_of(text)
                self.grades[known.casefold()] = pk
                if usual is not None:
                    self._shift = position - usual
            plan.names[pk] = name
        self.subjects: dict[str, uuid.UUID] = {}
        for pk, code, name in Subject.objects.filter(school=plan.school).values_list("id", "code", "name"):
            self.subjects |= {code.casefold(): pk, name.casefold(): pk}
            plan.names[pk] = name

    def grade(self, text: str, record: Record, column: str = "grade") -> uuid.UUID | None:
        if not text:
            return None
        code, name, position = words.grade_of(text)
        if (found := self.grades.get(code.casefold())) is None:
            if position is None:
                self.plan.blame(record, column, "GRADE_UNKNOWN", text)
            place = max(0, self._shift + (99 if position is None else position))
            made = Record(code, record.file, record.line, {})
            values = {"code": code, "name": name, "position": place}
            found = self.plan.create("grade_level", made, values, name)
            self.grades[code.casefold()] = found
        return found

    def subject(self, text: str, record: Record) -> uuid.UUID | None:
        if not text:
            return None
        if (found := self.subjects.get(text.casefold())) is None:
            made = Record(text, record.file, record.line, {})
            code = free_code(text[:40], self.subjects, 40)
            found = self.plan.create("subject", made, {"code": code, "name": text}, text)
            self.subjects |= {text.casefold(): found, code.casefold(): found}
        return found


def free_code(code: str, taken: Iterable[Any], limit: int) -> str:
    """The code itself, or the code with the first free number behind it."""
    used = {str(one).casefold() for one in taken}
    if code.casefold() not in used:
        return code
    number = 2
    while f"{code[: limit - 6]}~{number}".casefold() in used:
        number += 1
    return f"{code[: limit - 6]}~{number}"


def _campus_names(values: dict[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((values["code"], values["name"].casefold())))
