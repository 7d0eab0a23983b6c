"""What has been made so far, handed from step to step."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from apps.academics.models import (
    AcademicSession,
    Course,
    GradeLevel,
    Guardian,
    Program,
    Section,
    StaffMember,
    Student,
    Subject,
)
from apps.accounts.models import Campus, School, User
from apps.facilities.models import Room
from apps.portals.demo.plan import CampusPlan, Plan, Slot, Week, Year
from apps.timetable.models import ClassPeriod


@dataclass
class Homeroom:
    """A homeroom, its pupils and what it is taught by whom."""

    campus: CampusPlan
    grade: int
    letter: str
    program: str
    week: Week
    section: Section | None = None
    room: Room | None = None
    teacher: "Teacher | None" = None
    pupils: list[Student] = field(default_factory=list)
    taught: dict[str, Section] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.grade}{self.letter}"


@dataclass
class Teacher:
    """A teaching post: its lessons a week by homeroom and subject, and later the person."""

    campus: CampusPlan
    department: str
    lessons: list[tuple[Homeroom, str, int]] = field(default_factory=list)
    own: Homeroom | None = None
    staff: StaffMember | None = None

    @property
    def load(self) -> int:
        return sum(count for _, _, count in self.lessons)


@dataclass
class Lesson:
    """One lesson of the weekly plan."""

    homeroom: Homeroom
    subject: str
    teacher: Teacher
    slot: Slot
    room: Room | None = None
    pattern_id: UUID | None = None


@dataclass
class Family:
    """Children of one household and who answers for them."""

    name: str
    children: list[Student] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)
    apart: bool = False


@dataclass
class Made:
    """A school in the making. Every random choice comes from `rng`."""

    plan: Plan
    today: date
    now: datetime
    year: Year
    rng: random.Random
    password: str
    school: School
    campuses: dict[str, Campus] = field(default_factory=dict)
    session: AcademicSession = field(init=False)
    grades: dict[int, GradeLevel] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    courses: dict[tuple[int, str], Course] = field(default_factory=dict)
    rooms: dict[str, dict[str, Room]] = field(default_factory=dict)
    periods: dict[str, dict[int, ClassPeriod]] = field(default_factory=dict)
    homerooms: list[Homeroom] = field(default_factory=list)
    teachers: list[Teacher] = field(default_factory=list)
    office: dict[str, StaffMember] = field(default_factory=dict)
    families: list[Family] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)

    def homerooms_of(self, campus: CampusPlan) -> list[Homeroom]:
        return [one for one in self.homerooms if one.campus is campus]
