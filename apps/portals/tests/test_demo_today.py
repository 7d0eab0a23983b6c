"""The demo goes on: a shrunk Springdale, loaded once, looked at again on a later day."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, F

from apps.academics.models import AcademicSession, Enrollment
from apps.accounts.models import School
from apps.attendance.models import (
    AbsenceNotice,
    AbsenceReport,
    AttendanceDay,
    AttendanceEvent,
    CallNote,
    Register,
)
from apps.attendance.selectors.missing import untaken
from apps.messaging.models import Notification
from apps.portals import tasks
from apps.portals.demo.today import catch_up
from apps.portals.management.commands import demo
from apps.portals.tests.test_demo import MONDAY, SMALL, made, user
from apps.timetable.models import Meeting

pytestmark = pytest.mark.django_db
PLAN = replace(SMALL, days=2)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def school() -> School:
    return made(PLAN)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo("Asia/Kolkata"))


def later(day: date, hour: int = 12, **more: Any) -> int:
    return catch_up(PLAN, today=day, now=at(day, hour, 10), **more)


def taken(day: date) -> int:
    return Register.objects.filter(date=day).count()


def test_the_days_between_are_filled(school: School) -> None:
    assert later(FRIDAY) > 0
    days = [MONDAY + timedelta(days=n) for n in range(4)]
    # Seven homerooms with seven lessons, and four that keep a register of the day.
    assert [taken(day) for day in days] == [7 * 7 + 4] * 4
    assert not untaken(Meeting.objects.filter(date__lt=FRIDAY, section__campus__code="main")).exists()
    assert not Register.objects.filter(taken_at__gt=at(FRIDAY, 12, 10)).exists()
    wrong = Register.objects.annotate(n=Count("marks")).exclude(n=5)
    assert not wrong.exists()


def test_today_is_as_lively_as_on_the_day_of_loading(school: School) -> None:
    later(FRIDAY)
    mine = Meeting.objects.filter(date=FRIDAY, teacher__user=user("teacher"))
    assert mine.filter(register__isnull=True).exists()
    missed = AttendanceDay.objects.filter(date=FRIDAY, unexplained__gt=0)
    assert missed.permitted(user("guardian").actor(FRIDAY)).count() == 1
    assert AbsenceNotice.objects.filter(date=FRIDAY).count() == missed.count() > 1
    told = Notification.objects.filter(dedupe__endswith=str(FRIDAY))
    assert told.permitted(user("guardian").actor(FRIDAY)).count() == 1
    assert CallNote.objects.filter(date=FRIDAY).exists()
    assert AbsenceReport.objects.filter(begin_date=FRIDAY + timedelta(days=1)).exists()
    present = AttendanceEvent.objects.filter(date__gt=MONDAY, code__category__in=["present", "late"]).count()
    assert 0.85 < present / AttendanceEvent.objects.filter(date__gt=MONDAY).count() < 0.99


def test_a_second_run_adds_only_what_is_due_since(school: School) -> None:
    later(FRIDAY, 9)
    before = {one: one.objects.count() for one in (AbsenceNotice, CallNote, AbsenceReport, Notification)}
    assert later(FRIDAY, 9) == 0
    assert later(FRIDAY, 13) > 0
    assert {one: one.objects.count() for one in before} == before
    # Who was missing in the first lesson is missing in the last, and nobody else is.
    days = AttendanceDay.objects.filter(date=FRIDAY, campus__code="main")
    assert not days.filter(unexplained__gt=0, present__gt=0).exists()


def test_what_people_did_meanwhile_stays(school: School) -> None:
    register = Register.objects.filter(date=MONDAY).earliest("taken_at")
    AttendanceEvent.objects.filter(register=register).update(note="seen")
    cancelled = Meeting.objects.filter(date=MONDAY + timedelta(days=1)).earliest("during")
    Meeting.objects.filter(pk=cancelled.pk).update(is_cancelled=True)
    later(FRIDAY)
    assert AttendanceEvent.objects.filter(note="seen").count() == 5
    assert not Register.objects.filter(meeting=cancelled).exists()


def test_what_a_family_reported_counts(school: School) -> None:
    ahead = AbsenceReport.objects.filter(begin_date=MONDAY + timedelta(days=1)).first()
    assert ahead is not None
    later(FRIDAY)
    marks = AttendanceEvent.objects.filter(student=ahead.student_id, date=ahead.begin_date)
    assert set(marks.values_list("code__letter", flat=True)) == {"E"}


def test_lessons_are_laid_out_before_they_run_out(school: School) -> None:
    """The shrunk school has lessons for a week only."""
    there = MONDAY + timedelta(days=15)
    later(there)
    assert Meeting.objects.filter(date__gt=there).exists()
    assert taken(there - timedelta(days=1)) == 7 * 7 + 4
    twice = Meeting.objects.values("pattern", "date").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()


def test_a_lesson_somebody_booked_ahead_stays_and_hinders_nothing(school: School) -> None:
    there = MONDAY + timedelta(days=14)
    lesson = Meeting.objects.filter(date=MONDAY).earliest("during")
    begin = lesson.begin_at + timedelta(days=14, minutes=5)
    during = DateTimeTZRange(begin, begin + timedelta(minutes=20))
    booked = Meeting.objects.create(
        school=school, section=lesson.section, teacher=lesson.teacher, date=there, during=during
    )
    later(there)
    held = Meeting.objects.filter(date=there, section__campus=lesson.section.campus)
    assert held.filter(pk=booked.pk).exists()
    assert held.filter(pattern__isnull=False).count() in range(40, 49)


def test_a_year_that_is_over_gets_another_term(school: School) -> None:
    year: Any = AcademicSession.objects.get(kind="school_year")
    there = year.end_date + timedelta(days=(7 - year.end_date.weekday()) % 7 + 7)  # a Monday
    later(there)
    year.refresh_from_db()
    assert there < year.end_date
    assert list(year.children.order_by("begin_date").values_list("name", flat=True)) == [
        "Term 1",
        "Term 2",
        "Term 3",
    ]
    assert not Enrollment.objects.exclude(end_date=year.end_date).exists()
    assert taken(there) > 0
    # Months nobody looked at stay empty, but for the last days before.
    assert Register.objects.filter(date__gt=MONDAY, date__lt=there).earliest("date").date > year.begin_date


@pytest.mark.parametrize("days", [6, 32])
def test_a_sunday_and_a_holiday_are_open_for_whoever_looks(school: School, days: int) -> None:
    there = MONDAY + timedelta(days=days)
    later(there)
    assert taken(there) > 0
    assert Meeting.objects.filter(date=there, register__isnull=True).exists()


def test_a_clock_that_goes_back_changes_nothing(school: School) -> None:
    assert later(MONDAY - timedelta(days=1)) == 0


def test_the_neighbour_is_left_alone(school: School) -> None:
    other = made(replace(PLAN, code="other", domain="other.test"))
    later(FRIDAY)
    assert not Register.objects.filter(school=other, date__gt=MONDAY).exists()
    assert not AttendanceEvent.objects.exclude(student__school=F("school")).exists()


@pytest.mark.parametrize(("minute", "some"), [(0, False), (30, True)])
def test_by_the_clock_registers_come_from_the_first_bell_on(
    school: School, monkeypatch: pytest.MonkeyPatch, minute: int, some: bool
) -> None:
    monkeypatch.setattr(tasks, "SPRINGDALE", PLAN)
    there = MONDAY + timedelta(days=1)
    assert (tasks.take_registers(at(there, 8, minute)) > 0) is some
    lessons = Register.objects.filter(date=there, meeting__isnull=False).values("meeting__period__code")
    assert {row["meeting__period__code"] for row in lessons} == ({"1"} if some else set())


@pytest.fixture
def small_command(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    monkeypatch.setattr(demo, "SPRINGDALE", PLAN)
    monkeypatch.setattr(demo, "OTHERSIDE", replace(PLAN, code="other", domain="other.test"))
    return StringIO()


def test_the_command_brings_both_schools_up(small_command: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="not there"):
        call_command("demo", "today")
    clock = at(MONDAY, 12)
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock)
    call_command("demo", "load", stdout=StringIO())
    call_command("demo", "load", "--once", stdout=small_command)
    assert small_command.getvalue() == ""
    clock = at(MONDAY + timedelta(days=1), 12)
    call_command("demo", "load", "--once", stdout=small_command)
    assert small_command.getvalue().count("registers taken up to today") == 2
    assert taken(MONDAY + timedelta(days=1)) > 0
    call_command("demo", "today", stdout=small_command)
    assert "0 registers taken" in small_command.getvalue()


def test_production_takes_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PRODUCTION", True)
    with pytest.raises(CommandError, match="Production"):
        call_command("demo", "today")
