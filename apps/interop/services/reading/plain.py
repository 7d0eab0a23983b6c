"""Plain tables of students, staff, guardians and enrollments, with columns somebody named."""

from collections.abc import Mapping
from typing import Any

from apps.academics.models import Relation, SectionKind
from apps.interop.services import words
from apps.interop.services.reading.people import named_whole, sex_of
from apps.interop.services.staging import Record, Stage
from apps.interop.services.tables import key_of
from apps.interop.services.values import Row, plain_word

_FAMILY = (("father", Relation.FATHER), ("mother", Relation.MOTHER), ("guardian", Relation.GUARDIAN))


class Plain:
    """Reads one plain sheet; what is a sourced id elsewhere is an admission number or employee id here."""

    def __init__(self, stage: Stage, mapping: Mapping[str, Any]) -> None:
        self.stage = stage
        self.kind: str = mapping["kind"]
        self.columns = keys_of(mapping["columns"])

    def read(self, row: Row) -> None:
        getattr(self, f"_{self.kind}")(row)

    def date_keys(self) -> list[str]:
        names = ("birth_date", "admission_date", "begin_date", "end_date")
        return [self.columns[name] for name in names if name in self.columns]

    def _key(self, field: str) -> str:
        return self.columns.get(field, "")

    def _student(self, row: Row) -> None:
        values = self._person(row)
        number = row.text(self._key("number"), 60, required=True)
        values |= {
            "number": number,
            "orgs": [campus] if (campus := row.raw(self._key("campus"))) else [],
            "grade": row.text(self._key("grade"), 60),
            "roll_number": row.text(self._key("roll_number"), 20),
            "blood_group": row.text(self._key("blood_group"), 5),
            "birth_date": row.date(self._key("birth_date")),
            "begins": row.date(self._key("admission_date")),
            "sex": sex_of(row, self._key("sex")),
        }
        self._put(row, "student", number, values)
        if not row.failed:
            self._homeroom(row, number, values)
            self._family(row, number)

    def _staff(self, row: Row) -> None:
        values = self._person(row)
        number = row.text(self._key("number"), 60, required=True)
        values |= {
            "number": number,
            "orgs": [campus] if (campus := row.raw(self._key("campus"))) else [],
            "department": row.text(self._key("department"), 100),
            "job_title": row.text(self._key("job_title"), 100),
            "qualifications": row.text(self._key("qualifications"), 500),
        }
        self._put(row, "staff", number, values)

    def _guardian(self, row: Row) -> None:
        values = self._person(row) | {"number": "", "orgs": []}
        child = row.text(self._key("student"), 60, required=True)
        word = plain_word(row.raw(self._key("relation")))
        if word not in words.RELATIONS:
            row.blame(
                self._key("relation"), "ROLE_UNKNOWN", word, hint=", ".join(filter(None, words.RELATIONS))
            )
        if not row.failed:
            self._link(row, child, values, *words.RELATIONS[word])

    def _enrollment(self, row: Row) -> None:
        begins, last = row.date(self._key("begin_date")), row.date(self._key("end_date"))
        student = row.text(self._key("student"), required=True)
        section = row.text(self._key("section"), required=True)
        ends = last.fromordinal(last.toordinal() + 1) if last else None
        if begins and ends and ends <= begins:
            row.blame(self._key("end_date"), "DATES_OUT_OF_ORDER", str(last))
        values = {"section": section, "person": student, "begin_date": begins, "end_date": ends}
        self._put(row, "enrollment", f"{section}\x1f{student}", values)

    def _person(self, row: Row) -> dict[str, Any]:
        values: dict[str, Any] = {
            "given_name": row.text(self._key("given_name"), 100),
            "middle_name": row.text(self._key("middle_name"), 100),
            "family_name": row.text(self._key("family_name"), 100),
            "email": row.email(self._key("email")),
            "phone": row.phone(self._key("phone")),
            "address": row.raw(self._key("address")),
        }
        whole = row.text(self._key("full_name"), 250)
        if whole and not values["given_name"]:
            values |= _parted(whole)
        named_whole(row, values, self._key("full_name") or self._key("given_name"))
        for name in ("given_name", "family_name"):
            if len(values[name]) > 100:
                row.blame(self._key("full_name"), "TOO_LONG", values[name], hint="≤ 100")
        return values

    def _put(self, row: Row, kind: str, key: str, values: dict[str, Any]) -> None:
        status = plain_word(row.raw(self._key("status"))) if "status" in self.columns else ""
        ends = status in {"inactive", "withdrawn", "left", "transferred", "graduated", "no", "false", "0"}
        self.stage.put(kind, row, key, values, ends=ends)

    def _homeroom(self, row: Row, number: str, values: Mapping[str, Any]) -> None:
        """ "9" and "A" are the homeroom 9A; a longer name stands for itself."""
        letter, grade = row.text(self._key("section"), 60), values["grade"]
        if not letter:
            return
        name = f"{words.grade_of(grade)[0]}{letter}" if grade and len(letter) <= 2 else letter
        org = next(iter(values["orgs"]), "")
        section = {
            "name": name,
            "code": name,
            "kind": SectionKind.HOMEROOM,
            "course": "",
            "org": org,
            "terms": [],
            "grades": [grade] if grade else [],
            "subject": "",
        }
        key = f"{name}\x1e{org}"
        self.stage.records["section"].setdefault(key, Record(key, row.file, row.line, section))
        enrollment = {"section": key, "person": number, "begin_date": None, "end_date": None}
        self.stage.records["enrollment"][f"{key}\x1f{number}"] = Record(
            f"{key}\x1f{number}", row.file, row.line, enrollment
        )

    def _family(self, row: Row, child: str) -> None:
        for role, relation in _FAMILY:
            if name := row.text(self._key(f"{role}_name"), 250):
                adult = _parted(name) | {
                    "email": row.email(self._key(f"{role}_email")),
                    "phone": row.phone(self._key(f"{role}_phone")),
                    "number": "",
                    "orgs": [],
                }
                self._link(row, child, adult, relation, is_carer=True)

    def _link(self, row: Row, child: str, adult: dict[str, Any], relation: Relation, is_carer: bool) -> None:
        key = guardian_key(adult)
        if not (adult["email"] or adult["phone"]):
            # Nobody can say that two people of one name are one, so this one is known by the child.
            key, adult["child"] = f"{key}\x1d{child}", child
        self.stage.records["guardian"].setdefault(key, Record(key, row.file, row.line, adult))
        link = {"student": child, "guardian": key, "relation": relation, "is_carer": is_carer}
        self.stage.records["guardianship"][f"{child}\x1f{key}"] = Record(
            f"{child}\x1f{key}", row.file, row.line, link
        )


def keys_of(columns: Mapping[str, str]) -> dict[str, str]:
    """Our field -> the key of the column that somebody named for it."""
    return {field: key_of(header) for field, header in columns.items() if header}


def guardian_key(values: Mapping[str, Any]) -> str:
    """Who has no number is known by name and the way to reach them."""
    name = f"{values['given_name']} {values['family_name']}".casefold().strip()
    return f"{name}\x1d{values['email'].casefold() or values['phone']}"


def _parted(whole: str) -> dict[str, str]:
    """The last word is the family name; somebody with one name has none."""
    words_ = whole.split(" ")
    words_ = [word for word in words_ if word]
    given, family = (words_[:-1], words_[-1:]) if len(words_) > 1 else (words_, [])
    return {"given_name": " ".join(given)[:100], "middle_name": "", "family_name": "".join(family)[:100]}
