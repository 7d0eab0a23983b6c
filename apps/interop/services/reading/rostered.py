"""Tables of OneRoster 1.1 and 1.2 and of School Data Sync 2 and 2.1; they differ by columns, not by shape."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from apps.academics.models import SectionKind, SessionKind
from apps.interop.services import words
from apps.interop.services.reading.people import People
from apps.interop.services.staging import Stage
from apps.interop.services.values import Row

Reader = Callable[[Row], None]


class Rostered:
    """One method per table; `readers` finds it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.people = People(stage)
        self.readers: Final[dict[str, Reader]] = {
            "orgs": self.org,
            "academicsessions": self.session,
            "courses": self.course,
            "classes": self.section,
            "users": self.people.user,
            "roles": self.people.role,
            "relationships": self.people.relationship,
            "demographics": self.people.demographic,
            "enrollments": self.enrollment,
        }

    def finish(self) -> None:
        self.people.settle()

    def org(self, row: Row) -> None:
        self.stage.has_orgs = True
        sid = row.text("sourcedid", required=True)
        name = row.text("name", 200, required=True)
        level = row.word("type", words.ORGS)
        values = {
            "name": name,
            "level": level,
            "number": row.text("identifier", 40),
            "parent": row.raw("parentsourcedid"),
        }
        self.stage.put("campus", row, sid, values, sourced_id=sid, ends=row.ends())

    def session(self, row: Row) -> None:
        sid = row.text("sourcedid", required=True)
        name = row.text("title", 100, required=True)
        kind = row.word("type", words.SESSIONS) if row.has("type") else SessionKind.TERM
        begins, ends = row.date("startdate", required=True), row.date("enddate", required=True)
        year = row.raw("schoolyear")
        if year and not (year.isascii() and year.isdigit() and len(year) == 4):
            row.blame("schoolyear", "SCHOOL_YEAR_FORM", year)
        ends = after(self.stage, ends)
        if begins and ends and ends <= begins:
            row.blame("enddate", "DATES_OUT_OF_ORDER", row.raw("enddate"))
        values = {
            "name": name,
            "kind": kind,
            "begin_date": begins,
            "end_date": ends,
            "parent": row.raw("parentsourcedid"),
        }
        self.stage.put("session", row, sid, values, sourced_id=sid, ends=row.ends())

    def course(self, row: Row) -> None:
        sid = row.text("sourcedid", required=True)
        values = {
            "name": row.text("title", 150, required=True),
            "code": row.text("coursecode" if row.has("coursecode") else "code", 60),
            "subject": subject_of(row),
            "grades": row.list("grades") or row.list("grade"),
        }
        self.stage.put("course", row, sid, values, sourced_id=sid, ends=row.ends())

    def section(self, row: Row) -> None:
        sid = row.text("sourcedid", required=True)
        kind = SectionKind.SCHEDULED
        if row.raw("classtype"):
            kind = row.word("classtype", words.SECTION_KINDS) or kind
        values = {
            "name": row.text("title", 150, required=True),
            "code": row.text("classcode" if row.has("classcode") else "code", 60),
            "kind": kind,
            "course": row.raw("coursesourcedid"),
            "org": row.first("schoolsourcedid", "orgsourcedid"),
            "terms": row.list("termsourcedids") or row.list("sessionsourcedids"),
            "grades": row.list("grades") or row.list("grade"),
            "subject": subject_of(row),
        }
        self.stage.put("section", row, sid, values, sourced_id=sid, ends=row.ends())

    def enrollment(self, row: Row) -> None:
        section = row.text("classsourcedid", required=True)
        person = row.text("usersourcedid", required=True)
        role = row.word("role", words.ROLES, "ROLE_UNKNOWN")
        begins, ends = row.date("begindate"), after(self.stage, row.date("enddate"))
        primary = row.flag("primary")
        if begins and ends and ends <= begins:
            row.blame("enddate", "DATES_OUT_OF_ORDER", row.raw("enddate"))
        sid = row.text("sourcedid")
        if role is not None and role[0] == words.GUARDIAN:
            row.blame("role", "ROLE_MISMATCH", row.raw("role"))
        kind = "enrollment" if role is not None and role[0] == words.STUDENT else "teaching"
        values: dict[str, Any] = {
            "section": section,
            "person": person,
            "begin_date": begins,
            "end_date": ends,
        }
        if kind == "teaching":
            values["is_primary"] = primary if primary is not None else bool(role and role[2])
            values["claimed"] = primary is True
        self.stage.put(kind, row, sid or f"{section}\x1f{person}", values, sourced_id=sid, ends=row.ends())


def after(stage: Stage, day: date | None) -> date | None:
    """The first day that is no longer inside; OneRoster writes that day, School Data Sync the last one."""
    return day + timedelta(days=1) if day and stage.inclusive_ends else day


def subject_of(row: Row) -> str:
    named = row.list("subjects") or row.list("subject")
    return named[0][:100] if named else ""
