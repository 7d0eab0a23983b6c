"""Every list of attendance costs the same for one pupil and for thirty; the counts are literal."""

from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.academics.tests.factories import EnrollmentFactory, SectionFactory, StudentFactory
from apps.accounts.models import Role
from apps.attendance.models import AttendanceEvent, Category
from apps.attendance.tests.classroom import Class
from apps.attendance.tests.factories import (
    AbsenceReportFactory,
    AttendanceCodeFactory,
    AttendanceEventFactory,
    CallNoteFactory,
    RegisterFactory,
)
from apps.timetable.tests.factories import MeetingFactory, between

pytestmark = pytest.mark.django_db
PAGES: Final = {
    "board": 12,
    "missing": 6,
    "reports": 5,
    "overview": 12,
    "codes": 5,
    "section": 10,
    "registers": 5,
    "register": 8,
}
FAMILY: Final = {"student": 12, "reports": 5}
API: Final = {
    "attendance-code": 5,
    "attendance": 4,
    "absence-report": 5,
    "not-arrived": 10,
    "missing": 6,
    "register": 8,
    "summary": 8,
}


class Busy(Class):
    """`rows` pupils missing, reported and called about, `rows` more lessons due, `rows` codes."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows, day=timezone.localdate())
        self.take("A" * rows)
        for number, pupil in enumerate(self.pupils):
            self.guardian(pupil)
            AbsenceReportFactory.create(school=self.school, student=pupil, begin_date=self.day)
            CallNoteFactory.create(school=self.school, student=pupil, date=self.day, guardian=None)
            if number:
                AttendanceCodeFactory.create(
                    school=self.school,
                    letter=f"X{number}",
                    category=Category.EXCUSED,
                    is_default=False,
                    position=5,
                )
            self._due_lesson()
        self._earlier_marks(rows)

    def _due_lesson(self) -> None:
        """A lesson of the teacher at ten past midnight, of another section with a pupil."""
        section = SectionFactory.create(
            school=self.school, campus=self.campus, session=self.section.session, course=self.section.course
        )
        pupil = StudentFactory.create(school=self.school, campus=self.campus)
        EnrollmentFactory.create(school=self.school, section=section, student=pupil)
        MeetingFactory.create(school=self.school, section=section, date=self.day,
            during=between("00:00", "00:05", self.day))  # fmt: skip

    def _earlier_marks(self, rows: int) -> None:
        """So many lessons the first pupil missed before."""
        for _ in range(rows):
            lesson = MeetingFactory.create(school=self.school, section=self.section, teacher=None,
                date=self.day, is_cancelled=True)  # fmt: skip
            register = RegisterFactory.create(
                school=self.school, section=self.section, meeting=lesson, date=self.day
            )
            AttendanceEventFactory.create(
                school=self.school, register=register, student=self.pupils[0], code=self.codes["A"]
            )


def counted(client: Client, url: str) -> int:
    """Queries of the second visit; the first fills caches that live longer than a request."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(queries)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("rows", [1, 30])
def test_pages(rows: int) -> None:
    school = Busy(rows)
    office, teacher = signed_in(school.login(Role.SCHOOL_ADMIN)), signed_in(school.staff.user)
    names = ("board", "missing", "reports", "overview", "codes")
    found = {name: counted(office, reverse(f"attendance:{name}")) for name in names}
    found["section"] = counted(office, reverse("attendance:section", args=[school.section.pk]))
    found["registers"] = counted(teacher, reverse("attendance:registers"))
    found["register"] = counted(teacher, reverse("attendance:register-lesson", args=[school.lesson.pk]))
    assert found == PAGES


@pytest.mark.parametrize("rows", [1, 30])
def test_pages_of_families(rows: int) -> None:
    school = Busy(rows)
    guardian = signed_in(school.guardian(school.pupils[0]).user)
    found = {
        "student": counted(guardian, reverse("attendance:student", args=[school.pupils[0].pk])),
        "reports": counted(guardian, reverse("attendance:reports")),
    }
    assert AttendanceEvent.objects.filter(student=school.pupils[0]).count() == rows + 1
    assert found == FAMILY


@pytest.mark.parametrize("rows", [1, 30])
def test_api(rows: int) -> None:
    school = Busy(rows)
    office, teacher = signed_in(school.login(Role.SCHOOL_ADMIN)), signed_in(school.staff.user)
    lists = ("attendance-code", "attendance", "absence-report")
    found = {name: counted(office, reverse(f"api:{name}-list") + "?per_page=100") for name in lists}
    found["not-arrived"] = counted(office, reverse("api:not-arrived"))
    found["missing"] = counted(office, reverse("api:register-missing", args=[school.campus.pk]))
    found["register"] = counted(teacher, reverse("api:register-lesson", args=[school.lesson.pk]))
    summary = f"{reverse('api:attendance-summary')}?section={school.section.pk}"
    found["summary"] = counted(office, summary)
    assert found == API
