"""Tables of Microsoft's Education Data Platform: rows name each other by inner ids, everybody else by outer
ones.
"""

from collections import defaultdict
from typing import Any, Final

from apps.academics.models import SectionKind, SessionKind
from apps.interop.services.reading.people import named_whole
from apps.interop.services.reading.rostered import Reader, after
from apps.interop.services.staging import Record, Stage
from apps.interop.services.values import Row


class Edp:
    """One method per table. Tables are read in the order in which they name each other."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._outer: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._people: dict[str, dict[str, Any]] = {}
        self.readers: Final[dict[str, Reader]] = {
            "edp_org": self.org,
            "edp_session": self.session,
            "edp_course": self.course,
            "edp_section": self.section,
            "edp_person": self.person,
            "edp_student_org": self.student,
            "edp_staff_org": self.staff,
            "edp_student_section": self.enrollment,
            "edp_staff_section": self.teaching,
        }

    def org(self, row: Row) -> None:
        self.stage.has_orgs = True
        sid = self._named(row, "org")
        values = {
            "name": row.text("name", 200, required=True),
            "level": "campus",
            "number": row.text("identifier", 40),
            "parent": "",
        }
        self._put("campus", row, sid, values)

    def session(self, row: Row) -> None:
        sid = self._named(row, "session")
        begins, ends = row.date("begindate", required=True), row.date("enddate", required=True)
        ends = after(self.stage, ends)
        if begins and ends and ends <= begins:
            row.blame("enddate", "DATES_OUT_OF_ORDER", row.raw("enddate"))
        values = {
            "name": row.text("name", 100, required=True),
            "kind": SessionKind.TERM,
            "begin_date": begins,
            "end_date": ends,
            "parent": "",
        }
        self._put("session", row, sid, values)

    def course(self, row: Row) -> None:
        sid = self._named(row, "course")
        values = {
            "name": row.text("name", 150, required=True),
            "code": sid[:60],
            "subject": "",
            "grades": [],
        }
        self._put("course", row, sid, values)

    def section(self, row: Row) -> None:
        sid = self._named(row, "section")
        session = self._outer_of(row, "session", "sessionid")
        values = {
            "name": row.text("name", 150, required=True),
            "code": sid[:60],
            "kind": SectionKind.SCHEDULED,
            "course": self._outer_of(row, "course", "courseid"),
            "org": self._outer_of(row, "org", "orgid"),
            "terms": [session] if session else [],
            "grades": [],
            "subject": "",
        }
        self._put("section", row, sid, values)

    def person(self, row: Row) -> None:
        sid = self._named(row, "person")
        values: dict[str, Any] = {
            "given_name": row.text("firstname", 100),
            "middle_name": row.text("middlename", 100),
            "family_name": row.text("lastname", 100),
            "email": "",
            "phone": "",
            "number": "",
            "birth_date": row.date("birthdate"),
        }
        named_whole(row, values, "firstname")
        if row.failed:
            self.stage.bad["person"].add(sid)
        else:
            self._people[sid] = values

    def student(self, row: Row) -> None:
        self._member(row, "student", {"grade": "", "begins": None, "sex": ""})

    def staff(self, row: Row) -> None:
        self._member(row, "staff", {"job_title": "Teacher"})

    def enrollment(self, row: Row) -> None:
        self._seat(row, "enrollment", {})

    def teaching(self, row: Row) -> None:
        self._seat(row, "teaching", {"is_primary": row.flag("isprimary") is not False, "claimed": False})

    def _member(self, row: Row, kind: str, values: dict[str, Any]) -> None:
        """Who belongs to a school; a table of students or staff beside it knows more and goes first."""
        sid, org = self._outer_of(row, "person", "personid"), self._outer_of(row, "org", "orgid")
        if row.failed or sid not in self._people:
            self.stage.bad[kind].add(sid)
            return
        known = self.stage.records[kind].get(sid)
        if known is None:
            values = {**self._people[sid], **values, "orgs": [org]}
            self.stage.records[kind][sid] = Record(sid, row.file, row.line, values, _ends(row), sid)
        elif org not in known.values["orgs"]:
            known.values["orgs"].append(org)

    def _seat(self, row: Row, kind: str, values: dict[str, Any]) -> None:
        section, person = (
            self._outer_of(row, "section", "sectionid"),
            self._outer_of(row, "person", "personid"),
        )
        key = f"{section}\x1f{person}"
        values = {"section": section, "person": person, "begin_date": None, "end_date": None, **values}
        self.stage.put(kind, row, key, values, ends=_ends(row), named=("personid", person))

    def _named(self, row: Row, kind: str) -> str:
        """The id others know it by."""
        inner = row.text(f"edp{kind}id", required=True)
        self._outer[kind][inner] = outer = row.text("externalid", required=True)
        return outer

    def _outer_of(self, row: Row, kind: str, key: str) -> str:
        inner = row.text(key, required=True)
        found = self._outer[kind].get(inner, "")
        if inner and not found:
            row.blame(key, "REFERENCE_UNKNOWN", inner)
        return found

    def _put(self, kind: str, row: Row, sid: str, values: dict[str, Any]) -> None:
        self.stage.put(kind, row, sid, values, sourced_id=sid, ends=_ends(row), named=("externalid", sid))


def _ends(row: Row) -> bool:
    return row.flag("isactive") is False
