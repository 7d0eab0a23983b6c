"""Tables of Microsoft School Data Sync, version 1, where a section row carries its term and its course."""

from typing import Any, Final

from apps.academics.models import SectionKind, SessionKind
from apps.interop.services import words
from apps.interop.services.reading.people import named_whole, sex_of
from apps.interop.services.reading.rostered import Reader, after
from apps.interop.services.staging import Record, Stage
from apps.interop.services.values import Row, plain_word


class SdsOne:
    """One method per table; `readers` finds it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.readers: Final[dict[str, Reader]] = {
            "sds_school": self.school,
            "sds_section": self.section,
            "sds_teacher": self.teacher,
            "sds_student": self.student,
            "sds_member": self.member,
            "sds_user": self.guardian,
            "sds_relation": self.relation,
        }

    def finish(self) -> None:
        """Nothing waits for the last row."""

    def school(self, row: Row) -> None:
        self.stage.has_orgs = True
        sid = row.text("sisid", required=True)
        values = {
            "name": row.text("name", 200, required=True),
            "level": "campus",
            "number": row.text("schoolnumber", 40),
            "parent": "",
        }
        self.stage.put("campus", row, sid, values, sourced_id=sid, ends=row.ends())

    def student(self, row: Row) -> None:
        values = self._person(row, "studentnumber")
        values |= {
            "grade": row.raw("grade"),
            "begins": None,
            "birth_date": row.date("birthdate"),
            "sex": sex_of(row, "gender" if row.has("gender") else "sex"),
        }
        sid = row.raw("sisid")
        self.stage.put("student", row, sid, values, sourced_id=sid, ends=row.ends())

    def teacher(self, row: Row) -> None:
        values = self._person(row, "teachernumber")
        values["job_title"] = row.text("title", 100) or "Teacher"
        values["qualifications"] = row.text("qualification", 500)
        sid = row.raw("sisid")
        self.stage.put("staff", row, sid, values, sourced_id=sid, ends=row.ends())

    def _person(self, row: Row, number: str) -> dict[str, Any]:
        row.text("sisid", required=True)
        values: dict[str, Any] = {
            "given_name": row.text("firstname", 100),
            "middle_name": row.text("middlename", 100),
            "family_name": row.text("lastname", 100),
            "email": row.email("email" if row.has("email") else "secondaryemail"),
            "phone": row.phone("phone"),
            "number": row.text(number, 60),
            "orgs": row.list("schoolsisid"),
        }
        named_whole(row, values, "firstname")
        return values

    def section(self, row: Row) -> None:
        sid = row.text("sisid", required=True)
        term, course = self._term(row), self._course(row, sid)
        values = {
            "name": row.text("sectionname", 150, required=True),
            "code": row.text("sectionnumber", 60),
            "kind": SectionKind.SCHEDULED,
            "course": course,
            "org": row.raw("schoolsisid"),
            "terms": [term] if term else [],
            "grades": [],
            "subject": row.text("coursesubject", 100),
        }
        self.stage.put("section", row, sid, values, sourced_id=sid, ends=row.ends())

    def _term(self, row: Row) -> str:
        """The term inside the row; every section of the term repeats it, the first one counts."""
        begins, ends = row.date("termstartdate"), after(self.stage, row.date("termenddate"))
        name = row.text("termname", 100) or row.text("termsisid", 100)
        key = row.raw("termsisid") or name
        if not key or begins is None or ends is None:
            return ""
        if ends <= begins:
            row.blame("termenddate", "DATES_OUT_OF_ORDER", row.raw("termenddate"))
            return ""
        whole_year = (ends - begins).days > 270
        kind = SessionKind.SCHOOL_YEAR if whole_year else SessionKind.TERM
        values = {"name": name, "kind": kind, "begin_date": begins, "end_date": ends, "parent": ""}
        self._once("session", row, key, values)
        return key

    def _course(self, row: Row, sid: str) -> str:
        name = row.text("coursename", 150)
        key = row.raw("coursesisid") or row.raw("coursenumber")
        if not key:
            return ""
        values = {
            "name": name or key,
            "code": row.text("coursenumber", 60),
            "subject": row.text("coursesubject", 100),
            "grades": [],
        }
        self._once("course", row, key, values)
        return key

    def _once(self, kind: str, row: Row, key: str, values: dict[str, Any]) -> None:
        records = self.stage.records[kind]
        known = records.get(key)
        # Whatever the order of rows, the same one speaks for all: the smallest.
        if known is None or repr(sorted(values.items())) < repr(sorted(known.values.items())):
            records[key] = Record(key, row.file, row.line, values, sourced_id=key)

    def member(self, row: Row) -> None:
        """The two membership tables have one header: the file's name, then the person, tell them apart."""
        section, person = row.text("sectionsisid", required=True), row.text("sisid", required=True)
        teaches = self._is_teacher(row, person)
        values: dict[str, Any] = {"section": section, "person": person, "begin_date": None, "end_date": None}
        if teaches:
            values |= {"is_primary": True, "claimed": False}
        kind = "teaching" if teaches else "enrollment"
        self.stage.put(kind, row, f"{section}\x1f{person}", values)

    def _is_teacher(self, row: Row, person: str) -> bool:
        stem = row.file.casefold()
        if "teacher" in stem or "roster" in stem or "staff" in stem:
            return True
        if "student" in stem:
            return False
        return person in self.stage.records["staff"] and person not in self.stage.records["student"]

    def guardian(self, row: Row) -> None:
        email = row.email("email")
        values = {
            "given_name": row.text("firstname", 100),
            "middle_name": "",
            "family_name": row.text("lastname", 100),
            "email": email,
            "phone": row.phone("phone"),
            "number": "",
            "orgs": [],
        }
        named_whole(row, values, "firstname")
        if not email:
            row.blame("email", "REQUIRED", row.raw("email"))
        self.stage.put("guardian", row, email.casefold(), values, sourced_id=row.raw("sisid"))

    def relation(self, row: Row) -> None:
        child, adult = row.text("sisid", required=True), row.text("email", required=True).casefold()
        word = plain_word(row.raw("role"))
        if word not in words.RELATIONS:
            row.blame("role", "ROLE_UNKNOWN", row.raw("role"), hint=", ".join(filter(None, words.RELATIONS)))
            return
        relation, is_carer = words.RELATIONS[word]
        values = {"student": child, "guardian": adult, "relation": relation, "is_carer": is_carer}
        self.stage.put("guardianship", row, f"{child}\x1f{adult}", values)
