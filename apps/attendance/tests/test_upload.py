"""Registers out of a file."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from apps.academics.tests.factories import EnrollmentFactory, SectionFactory, StudentFactory
from apps.attendance import services
from apps.attendance.models import AttendanceDay, AttendanceEvent, Register
from apps.attendance.tests.classroom import NOW, Class
from apps.timetable.tests.factories import MONDAY

pytestmark = pytest.mark.django_db
HEADER = "student,date,code,section,minutes_late,reason\n"


@pytest.fixture
def school() -> Class:
    return Class()


def call(school: Class, text: str, *, apply: bool = True) -> Any:
    values = {"actor": school.office, "campus": school.campus, "content": text.encode(), "today": MONDAY}
    return services.upload_registers(**values, now=NOW) if apply else services.read_registers(**values)


def line(school: Class, pupil: int = 0, day: str = "2026-06-12", code: str = "P", more: str = ",") -> str:
    return f"{school.pupils[pupil].admission_number},{day},{code},{school.section.code},{more}\n"


def test_the_dry_run_writes_nothing(school: Class) -> None:
    upload = call(school, HEADER + line(school), apply=False)
    assert (upload.created, upload.registers, Register.objects.count()) == (1, 1, 0)


def test_lines_become_marks_and_a_second_upload_changes_nothing(school: Class) -> None:
    text = (
        HEADER
        + line(school)
        + line(school, 1, code="L", more="7,bus")
        + line(school, 2, day="11/06/2026", code="A")
    )
    first = call(school, text)
    assert (first.created, first.registers, first.faults) == (3, 2, [])
    assert AttendanceEvent.objects.get(student=school.pupils[1]).minutes_late == 7
    again = call(school, text)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)
    assert set(Register.objects.values_list("version", flat=True)) == {1}
    assert sum(AttendanceDay.objects.values_list("marks", flat=True)) == 3


def test_a_changed_line_raises_the_version(school: Class) -> None:
    call(school, HEADER + line(school))
    upload = call(school, HEADER + line(school, code="A"))
    assert (upload.changed, Register.objects.get().version) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"day": "2026-06-16"}, "date", "NOT_YET"),
        ({"day": "12.31.2026"}, "date", "DATE"),
        ({"code": "X"}, "code", "UNKNOWN"),
        ({"more": "0,"}, "minutes_late", "RANGE"),
        ({"day": "2025-01-10"}, "section", "OTHER_YEAR"),
    ],
)
def test_a_fault_is_named(school: Class, changes: dict[str, Any], column: str, code: str) -> None:
    upload = call(school, HEADER + line(school, **changes))
    assert [(one.line, one.column, one.code) for one in upload.faults] == [(2, column, code)]
    assert not Register.objects.exists()


def test_a_pupil_of_another_section_or_campus_is_refused(school: Class) -> None:
    """Otherwise the office of one campus would write into the days of another's pupils."""
    elsewhere = SectionFactory.create(school=school.school)
    other = school.enroll(section=elsewhere)
    text = HEADER + f"{other.admission_number},2026-06-12,A,{school.section.code},,\n"
    assert [(one.column, one.code) for one in call(school, text).faults] == [("student", "NOT_IN_SECTION")]
    assert not AttendanceEvent.objects.exists()


def test_the_same_pupil_twice_is_named(school: Class) -> None:
    upload = call(school, HEADER + line(school) + line(school, code="A"))
    assert [(one.line, one.code, one.message) for one in upload.faults] == [
        (3, "TWICE", "Line 2 says this already.")
    ]


def test_period_attendance_of_another_system_is_read(school: Class) -> None:
    path = Path(os.environ.get("SHARED_DATA_DIR", "")) / "sis-contoso/attendance/studentattendance_day1.csv"
    if not path.exists():
        pytest.skip("The sample files are not here (SHARED_DATA_DIR names their folder).")
    text = path.read_text()
    sections = {one.split(",")[7] for one in text.splitlines()[1:]}
    year = school.section.session
    year.begin_date, year.end_date = date(2019, 8, 1), date(2020, 7, 1)
    year.save()
    known = StudentFactory.create(school=school.school, campus=school.campus, sourced_id="st1")
    for name in sections:
        section = SectionFactory.create(
            school=school.school, campus=school.campus, session=year, sourced_id=name
        )
        EnrollmentFactory.create(
            school=school.school, section=section, student=known, begin_date=year.begin_date
        )
    upload = call(school, text)
    assert {one.code for one in upload.faults} <= {"UNKNOWN", "TWICE"}
    assert upload.created == AttendanceEvent.objects.filter(student=known).count() > 0
