"""The fields a caller may set, by verb: what is not named here cannot be written from outside."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from apps.academics.models import GradeLevel, Program
from apps.accounts.models import Campus, User
from apps.core.models import StoredFile


class PersonData(TypedDict, total=False):
    given_name: str
    middle_name: str
    family_name: str
    email: str
    phone: str
    address: str
    sourced_id: str


class StudentData(PersonData, total=False):
    admission_number: str
    roll_number: str
    program: Program | None
    birth_date: date | None
    sex: str
    blood_group: str
    photo: StoredFile | None
    custom: Mapping[str, Any]
    user: User | None


class StaffData(PersonData, total=False):
    employee_id: str
    campus: Campus
    department: str
    job_title: str
    qualifications: str
    joined_date: date | None
    photo: StoredFile | None
    custom: Mapping[str, Any]
    user: User | None


class GuardianData(PersonData, total=False):
    user: User | None


class GuardianshipData(TypedDict, total=False):
    relation: str
    is_primary: bool
    lives_with: bool
    may_contact: bool
    may_see_marks: bool
    may_collect: bool
    pays_share: Decimal
    order: int
    document: StoredFile | None


class SectionData(TypedDict, total=False):
    name: str
    code: str
    capacity: int
    grade_level: GradeLevel | None
    is_active: bool
    sourced_id: str
