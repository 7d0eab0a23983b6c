"""Courses, sections, who teaches them and who sits in them."""

import uuid
from collections import Counter
from datetime import date, timedelta
from typing import Any, Final

from apps.academics.models import (
    Course,
    Enrollment,
    EnrollmentStatus,
    Section,
    SectionKind,
    TeachingAssignment,
)
from apps.interop.services.planning.known import AMBIGUOUS, Known
from apps.interop.services.planning.people import People
from apps.interop.services.planning.places import Campuses, Sessions, Shelves, free_code
from apps.interop.services.planning.plan import Plan
from apps.interop.services.staging import Record

CAPACITY: Final = 40
ACTIVE, COMPLETED, WITHDRAWN = EnrollmentStatus.ACTIVE, EnrollmentStatus.COMPLETED, EnrollmentStatus.WITHDRAWN


class Classes:
    def __init__(self, plan: Plan, campuses: Campuses, sessions: Sessions, shelves: Shelves) -> None:
        self.plan, self.campuses, self.sessions, self.shelves = plan, campuses, sessions, shelves
        self.sections: dict[uuid.UUID, tuple[uuid.UUID, uuid.UUID]] = {}  # campus, session
        self.course_of: dict[uuid.UUID, uuid.UUID | None] = {}
        self.touched: set[uuid.UUID] = set()

    # --- courses ---

    def plan_courses(self) -> None:
        fields = ("name", "code", "subject_id", "grade_level_id", "is_active", "sourced_id")
        rows = Course.objects.filter(school=self.plan.school)
        self.courses = Known(rows, fields, lambda values: (values["code"].casefold(),))
        self.plan.names |= {pk: self.courses.get(pk, "name") for pk in self.courses}
        self._course_codes = {self.courses.get(pk, "code").casefold() for pk in self.courses}
        for record in self.plan.stage.sorted("course"):
            self._course(record)
        self.plan.ids["course"] = {**self.courses.by_sourced, **self.plan.ids["course"]}
        self.plan.flush()

    def _course(self, record: Record) -> uuid.UUID | None:
        values = record.values
        code = (values["code"] or record.key)[:60]
        row_id = self.courses.match(record.sourced_id, code.casefold())
        if record.ends:
            return self.plan.settle(
                "course", record, self.courses, row_id, {"is_active": False}, values["name"]
            )
        wanted = {
            "name": values["name"],
            "subject_id": self.shelves.subject(values["subject"], record),
            "grade_level_id": self._one_grade(values["grades"], record),
            "is_active": True,
            "sourced_id": record.sourced_id,
            "code": self._code(self.courses, row_id, code, self._course_codes),
        }
        return self.plan.settle("course", record, self.courses, row_id, wanted, values["name"])

    def _one_grade(self, grades: list[str], record: Record) -> uuid.UUID | None:
        return self.shelves.grade(grades[0], record) if len(grades) == 1 else None

    def _code(
        self, known: Known, row_id: uuid.UUID | None, code: str, taken: set[Any], scope: Any = None
    ) -> str:
        """The code of the file, numbered where another row has it; a numbered one stays as it is."""
        if row_id is not None:
            mine: str = known.get(row_id, "code")
            if mine.casefold() == code.casefold() or mine.startswith(f"{code[:54]}~"):
                return mine
        used = taken if scope is None else {one for of, one in taken if of == scope}
        free = free_code(code, used, 60)
        taken.add(free.casefold() if scope is None else (scope, free.casefold()))
        return free

    # --- sections ---

    def plan_sections(self) -> None:
        fields = (
            "name",
            "code",
            "kind",
            "campus_id",
            "session_id",
            "course_id",
            "grade_level_id",
            "is_active",
            "sourced_id",
        )
        rows = Section.objects.filter(school=self.plan.school)
        self.known = Known(rows, fields, _section_names)
        self.plan.names |= {pk: self.known.get(pk, "name") for pk in self.known}
        self.sections = {
            pk: (self.known.get(pk, "campus_id"), self.known.get(pk, "session_id")) for pk in self.known
        }
        self.course_of = {pk: self.known.get(pk, "course_id") for pk in self.known}
        self._codes: set[Any] = {
            (self.sections[pk], self.known.get(pk, "code").casefold()) for pk in self.known
        }
        self._seats = Counter(
            record.values["section"] for record in self.plan.stage.records["enrollment"].values()
        )
        for record in self.plan.stage.sorted("section"):
            self._section(record)
        bound = self.plan.campus_id
        kept = {**self._by_code(), **self.known.by_sourced}
        ours = {ref: pk for ref, pk in kept.items() if bound in {None, self.sections[pk][0]}}
        self.plan.ids["section"] = ours | self.plan.ids["section"]
        self.plan.stage.drop("course")
        self.plan.flush()

    def _section(self, record: Record) -> None:
        values, plan = record.values, self.plan
        row_id = self.known.match(record.sourced_id)
        if row_id and plan.campus_id and self.known.get(row_id, "campus_id") != plan.campus_id:
            plan.skip("section", record, "schoolSourcedId", "ON_ANOTHER_CAMPUS", values["name"])
            return
        if record.ends:
            plan.settle("section", record, self.known, row_id, {"is_active": False}, values["name"])
            return
        column = "schoolSourcedId"
        campus = self.campuses.of([values["org"]] if values["org"] else [], record, column)
        if campus is None:
            plan.stage.bad["section"].add(record.key)
            return
        session = self._session(record)
        if session is None:
            plan.stage.bad["section"].add(record.key)
            return
        code = (values["code"] or record.sourced_id or values["name"])[:60]
        row_id = self.known.match(record.sourced_id, (campus, session, code.casefold()))
        self._settle(record, row_id, campus, session, code)

    def _settle(
        self, record: Record, row_id: uuid.UUID | None, campus: uuid.UUID, session: uuid.UUID, code: str
    ) -> None:
        values = record.values
        course = self._section_course(record, row_id)
        if course is None and values["kind"] != SectionKind.HOMEROOM:
            self.plan.stage.bad["section"].add(record.key)
            return
        wanted = {
            "name": values["name"],
            "kind": values["kind"],
            "campus_id": campus,
            "session_id": session,
            "course_id": course,
            "grade_level_id": self._one_grade(values["grades"], record),
            "is_active": True,
            "sourced_id": record.sourced_id,
            "code": self._code(self.known, row_id, code, self._codes, (campus, session)),
        }
        once = {"capacity": max(CAPACITY, self._seats[record.key])}
        found = self.plan.settle("section", record, self.known, row_id, wanted, values["name"], once)
        if found is not None:
            self.sections[found], self.course_of[found] = (campus, session), course

    def _session(self, record: Record) -> uuid.UUID | None:
        terms = record.values["terms"]
        if terms:
            return self.sessions.of(terms, record, "termSourcedIds")
        known = self.known.by_sourced.get(record.sourced_id)
        if known is not None:
            session: uuid.UUID = self.known.get(known, "session_id")
            return session
        if record.sourced_id:
            self.plan.blame(record, "termSourcedIds", "TERM_MISSING", record.values["name"])
        return self.sessions.fallback(record)

    def _section_course(self, record: Record, row_id: uuid.UUID | None) -> uuid.UUID | None:
        """The course of the file; for lessons without one, the course they have, or one made from their
        name.
        """
        values = record.values
        if values["course"]:
            return self.plan.resolve("course", values["course"], record, "courseSourcedId")
        if values["kind"] == SectionKind.HOMEROOM:
            return None
        if row_id is not None:
            known: uuid.UUID | None = self.known.get(row_id, "course_id")
            return known
        self.plan.blame(record, "courseSourcedId", "COURSE_MISSING", values["name"])
        key = f"title:{values['name'].casefold()}"
        if key not in self.plan.ids["course"]:
            made = {
                "name": values["name"],
                "code": values["name"][:60],
                "subject": values["subject"],
                "grades": values["grades"],
            }
            self._course(Record(key, record.file, record.line, made))
        return self.plan.ids["course"].get(key)

    def _by_code(self) -> dict[str, uuid.UUID]:
        """Plain files name sections by code or name; only what fits one section of the current year
        counts.
        """
        if not self.plan.stage.has_plain:
            return {}
        year = self.sessions.current()
        found: dict[str, uuid.UUID] = {}
        for pk, (_campus, session) in self.sections.items():
            if session != year and self.sessions.parents.get(session) != year:
                continue
            names = {self.plan.names[pk]} | ({self.known.get(pk, "code")} if pk in self.known else set())
            for name in names:
                found[name] = AMBIGUOUS if name in found else pk
        return {name: pk for name, pk in found.items() if pk != AMBIGUOUS}

    # --- teaching ---

    def plan_teaching(self) -> None:
        records = list(self.plan.stage.sorted("teaching"))
        touched = {pk for record in records if (pk := self.plan.ids["section"].get(record.values["section"]))}
        fields = ("section_id", "staff_id", "is_primary", "begin_date", "end_date", "sourced_id")
        rows = TeachingAssignment.objects.filter(section__in=touched)
        known = Known(rows, fields, _teaching_names)
        primary: set[uuid.UUID] = set()
        for record in sorted(records, key=lambda record: (not record.values["claimed"], record.key)):
            self._teaching(record, known, primary)
        self.plan.stage.drop("teaching")
        self.plan.flush()

    def _teaching(self, record: Record, known: Known, primary: set[uuid.UUID]) -> None:
        values = record.values
        section = self.plan.resolve("section", values["section"], record, "classSourcedId")
        staff = self._who("staff", "student", record) if section else None
        if section is None or staff is None:
            return
        begin, end = self._span(record, section)
        row_id = known.match(record.sourced_id, (section, staff), (section, staff, begin), even_claimed=True)
        label = f"{self.plan.names.get(staff, '')} · {self.plan.names.get(section, '')}"
        if record.ends:
            ended = (
                row_id is not None
                and known.get(row_id, "end_date")
                and known.get(row_id, "end_date") <= self.plan.today
            )
            since = known.get(row_id, "begin_date") if row_id else self.plan.today
            day = max(self.plan.today, since + timedelta(days=1))
            self.plan.settle("teaching", record, known, row_id, {} if ended else {"end_date": day}, label)
            return
        is_primary = values["is_primary"] and section not in primary
        if values["claimed"] and not is_primary:
            self.plan.blame(record, "primary", "MANY_PRIMARY", values["person"])
        if is_primary:
            primary.add(section)
        wanted = {
            "section_id": section,
            "staff_id": staff,
            "is_primary": is_primary,
            "sourced_id": record.sourced_id,
            "begin_date": values["begin_date"],
            "end_date": values["end_date"],
        }
        once = {"begin_date": begin, "end_date": end}
        self.plan.settle("teaching", record, known, row_id, wanted, label, once)

    def _span(self, record: Record, section: uuid.UUID) -> tuple[date, date]:
        """The dates of the row, or those of the section's session."""
        first, after = self.sessions.spans[self.sections[section][1]]
        begin = record.values["begin_date"] or first
        end = record.values["end_date"] or after
        return begin, max(end, begin + timedelta(days=1))

    def _who(self, kind: str, other: str, record: Record) -> uuid.UUID | None:
        person = record.values["person"]
        if person not in self.plan.ids[kind] and person in self.plan.ids[other] and not record.ends:
            self.plan.blame(record, "role", "ROLE_MISMATCH", person)
            return None
        return self.plan.resolve(kind, person, record, "userSourcedId")

    # --- enrollments ---

    def plan_enrollments(self, people: People) -> None:
        ids = self.plan.ids["section"]
        records = self.plan.stage.records["enrollment"].values()
        self.touched |= {pk for record in records if (pk := ids.get(record.values["section"]))}
        fields = ("section_id", "student_id", "status", "begin_date", "end_date", "sourced_id")
        rows = Enrollment.objects.filter(section__in=self.touched)
        known = Known(rows, fields, _enrollment_names)
        seen: set[tuple[uuid.UUID, uuid.UUID]] = set()
        for record in self.plan.stage.sorted("enrollment"):
            self._enrollment(record, known, people, seen)
        self._end_places_of_leavers(people, known)
        self.plan.stage.drop("enrollment")
        self.plan.flush()

    def _enrollment(
        self, record: Record, known: Known, people: People, seen: set[tuple[uuid.UUID, uuid.UUID]]
    ) -> None:
        plan, values = self.plan, record.values
        section = plan.resolve("section", values["section"], record, "classSourcedId")
        student = self._who("student", "staff", record) if section else None
        if section is None or student is None:
            return
        begin, end = self._span(record, section)
        row_id = known.match(
            record.sourced_id, (student, section), (student, section, begin), even_claimed=True
        )
        label = f"{plan.names.get(student, '')} · {plan.names.get(section, '')}"
        if record.ends:
            self._end(record, known, row_id, label)
            return
        status = self._status(end, section)
        if status == ACTIVE and (student, section) in seen:
            plan.skip("enrollment", record, "userSourcedId", "ENROLLED_TWICE", values["person"])
            return
        seen.add((student, section))
        self._check_campus(record, section, student, people)
        wanted: dict[str, Any] = {
            "section_id": section,
            "student_id": student,
            "status": status,
            "sourced_id": record.sourced_id,
            "begin_date": values["begin_date"],
            "end_date": values["end_date"],
        }
        before = known.get(row_id, "status") if row_id else None
        found = plan.settle(
            "enrollment", record, known, row_id, wanted, label, {"begin_date": begin, "end_date": end}
        )
        if found is not None and status != before:
            self._note(found, status, begin if before is None else plan.today)

    def _check_campus(self, record: Record, section: uuid.UUID, student: uuid.UUID, people: People) -> None:
        if people.campus_of.get(student) != self.sections[section][0]:
            self.plan.blame(record, "schoolSourcedId", "OTHER_CAMPUS", record.values["person"])

    def _status(self, end: date, section: uuid.UUID) -> EnrollmentStatus:
        if end > self.plan.today:
            return ACTIVE
        return COMPLETED if end >= self.sessions.spans[self.sections[section][1]][1] else WITHDRAWN

    def _end(self, record: Record, known: Known, row_id: uuid.UUID | None, label: str) -> None:
        ends = row_id is not None and known.get(row_id, "status") == ACTIVE
        day = max(self.plan.today, known.get(row_id, "begin_date")) if row_id and ends else None
        wanted = {"status": WITHDRAWN, "end_date": day} if ends else {}
        found = self.plan.settle("enrollment", record, known, row_id, wanted, label)
        if found is not None and day is not None:
            self._note(found, WITHDRAWN, day)

    def _end_places_of_leavers(self, people: People, known: Known) -> None:
        """Who leaves the school leaves its sections, whether the file says so or not."""
        places = Enrollment.objects.filter(student__in=people.left, status=ACTIVE)
        for pk, section, begin in places.values_list("pk", "section_id", "begin_date"):
            if pk not in known.changed:
                day = max(self.plan.today, begin)
                self.plan.also_change("enrollment", pk, {"status": WITHDRAWN, "end_date": day})
                self._note(pk, WITHDRAWN, day)
                self.touched.add(section)

    def _note(self, enrollment: uuid.UUID, status: EnrollmentStatus, day: date) -> None:
        self.plan.also_create(
            "status_change", {"enrollment_id": enrollment, "status": status, "effective_date": day}
        )


def _section_names(values: dict[str, Any]) -> tuple[Any, ...]:
    return ((values["campus_id"], values["session_id"], values["code"].casefold()),)


def _enrollment_names(values: dict[str, Any]) -> tuple[Any, ...]:
    pair = (values["student_id"], values["section_id"])
    return (
        (pair, (*pair, values["begin_date"]))
        if values["status"] == ACTIVE
        else ((*pair, values["begin_date"]),)
    )


def _teaching_names(values: dict[str, Any]) -> tuple[Any, ...]:
    pair = (values["section_id"], values["staff_id"])
    return (pair, (*pair, values["begin_date"]))
