"""The database counts days and months itself, whoever writes events."""

from datetime import date
from typing import Any

import pgtrigger
import pytest
from django.db import connection

from apps.attendance.models import AttendanceDay, AttendanceEvent, AttendanceMonth
from apps.attendance.tests.factories import (
    AttendanceEventFactory,
    HomeroomFactory,
    RegisterFactory,
    StudentFactory,
    codes_for,
)

pytestmark = pytest.mark.django_db
COUNTS = ("marks", "present", "late", "excused", "unexcused", "unexplained", "minutes_late")


@pytest.fixture
def pupil() -> Any:
    return StudentFactory.create()


def mark(pupil: Any, code: Any, day: date = date(2026, 6, 15), **more: Any) -> AttendanceEvent:
    section = more.pop("section", None) or HomeroomFactory.create(school=pupil.school, campus=pupil.campus)
    register = RegisterFactory.create(school=pupil.school, section=section, date=day)
    event: AttendanceEvent = AttendanceEventFactory.create(
        school=pupil.school, register=register, student=pupil, code=code, **more
    )
    return event


def counted(model: Any, **lookup: Any) -> tuple[int, ...]:
    return tuple(model.objects.values_list(*COUNTS).get(**lookup))


def test_marks_of_a_day_are_added_up(pupil: Any) -> None:
    codes = codes_for(pupil.school)
    mark(pupil, codes["P"])
    mark(pupil, codes["L"], minutes_late=7)
    mark(pupil, codes["E"])
    mark(pupil, codes["A"])
    assert counted(AttendanceDay, student=pupil) == (4, 1, 1, 1, 1, 1, 7)


def test_a_changed_mark_moves_between_the_counts(pupil: Any) -> None:
    codes = codes_for(pupil.school)
    event = mark(pupil, codes["A"])
    AttendanceEvent.objects.filter(pk=event.pk).update(code=codes["L"], minutes_late=5)
    assert counted(AttendanceDay, student=pupil) == (1, 0, 1, 0, 0, 0, 5)


def test_a_deleted_mark_is_taken_away(pupil: Any) -> None:
    event = mark(pupil, codes_for(pupil.school)["A"])
    event.delete()
    assert counted(AttendanceDay, student=pupil) == (0, 0, 0, 0, 0, 0, 0)


def test_months_are_counted_by_section(pupil: Any) -> None:
    codes = codes_for(pupil.school)
    section = HomeroomFactory.create(school=pupil.school, campus=pupil.campus)
    mark(pupil, codes["P"], date(2026, 6, 1), section=section)
    mark(pupil, codes["A"], date(2026, 6, 30), section=section)
    mark(pupil, codes["P"], date(2026, 7, 1), section=section)
    assert counted(AttendanceMonth, month=date(2026, 6, 1)) == (2, 1, 0, 0, 1, 1, 0)
    assert counted(AttendanceMonth, month=date(2026, 7, 1)) == (1, 1, 0, 0, 0, 0, 0)


def test_raw_sql_is_counted_too(pupil: Any) -> None:
    codes = codes_for(pupil.school)
    event = mark(pupil, codes["P"])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE attendance_attendanceevent SET code_id = %s WHERE id = %s", [codes["A"].pk, event.pk]
        )
    assert counted(AttendanceDay, student=pupil) == (1, 0, 0, 0, 1, 1, 0)


def test_without_the_triggers_nothing_is_counted(pupil: Any) -> None:
    with pgtrigger.ignore("attendance.AttendanceEvent:count_inserted"):
        mark(pupil, codes_for(pupil.school)["P"])
    assert not AttendanceDay.objects.exists()
