"""Pupils, staff, guardians and who answers for whom."""

import uuid
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q

from apps.academics.models import (
    CampusEnrollment,
    Guardian,
    Guardianship,
    StaffMember,
    Student,
    StudentStatus,
)
from apps.accounts.models import User
from apps.interop.services.planning.known import Known
from apps.interop.services.planning.places import Campuses, Sessions, Shelves
from apps.interop.services.planning.plan import Plan
from apps.interop.services.reading.plain import guardian_key
from apps.interop.services.staging import Record

_NAMES: Final = (
    "given_name",
    "middle_name",
    "family_name",
    "email",
    "phone",
    "address",
    "sourced_id",
    "version",
)
_NUMBER: Final = {"student": "admission_number", "staff": "employee_id"}


class People:
    """One planner for the three kinds; what they share is most of it."""

    def __init__(self, plan: Plan, campuses: Campuses, sessions: Sessions, shelves: Shelves) -> None:
        self.plan, self.campuses, self.sessions, self.shelves = plan, campuses, sessions, shelves
        self.campus_of: dict[uuid.UUID, uuid.UUID] = {}
        self.left: list[uuid.UUID] = []
        self._emails: dict[str, tuple[str, str]] = {}
        # Addresses somebody signs in with, and the persons that are theirs.
        self._logins: dict[str, set[uuid.UUID]] = {
            email.casefold(): set(people)
            for email, *people in User.objects.filter(school=plan.school).values_list(
                "email", "student", "staff_member", "guardian"
            )
        }

    def plan_students(self) -> None:
        fields = (
            *_NAMES,
            "campus_id",
            "grade_level_id",
            "admission_number",
            "roll_number",
            "birth_date",
            "sex",
            "blood_group",
            "status",
        )
        known = self._known("student", Student, fields)
        self.campus_of = {pk: known.get(pk, "campus_id") for pk in known}
        stays = _open_stays(self.plan)
        for record in self.plan.stage.sorted("student"):
            found = self._person("student", record, known)
            if found is not None:
                self._stay(record, found, known, stays)
        self._finish("student", known)

    def plan_staff(self) -> None:
        fields = (
            *_NAMES,
            "campus_id",
            "employee_id",
            "department",
            "job_title",
            "qualifications",
            "left_date",
        )
        known = self._known("staff", StaffMember, fields)
        for record in self.plan.stage.sorted("staff"):
            self._person("staff", record, known)
        self._finish("staff", known)

    def plan_guardians(self) -> None:
        known = Known(
            Guardian.objects.filter(school=self.plan.school),
            _NAMES,
            lambda values: (guardian_key(values),) if values["email"] or values["phone"] else (),
        )
        self.elsewhere = _guardians_elsewhere(self.plan)
        by_child = self._guardians_by_child() if self.plan.stage.has_plain else {}
        for record in self.plan.stage.sorted("guardian"):
            values = record.values
            row_id = known.match(record.sourced_id, guardian_key(values))
            if row_id is None and (child := self.plan.ids["student"].get(values.get("child", ""))):
                row_id = by_child.get((child, _full_name(values).casefold()))
            if not self._may_touch("guardian", record, known, row_id):
                continue
            if record.ends:
                self._end_guardian(record, known)
                continue
            self._warn_of_email(record, row_id)
            wanted = {name: values.get(name, "") for name in _NAMES[:6]} | {"sourced_id": record.sourced_id}
            self.plan.settle("guardian", record, known, row_id, wanted, _full_name(values))
        self._finish("guardian", known)

    # --- pupils and staff ---

    def _known(self, kind: str, model: Any, fields: tuple[str, ...]) -> Known:
        rows, number = model.objects.filter(school=self.plan.school), _NUMBER[kind]
        known = Known(rows, fields, lambda values: (values[number].casefold(),))
        self.plan.names |= {pk: _full_name(known.values(pk)) for pk in known}
        self._numbers: dict[str, str] = {}
        return known

    def _person(self, kind: str, record: Record, known: Known) -> uuid.UUID | None:
        values = record.values
        number = values["number"] or record.key
        row_id = known.match(record.sourced_id, number.casefold())
        if not self._may_touch(kind, record, known, row_id):
            return None
        if record.ends:
            return self._end(kind, record, known, row_id)
        if not self._number_is_free(kind, record, known, row_id, number):
            return None
        campus_id = self._campus(kind, record, known, row_id)
        if campus_id is None:
            self.plan.stage.bad[kind].add(record.key)
            return None
        wanted = self._wanted(kind, record) | {"campus_id": campus_id}
        if wanted.get("birth_date") and wanted["birth_date"] > self.plan.today:
            self.plan.skip(kind, record, "birthDate", "DATE_UNLIKELY", str(wanted["birth_date"]))
            return None
        self._warn_of_email(record, row_id)
        once: dict[str, Any] = {_NUMBER[kind]: number}
        if kind == "staff" and record.sourced_id:
            once["job_title"] = wanted.pop("job_title", "")
        found = self.plan.settle(kind, record, known, row_id, wanted, _full_name(values), once)
        if found is not None and kind == "student":
            self.campus_of[found] = campus_id
        return found

    def _wanted(self, kind: str, record: Record) -> dict[str, Any]:
        values = record.values
        wanted = {name: values.get(name, "") for name in _NAMES[:6]} | {"sourced_id": record.sourced_id}
        wanted[_NUMBER[kind]] = values["number"]
        if kind == "staff":
            return wanted | {
                name: values.get(name, "") for name in ("department", "job_title", "qualifications")
            }
        return wanted | {
            "grade_level_id": self.shelves.grade(values["grade"], record),
            "roll_number": values.get("roll_number", ""),
            "blood_group": values.get("blood_group", ""),
            "birth_date": values.get("birth_date"),
            "sex": values.get("sex", ""),
            "status": StudentStatus.ACTIVE,
        }

    def _is_ours(self, known: Known, pk: uuid.UUID) -> bool:
        """Whether a row lies inside the campus the import is bound to (guardians belong where their
        pupils are).
        """
        bound = self.plan.campus_id
        return bound is None or (
            known.get(pk, "campus_id") == bound if "campus_id" in known.place else pk not in self.elsewhere
        )

    def _may_touch(self, kind: str, record: Record, known: Known, row_id: uuid.UUID | None) -> bool:
        if row_id is None or self._is_ours(known, row_id):
            return True
        self.plan.skip(kind, record, "", "ON_ANOTHER_CAMPUS", record.values["number"] or record.key)
        return False

    def _number_is_free(
        self, kind: str, record: Record, known: Known, row_id: uuid.UUID | None, number: str
    ) -> bool:
        folded = number.casefold()
        holder = known.by_natural.get(folded)
        in_school = holder is not None and holder != row_id and (record.values["number"] or row_id is None)
        in_file = self._numbers.get(folded, record.key) != record.key
        if in_school or in_file:
            self.plan.skip(kind, record, "identifier", "NUMBER_TAKEN", number)
            return False
        self._numbers[folded] = record.key
        return True

    def _campus(self, kind: str, record: Record, known: Known, row_id: uuid.UUID | None) -> uuid.UUID | None:
        orgs = record.values["orgs"]
        if not orgs and row_id is not None:
            found: uuid.UUID = known.get(row_id, "campus_id")
            return found
        return self.campuses.of(orgs, record, "orgSourcedIds", may_guess=kind == "staff")

    def _end(self, kind: str, record: Record, known: Known, row_id: uuid.UUID | None) -> uuid.UUID | None:
        wanted: dict[str, Any]
        if kind == "student":
            wanted = {"status": StudentStatus.WITHDRAWN}
            if row_id is not None and known.get(row_id, "status") != StudentStatus.ACTIVE:
                wanted = {}
        else:
            gone = row_id is not None and known.get(row_id, "left_date") is not None
            wanted = {} if gone else {"left_date": self.plan.today}
        found = self.plan.settle(kind, record, known, row_id, wanted, _full_name(record.values))
        if found is not None and kind == "student" and wanted:
            self.left.append(found)
        return found

    def _warn_of_email(self, record: Record, row_id: uuid.UUID | None) -> None:
        if not (email := record.values["email"].casefold()):
            return
        file_key = self._emails.setdefault(email, (record.sourced_id or record.key, record.file))
        login = self._logins.get(email)
        if file_key[0] != (record.sourced_id or record.key) or (login is not None and row_id not in login):
            self.plan.blame(record, "email", "EMAIL_SHARED", record.values["email"])

    def _finish(self, kind: str, known: Known) -> None:
        """Rows of the school answer to their ids too, and those of plain files to their numbers."""
        ids = self.plan.ids[kind]
        numbers: dict[str, uuid.UUID] = {}
        if kind in _NUMBER and (self.plan.stage.has_plain or self.plan.stage.records["transcript"]):
            numbers = {known.get(pk, _NUMBER[kind]): pk for pk in known}
        kept = {**numbers, **known.by_sourced}
        self.plan.ids[kind] = {ref: pk for ref, pk in kept.items() if self._is_ours(known, pk)} | ids
        self.plan.stage.drop(kind)
        self.plan.flush()

    # --- where a pupil is when ---

    def _stay(
        self, record: Record, student: uuid.UUID, known: Known, stays: dict[uuid.UUID, "_Stay"]
    ) -> None:
        """The open stay follows campus and grade; a change ends it today and opens the next."""
        stay, today = stays.get(student), self.plan.today
        if record.ends:
            if stay is not None:
                self.plan.also_change("stay", stay[0], {"end_date": max(today, stay[3])})
            return
        is_new = student not in known
        grade = self.shelves.grade(record.values["grade"], record)
        campus = self.campus_of[student]
        if not is_new:
            grade = grade or known.get(student, "grade_level_id")
        if stay is not None and (stay[1], stay[2]) == (campus, grade):
            return
        came_back = not is_new and known.get(student, "status") != StudentStatus.ACTIVE
        if stay is None and not is_new and not came_back:
            return
        begin = record.values.get("begins") or self.sessions.begin_of_year() if is_new else today
        if stay is not None and stay[3] >= today:
            self.plan.also_change("stay", stay[0], {"campus_id": campus, "grade_level_id": grade})
            return
        if stay is not None:
            self.plan.also_change("stay", stay[0], {"end_date": today})
        self.plan.also_create(
            "stay", {"student_id": student, "campus_id": campus, "grade_level_id": grade, "begin_date": begin}
        )

    # --- guardians ---

    def _guardians_by_child(self) -> dict[tuple[uuid.UUID, str], uuid.UUID]:
        links = Guardianship.objects.filter(school=self.plan.school, end_date__isnull=True).values_list(
            "student_id",
            "guardian_id",
            "guardian__given_name",
            "guardian__middle_name",
            "guardian__family_name",
        )
        return {
            (student, " ".join(filter(None, names)).casefold()): guardian
            for student, guardian, *names in links
        }

    def _end_guardian(self, record: Record, known: Known) -> None:
        row_id = known.match(record.sourced_id)
        links = list(
            Guardianship.objects.filter(guardian=row_id, end_date__isnull=True).values_list(
                "pk", "begin_date"
            )
            if row_id
            else ()
        )
        for pk, begin in links:
            self.plan.also_change(
                "guardianship", pk, {"end_date": max(self.plan.today, begin + timedelta(days=1))}
            )
        self.plan.count("guardian", record.file, "ended" if row_id and links else "left")

    def plan_guardianships(self) -> None:
        rows = Guardianship.objects.filter(school=self.plan.school, end_date__isnull=True)
        known = Known(
            rows, ("student_id", "guardian_id", "relation"), lambda v: ((v["student_id"], v["guardian_id"]),)
        )
        for record in self.plan.stage.sorted("guardianship"):
            values = record.values
            student = self.plan.resolve("student", values["student"], record, "agentSourcedIds")
            guardian = (
                self.plan.resolve("guardian", values["guardian"], record, "agentSourcedIds")
                if student
                else None
            )
            if student is None or guardian is None:
                continue
            row_id = known.match("", (student, guardian))
            wanted = {"student_id": student, "guardian_id": guardian, "relation": values["relation"]}
            once = {
                "begin_date": self.plan.today,
                "may_see_marks": values["is_carer"],
                "may_collect": values["is_carer"],
            }
            label = (
                f"{self.plan.names.get(guardian, values['guardian'])} · {self.plan.names.get(student, '')}"
            )
            self.plan.settle("guardianship", record, known, row_id, wanted, label, once)
        self.plan.stage.drop("guardianship")
        self.plan.flush()


_Stay = tuple[uuid.UUID, uuid.UUID, uuid.UUID | None, date]


def _open_stays(plan: Plan) -> dict[uuid.UUID, _Stay]:
    rows = CampusEnrollment.objects.filter(Q(school=plan.school) & Q(end_date__isnull=True))
    return {
        student: (pk, campus, grade, begin)
        for pk, student, campus, grade, begin in rows.values_list(
            "pk", "student_id", "campus_id", "grade_level_id", "begin_date"
        ).iterator(chunk_size=5000)
    }


def _guardians_elsewhere(plan: Plan) -> set[uuid.UUID]:
    """Guardians all of whose pupils are on other campuses than the one the import is bound to."""
    if plan.campus_id is None:
        return set()
    linked = Guardianship.objects.filter(school=plan.school)
    here = set(linked.filter(student__campus=plan.campus_id).values_list("guardian_id", flat=True))
    return set(linked.values_list("guardian_id", flat=True)) - here


def _full_name(values: dict[str, Any]) -> str:
    return " ".join(filter(None, (values["given_name"], values["middle_name"], values["family_name"])))
