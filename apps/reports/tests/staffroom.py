"""A term, a homeroom, a lesson of its pupils, and everybody who writes or reads comments on them."""

from datetime import date
from typing import Any

from apps.academics.models import SessionKind
from apps.academics.tests.factories import (
    AcademicSessionFactory,
    EnrollmentFactory,
    HomeroomFactory,
    SectionFactory,
    StaffMemberFactory,
    StudentFactory,
    TeachingAssignmentFactory,
)
from apps.accounts.models import Role, User
from apps.accounts.tests.factories import RoleAssignmentFactory, UserFactory
from apps.core.policy import Actor
from apps.reports import services
from apps.reports.models import ReportComment

TODAY = date(2026, 6, 15)


class Staffroom:
    """`writer` teaches `section`; `tutor` the homeroom of the same pupils; `head` runs the campus."""

    def __init__(self, names: tuple[str, ...] = ("Asha", "Bina", "Chetan"), today: date = TODAY) -> None:
        self.today = today
        self.section = SectionFactory.create()
        self.school, self.campus = self.section.school, self.section.campus
        self.term = AcademicSessionFactory.create(
            school=self.school,
            parent=self.section.session,
            kind=SessionKind.TERM,
            name="Term 1",
            end_date=self.section.session.end_date,
        )
        self.homeroom = HomeroomFactory.create(
            school=self.school, campus=self.campus, session=self.section.session
        )
        self.pupils = [self.enroll(name) for name in names]
        self.writer, self.tutor = self.teaches(self.section), self.teaches(self.homeroom)
        self.head = self.login(Role.CAMPUS_ADMIN)

    def login(self, role: Role) -> User:
        user = UserFactory.create(school=self.school)
        RoleAssignmentFactory.create(user=user, role=role, campus=self.campus)
        return user

    def teaches(self, section: Any) -> User:
        user = self.login(Role.TEACHER)
        staff = StaffMemberFactory.create(school=self.school, campus=self.campus, user=user)
        TeachingAssignmentFactory.create(school=self.school, section=section, staff=staff)
        return user

    def enroll(self, name: str, **more: Any) -> Any:
        student = StudentFactory.create(school=self.school, campus=self.campus, given_name=name, **more)
        for section in (self.section, self.homeroom):
            EnrollmentFactory.create(school=self.school, section=section, student=student)
        return student

    def actor(self, user: User) -> Actor:
        return user.actor(self.today)

    def write(self, text: str = "Asha works with care.", **more: Any) -> ReportComment:
        wanted = {
            "actor": self.actor(self.writer),
            "section": self.section,
            "session": self.term,
            "student": self.pupils[0],
            "text": text,
        }
        return services.write_comment(**wanted | more)
