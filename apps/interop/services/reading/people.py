"""People of OneRoster-like files: a user may hold several roles, told in several tables."""

from dataclasses import dataclass, field
from typing import Any

from apps.academics.models import Sex
from apps.interop.services import words
from apps.interop.services.staging import Record, Stage
from apps.interop.services.values import Row, plain_word


@dataclass(slots=True)
class Part:
    """One role of a person."""

    kind: str
    title: str
    org: str = ""
    grade: str = ""
    begins: Any = None
    is_primary: bool = False
    ends: bool = False


@dataclass(slots=True)
class Person:
    """A user and what the other tables add."""

    record: Record
    orgs: list[str]
    grade: str
    agents: list[str]
    parts: list[Part] = field(default_factory=list)


class People:
    """Collects users, roles, relationships and demographics; `settle` turns them into records."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.known: dict[str, Person] = {}
        self.relations: dict[tuple[str, str], tuple[str, Row | None, str, int]] = {}

    # --- tables ---

    def user(self, row: Row) -> None:
        sid = row.text("sourcedid", required=True)
        values = {
            "given_name": row.text("givenname", 100),
            "middle_name": row.text("middlename", 100),
            "family_name": row.text("familyname", 100),
            "email": row.email("email"),
            "phone": row.phone("sms", "phone"),
            "number": row.text("identifier", 60),
        }
        named_whole(row, values, "givenname")
        ends = row.ends()
        grade = one_grade(row)
        orgs = [org for org in (row.raw("primaryorgsourcedid"), *row.list("orgsourcedids")) if org]
        role = (
            row.word("role", words.ROLES, "ROLE_UNKNOWN")
            if row.has("role") and (row.raw("role") or not sid)
            else None
        )
        if row.failed:
            self.stage.bad["person"].add(sid)
            return
        person = Person(
            Record(sid, row.file, row.line, values, ends, sid), orgs, grade, row.list("agentsourcedids")
        )
        if role is not None:
            person.parts.append(Part(role[0], role[1]))
        self._keep(row, sid, person)

    def _keep(self, row: Row, sid: str, person: Person) -> None:
        known = self.known.get(sid)
        if known is None:
            self.known[sid] = person
        elif (known.record.values, known.orgs, known.grade) == (
            person.record.values,
            person.orgs,
            person.grade,
        ):
            fresh = [part for part in person.parts if part not in known.parts]
            known.parts.extend(fresh)
            if not fresh:
                row.blame("sourcedid", "DUPLICATE_ROW", sid)
        else:
            row.blame("sourcedid", "DUPLICATE_ID", sid, hint=f"{known.record.file}:{known.record.line}")

    def role(self, row: Row) -> None:
        sid = row.text("usersourcedid", required=True)
        role = row.word("role", words.ROLES, "ROLE_UNKNOWN")
        begins = row.date("rolestartdate" if row.has("rolestartdate") else "begindate")
        row.date("roleenddate" if row.has("roleenddate") else "enddate")
        is_primary = plain_word(row.raw("roletype")) == "primary" or bool(row.flag("isprimary"))
        if row.failed or not self._has(row, "usersourcedid", sid) or role is None:
            return
        part = Part(
            role[0], role[1], row.raw("orgsourcedid"), row.raw("grade"), begins, is_primary, row.ends()
        )
        if part not in self.known[sid].parts:
            self.known[sid].parts.append(part)

    def relationship(self, row: Row) -> None:
        child, adult = (
            row.text("usersourcedid", required=True),
            row.text("relationshipusersourcedid", required=True),
        )
        word = row.raw("relationshiprole")
        if plain_word(word) not in words.RELATIONS:
            row.blame("relationshiprole", "ROLE_UNKNOWN", word, hint=", ".join(filter(None, words.RELATIONS)))
        if row.failed or not self._has(row, "usersourcedid", child):
            return
        if self._has(row, "relationshipusersourcedid", adult):
            self.relations[child, adult] = (plain_word(word), None, row.file, row.line)
            person = self.known[adult]
            if not any(part.kind == words.GUARDIAN for part in person.parts):
                person.parts.append(Part(words.GUARDIAN, ""))

    def demographic(self, row: Row) -> None:
        key = "usersourcedid" if row.has("usersourcedid") else "sourcedid"
        sid = row.text(key, required=True)
        born = row.date("birthdate")
        sex = sex_of(row, "sex")
        if row.failed or not self._has(row, key, sid):
            return
        self.known[sid].record.values |= {"birth_date": born, "sex": sex}

    def _has(self, row: Row, key: str, sid: str) -> bool:
        if sid in self.known:
            return True
        code = "DEPENDS_ON_SKIPPED" if sid in self.stage.bad["person"] else "REFERENCE_UNKNOWN"
        row.blame(key, code, sid)
        return False

    # --- the end ---

    def settle(self) -> None:
        """Split every person into the records of their roles, and link guardians to pupils."""
        for sid, person in self.known.items():
            if not person.parts:
                self._say(person.record, "NO_ROLE", sid)
            for kind in dict.fromkeys(part.kind for part in person.parts):
                self._settle(sid, person, kind)
        for sid, person in self.known.items():
            for agent in person.agents:
                self._agent(sid, person, agent)
        for (child, adult), (word, _, file, line) in self.relations.items():
            self._link(child, adult, word, file, line)
        self.known = {}

    def _settle(self, sid: str, person: Person, kind: str) -> None:
        parts = sorted(
            (part for part in person.parts if part.kind == kind),
            key=lambda p: (p.ends, not p.is_primary, p.org, p.title),
        )
        record = person.record
        values = dict(record.values)
        values["orgs"] = [*dict.fromkeys([*(part.org for part in parts if part.org), *person.orgs])]
        if kind == words.STUDENT:
            values["grade"] = next((part.grade for part in parts if part.grade), "") or person.grade
            values["begins"] = min((part.begins for part in parts if part.begins), default=None)
        elif kind == words.STAFF:
            values["job_title"] = parts[0].title
        ends = record.ends or all(part.ends for part in parts)
        self.stage.records[kind][sid] = Record(sid, record.file, record.line, values, ends, sid)

    def _agent(self, sid: str, person: Person, agent: str) -> None:
        """Both directions are in use: the pupil names the guardian, the guardian names the pupil."""
        record = person.record
        if sid in self.stage.records[words.STUDENT]:
            self._link(sid, agent, "", record.file, record.line, keep=True)
        elif sid in self.stage.records[words.GUARDIAN]:
            self._link(agent, sid, "", record.file, record.line, keep=True)

    def _link(self, child: str, adult: str, word: str, file: str, line: int, *, keep: bool = False) -> None:
        relation, is_carer = words.RELATIONS[word]
        key = f"{child}\x1f{adult}"
        values = {"student": child, "guardian": adult, "relation": relation, "is_carer": is_carer}
        known = self.stage.records["guardianship"].get(key)
        if known is None or not keep:
            self.stage.records["guardianship"][key] = Record(key, file, line, values)

    def _say(self, record: Record, code: str, value: str) -> None:
        self.stage.problems.add(record.file, record.line, "", code, value)


def one_grade(row: Row) -> str:
    grades = row.list("grades") or row.list("grade")
    if len(grades) > 1:
        row.blame("grades" if row.has("grades") else "grade", "SEVERAL_GRADES", ", ".join(grades))
    return grades[0] if grades else ""


def sex_of(row: Row, key: str) -> str:
    word = plain_word(row.raw(key))
    if not word:
        return ""
    if word not in words.SEXES:
        row.blame(key, "SEX_UNKNOWN", row.raw(key))
    return words.SEXES.get(word, Sex.UNSTATED)


def named_whole(row: Row, values: dict[str, Any], column: str) -> None:
    """Somebody with one name only has it as the given name; nobody is without any."""
    if not values["given_name"]:
        values["given_name"], values["family_name"] = values["family_name"], ""
    if not values["given_name"]:
        row.blame(column, "REQUIRED")
