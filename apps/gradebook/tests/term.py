"""A small school for the tests: a section in a year of two terms, its teacher, pupils, parents and marks."""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.academics.models import SessionKind
from apps.academics.tests.factories import (
    AcademicSessionFactory,
    CourseFactory,
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
from apps.core import jobs
from apps.core.models import Job
from apps.core.policy import Actor
from apps.gradebook.models import (
    GradingScheme,
    LineItem,
    MarkingRules,
    PostedGrade,
    Posting,
    Result,
    ScoreStatus,
)
from apps.gradebook.selectors.posting import posting_preview
from apps.gradebook.services.gradebooks import open_gradebook
from apps.gradebook.services.posting import post_grades
from apps.gradebook.services.release import release_line_item


class Term:
    """`pupils` sit in `section`, which `teacher` teaches; `first` and `second` are the terms of `year`.

    The gradebook counts all points of a term; today lies in the first.
    """

    def __init__(self, pupils: int = 2, worth: int = 4) -> None:
        self.today = timezone.localdate()
        self.numbers = itertools.count(1)
        begin, middle, end = (self.today + timedelta(days=days) for days in (-60, 60, 180))
        self.year = AcademicSessionFactory.create(begin_date=begin, end_date=end, name="This year")
        self.school = self.year.school
        self.first, self.second = (
            AcademicSessionFactory.create(
                school=self.school, parent=self.year, kind=SessionKind.TERM,
                name=name, begin_date=first, end_date=last,
            )
            for name, first, last in (("Term 1", begin, middle), ("Term 2", middle, end))
        )  # fmt: skip
        course = CourseFactory.create(school=self.school, name="Physics", credits=Decimal(worth))
        self.section = SectionFactory.create(school=self.school, session=self.year, course=course)
        self.campus = self.section.campus
        self.staff = self.teaches(self.section)
        self.pupils = [self.enroll() for _ in range(pupils)]
        self.book = open_gradebook(actor=self.teacher, section=self.section)
        self.book.scheme = GradingScheme.objects.get(school=self.school, code="points")
        self.book.save()

    def teaches(self, section: Any) -> Any:
        staff = StaffMemberFactory.create(
            school=self.school, campus=section.campus, user=self.login(Role.TEACHER, section.campus)
        )
        TeachingAssignmentFactory.create(
            school=self.school, section=section, staff=staff, begin_date=self.year.begin_date
        )
        return staff

    def login(self, role: Role, campus: Any = None) -> User:
        user = UserFactory.create(school=self.school)
        where = None if role == Role.SCHOOL_ADMIN else campus or self.campus
        RoleAssignmentFactory.create(user=user, role=role, campus=where)
        return user

    def enroll(self, section: Any = None, **more: Any) -> Any:
        number = next(self.numbers)
        student = StudentFactory.create(
            school=self.school, campus=self.campus, given_name=f"Asha {number:02}", roll_number=str(number),
            user=self.login(Role.STUDENT),
        )  # fmt: skip
        self.place(student, section or self.section, **more)
        return student

    def place(self, student: Any, section: Any, **more: Any) -> Any:
        dates = {"begin_date": self.year.begin_date, "end_date": self.year.end_date} | more
        return EnrollmentFactory.create(school=self.school, section=section, student=student, **dates)

    def guardian(self, pupil: Any, **link: Any) -> Any:
        user = self.login(Role.GUARDIAN)
        guardian = GuardianFactory.create(school=self.school, user=user, email=user.email)
        begin = {"begin_date": self.year.begin_date} | link
        GuardianshipFactory.create(school=self.school, student=pupil, guardian=guardian, **begin)
        return guardian

    @property
    def teacher(self) -> Actor:
        return self.actor(self.staff.user)

    @property
    def head(self) -> Actor:
        return self.actor(self.login(Role.CAMPUS_ADMIN))

    def actor(self, user: User) -> Actor:
        return user.actor(self.today)

    def item(self, title: str = "FA1", scores: Sequence[Any] = (), **more: Any) -> LineItem:
        """An item with a score for each pupil in turn; None leaves the cell empty, a word is a status."""
        wanted = {"section": self.section, "session": self.first, "title": title, "maximum": Decimal(20)}
        row: LineItem = LineItem.objects.create(school=self.school, **wanted | more)
        for pupil, score in zip(self.pupils, scores, strict=False):
            if score is not None:
                self.mark(row, pupil, score)
        return row

    def mark(self, item: LineItem, pupil: Any, score: Any) -> Result:
        is_word = isinstance(score, str)
        cell = {
            "status": score if is_word else ScoreStatus.GRADED,
            "score": None if is_word else Decimal(score),
        }
        row: Result = Result.objects.update_or_create(
            school=self.school, line_item=item, student=pupil, defaults=cell
        )[0]
        return row

    def release(self, item: LineItem, at: datetime | None = None) -> LineItem:
        return release_line_item(actor=self.teacher, item=item, at=at, now=timezone.now())

    def seen(self, session: Any = None, section: Any = None) -> str:
        preview = posting_preview(section or self.section, session or self.first, self.today)
        return preview.fingerprint

    def post(self, session: Any = None, **changes: Any) -> Posting:
        wanted = {
            "actor": self.teacher,
            "section": self.section,
            "session": session or self.first,
            "now": timezone.now(),
            "today": self.today,
        }
        if "seen" not in changes:
            wanted["seen"] = self.seen(session)
        return post_grades(**wanted | changes)

    def grade(self, pupil: Any, session: Any = None) -> PostedGrade:
        rows = PostedGrade.objects.standing().filter(student=pupil, session=session or self.first)
        return rows.get(attempt="regular")

    def rules(self, **changes: Any) -> MarkingRules:
        row: MarkingRules = MarkingRules.objects.update_or_create(
            school=self.school, campus=self.campus, defaults=changes
        )[0]
        return row


def run(task: str) -> int:
    """Run the open jobs of a kind, as a worker does."""
    rows = list(Job.objects.filter(task=task, closed_at__isnull=True))
    for one in rows:
        assert jobs.run(one.pk)
    return len(rows)
