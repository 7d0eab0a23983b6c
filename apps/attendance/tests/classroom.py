"""A small school for the tests: a section with a lesson at ten, its teacher, its pupils, its codes."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

from apps.academics.tests.factories import (
    EnrollmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    SectionFactory,
    StaffMemberFactory,
    StudentFactory,
    TeachingAssignmentFactory,
)
from apps.accounts.models import Role, User
from apps.accounts.tests.factories import RoleAssignmentFactory, UserFactory, user_with
from apps.attendance import services
from apps.attendance.models import Register
from apps.attendance.services import Mark
from apps.attendance.tests.factories import codes_for
from apps.core.policy import Actor
from apps.timetable.tests.factories import MONDAY, MeetingFactory

# Five past ten on the campus clock, when the lesson of MeetingFactory has just begun.
NOW = datetime(2026, 6, 15, 4, 35, tzinfo=UTC)


class Class:
    """`pupils` sit in `section`, which `teacher` teaches; `lesson` is today at ten."""

    def __init__(self, pupils: int = 3, day: date = MONDAY) -> None:
        self.day = day
        self.numbers = itertools.count(1)
        self.section = SectionFactory.create()
        self.school, self.campus = self.section.school, self.section.campus
        self.codes = codes_for(self.school)
        self.staff = StaffMemberFactory.create(
            school=self.school, campus=self.campus, user=self.login(Role.TEACHER)
        )
        TeachingAssignmentFactory.create(school=self.school, section=self.section, staff=self.staff)
        self.lesson = MeetingFactory.create(
            school=self.school, section=self.section, teacher=self.staff, date=day
        )
        self.pupils = [self.enroll() for _ in range(pupils)]

    def login(self, role: Role, **more: Any) -> User:
        user = UserFactory.create(school=self.school, **more)
        RoleAssignmentFactory.create(
            user=user, role=role, campus=None if role == Role.SCHOOL_ADMIN else self.campus
        )
        return user

    def enroll(self, section: Any = None) -> Any:
        # So that they stand in a register as they do in `pupils`.
        name = f"Asha {next(self.numbers):02}"
        student = StudentFactory.create(school=self.school, campus=self.campus, given_name=name)
        EnrollmentFactory.create(school=self.school, section=section or self.section, student=student)
        return student

    def guardian(self, pupil: Any, **link: Any) -> Any:
        """A guardian with a login and a mail address."""
        user = self.login(Role.GUARDIAN)
        guardian = GuardianFactory.create(school=self.school, user=user, email=user.email)
        GuardianshipFactory.create(school=self.school, student=pupil, guardian=guardian, **link)
        return guardian

    @property
    def teacher(self) -> Actor:
        return self.actor(self.staff.user)

    @property
    def office(self) -> Actor:
        return user_with(Role.REGISTRAR, campus=self.campus).actor(self.day)

    def actor(self, user: User) -> Actor:
        return user.actor(self.day)

    def marks(self, letters: str) -> list[Mark]:
        """`"PAL"`: the first pupil present, the second absent, the third late."""
        return [
            Mark(pupil.pk, self.codes[letter].pk, 5 if letter == "L" else None)
            for pupil, letter in zip(self.pupils, letters, strict=True)
        ]

    def take(self, letters: str, **changes: Any) -> Register:
        wanted = {
            "actor": self.teacher,
            "section": self.section,
            "date": self.day,
            "meeting": self.lesson,
            "expected": 0,
            "now": NOW,
            "today": self.day,
        }
        if letters:
            wanted["marks"] = self.marks(letters)
        return services.take_register(**wanted | changes)
