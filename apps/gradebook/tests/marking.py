"""A small school for the tests: a section with three terms, a teacher, pupils and items of the first term."""

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
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
from apps.accounts.tests.factories import RoleAssignmentFactory, UserFactory
from apps.core.policy import Actor
from apps.gradebook.models import GradingScheme, LineItem, Result
from apps.gradebook.services.gradebooks import open_gradebook
from apps.gradebook.services.results import Cell, Saved, save_results
from apps.gradebook.tests.factories import LineItemFactory, term_of

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 4, 35, tzinfo=UTC)


class Book:
    """`pupils` sit in `section`, which `teacher` teaches; `items` are out of 20 and of the first term."""

    def __init__(self, pupils: int = 3, items: int = 2, today: date = TODAY) -> None:
        self.today = today
        self.numbers = itertools.count(1)
        self.section = SectionFactory.create(capacity=200)
        self.school, self.campus = self.section.school, self.section.campus
        self.terms = [term_of(self.section.session, number) for number in (1, 2, 3)]
        self.staff = self.teach()
        self.book = open_gradebook(actor=self.teacher, section=self.section)
        self.book.scheme = GradingScheme.objects.get(school=self.school, code="points")
        self.book.save()
        self.items = [self.item() for _ in range(items)]
        self.pupils = [self.enroll() for _ in range(pupils)]

    def login(self, role: Role, **more: Any) -> User:
        user = UserFactory.create(school=self.school, **more)
        RoleAssignmentFactory.create(
            user=user, role=role, campus=None if role == Role.SCHOOL_ADMIN else self.campus
        )
        return user

    def teach(self, section: Any = None) -> Any:
        staff = StaffMemberFactory.create(
            school=self.school, campus=self.campus, user=self.login(Role.TEACHER)
        )
        TeachingAssignmentFactory.create(school=self.school, section=section or self.section, staff=staff)
        return staff

    def enroll(self, **dates: Any) -> Any:
        number = next(self.numbers)
        student = StudentFactory.create(
            school=self.school, campus=self.campus, given_name=f"Asha {number:02}", roll_number=str(number)
        )
        EnrollmentFactory.create(school=self.school, section=self.section, student=student, **dates)
        return student

    def guardian(self, pupil: Any, **link: Any) -> Any:
        user = self.login(Role.GUARDIAN)
        guardian = GuardianFactory.create(school=self.school, user=user, email=user.email)
        GuardianshipFactory.create(school=self.school, student=pupil, guardian=guardian, **link)
        return guardian

    def item(self, **values: Any) -> LineItem:
        number = next(self.numbers)
        wanted = {"title": f"Quiz {number}", "maximum": Decimal(20), "position": number}
        item: LineItem = LineItemFactory.create(
            school=self.school,
            **({"section": self.section, "session": self.terms[0]} | wanted | values),
        )
        return item

    @property
    def teacher(self) -> Actor:
        return self.actor(self.staff.user)

    def actor(self, user: User) -> Actor:
        return user.actor(self.today)

    def cell(self, pupil: int, item: int, entry: Any, version: int | None = 0, **more: Any) -> Cell:
        return Cell(self.items[item].pk, self.pupils[pupil].pk, version, entry, **more)

    def save(self, *cells: Cell, **more: Any) -> Saved:
        wanted = {"actor": self.teacher, "section": self.section, "now": NOW}
        return save_results(**(wanted | more), cells=list(cells))

    def result(self, pupil: int = 0, item: int = 0) -> Result:
        return Result.objects.get(line_item=self.items[item], student=self.pupils[pupil])
