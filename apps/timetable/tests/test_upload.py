"""The weekly plan out of a file: every fault named, nothing twice."""

from typing import Any

import pytest

from apps.academics.tests.factories import SectionFactory, StaffMemberFactory
from apps.accounts.models import Role
from apps.accounts.tests.factories import actor_with
from apps.core.errors import DomainError
from apps.facilities.models import Room
from apps.timetable import services
from apps.timetable.models import MeetingPattern
from apps.timetable.tests.factories import MONDAY, BellScheduleFactory, ClassPeriodFactory

pytestmark = pytest.mark.django_db
HEADER = "Section,Weekday,Period,Teacher,Room\n"


@pytest.fixture
def school() -> Any:
    """Section M9A, a second one, a teacher T1, a room 101, periods 1 to 3 of which 3 is a break."""
    section = SectionFactory.create(code="M9A")
    shared = {"school": section.school, "campus": section.campus}
    SectionFactory.create(**shared, session=section.session, code="P9A")
    StaffMemberFactory.create(**shared, employee_id="T1")
    Room.objects.create(**shared, name="101", code="101")
    bells = BellScheduleFactory.create(**shared)
    for is_lesson in (True, True, False):
        ClassPeriodFactory.create(school=section.school, bell_schedule=bells, is_lesson=is_lesson)
    return section


def call(service: Any, section: Any, text: str) -> Any:
    return service(
        actor=actor_with(Role.SCHOOL_ADMIN, school=section.school),
        campus=section.campus,
        session=section.session,
        content=(HEADER + text).encode(),
        begin_date=MONDAY,
    )


def test_the_dry_run_writes_nothing(school: Any) -> None:
    upload = call(services.read_patterns, school, "M9A,Monday,1,T1,101\n")
    assert (len(upload.created), upload.faults, MeetingPattern.objects.count()) == (1, [], 0)


def test_a_second_upload_changes_nothing(school: Any) -> None:
    text = "M9A,mon,1,T1,101\nm9a,2,2,,\n"
    assert len(call(services.upload_patterns, school, text).created) == 2
    again = call(services.upload_patterns, school, text)
    assert (len(again.created), again.unchanged, again.faults) == (0, 2, [])


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("X,Monday,1,T1,101", "section", "UNKNOWN"),
        (",Monday,1,T1,101", "section", "UNKNOWN"),
        ("M9A,Funday,1,T1,101", "weekday", "UNKNOWN"),
        ("M9A,Monday,9,T1,101", "period", "UNKNOWN"),
        ("M9A,Monday,3,T1,101", "period", "NO_LESSON"),
        ("M9A,Monday,1,T9,101", "teacher", "UNKNOWN"),
        ("M9A,Monday,1,T1,999", "room", "UNKNOWN"),
    ],
)
def test_a_fault_is_named_by_line_and_column(school: Any, line: str, column: str, code: str) -> None:
    upload = call(services.read_patterns, school, f"P9A,Tuesday,2,,\n{line}\n")
    assert [(one.line, one.column, one.code) for one in upload.faults] == [(3, column, code)]
    assert len(upload.created) == 1


def test_lines_that_clash_name_each_other(school: Any) -> None:
    upload = call(services.read_patterns, school, "M9A,Monday,1,T1,101\nP9A,Monday,1,T1,101\n")
    assert [(one.line, one.column, one.message) for one in upload.faults] == [
        (3, "teacher", f"The teacher is taken by line 2: {school}."),
        (3, "room", f"The room is taken by line 2: {school}."),
    ]


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"PK\x03\x04\0\0", b""])
def test_a_file_of_another_kind_is_refused(school: Any, content: bytes) -> None:
    with pytest.raises(DomainError):
        services.read_patterns(
            actor=actor_with(Role.SCHOOL_ADMIN, school=school.school),
            campus=school.campus,
            session=school.session,
            content=content,
            begin_date=MONDAY,
        )
