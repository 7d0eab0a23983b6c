"""A shrunk Springdale and its neighbour, loaded once for all tests of this file."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q

from apps.academics.models import Enrollment, Guardianship, Section, StaffMember, Student
from apps.accounts.models import Campus, School, User
from apps.attendance.models import AbsenceNotice, AttendanceDay, AttendanceEvent, Register
from apps.core.models import SchoolRow
from apps.messaging.models import Notification
from apps.portals.demo.load import load
from apps.portals.demo.plan import OTHERSIDE, SPRINGDALE, Plan, year_of
from apps.portals.management.commands import demo
from apps.timetable.models import Meeting, MeetingPattern
from apps.timetable.selectors import school_day

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)  # 12:10 in Kolkata: five lessons have begun
SMALL = replace(
    SPRINGDALE,
    campuses=(
        replace(SPRINGDALE.campuses[0], grades=range(4, 11), letters="A"),
        replace(SPRINGDALE.campuses[1], grades=range(1, 3)),
    ),
    homeroom_size=5,
    staff=30,
    days=6,
    days_ahead=7,
)


def made(plan: Plan = SMALL, *, today: date = MONDAY, now: datetime = NOON) -> School:
    return load(plan, today=today, now=now, password="!").school


@pytest.fixture
def school() -> School:
    return made()


def user(name: str) -> User:
    found: User = User.objects.get(email=f"{name}@springdale.test")
    return found


def test_exact_counts(school: School) -> None:
    assert [
        Student.objects.count(),
        StaffMember.objects.count(),
        Section.objects.filter(kind="homeroom").count(),
        Section.objects.filter(kind="scheduled").count(),
        Enrollment.objects.count(),
        MeetingPattern.objects.count(),
        Register.objects.filter(date__lt=MONDAY, meeting__isnull=True).count(),
        Register.objects.filter(date__lt=MONDAY, meeting__isnull=False).count(),
    ] == [55, 30, 11, 89, 500, 429, 20, 224]
    assert AttendanceEvent.objects.count() == 5 * Register.objects.count()


def test_every_homeroom_has_its_whole_week(school: School) -> None:
    weeks = MeetingPattern.objects.values("section__homeroom").annotate(lessons=Count("pk"))
    assert {row["lessons"] for row in weeks} == {39}
    crowd = MeetingPattern.objects.values("section", "weekday").annotate(lessons=Count("pk"))
    assert max(row["lessons"] for row in crowd) == 2


def test_seats_are_counted_right(school: School) -> None:
    wrong = Section.objects.annotate(n=Count("enrollments")).exclude(n=F("seats_taken"))
    assert not wrong.exists()


def test_every_sign_in_of_the_demo_is_there(school: School) -> None:
    roles = {name: set(user(name).actor(MONDAY).roles) for name in SPRINGDALE.people}
    assert roles == {
        "admin": {"school_admin"},
        "principal": {"campus_admin"},
        "registrar": {"registrar"},
        "accountant": {"accountant"},
        "teacher": {"teacher"},
        "student": {"student"},
        "guardian": {"guardian"},
    }
    assert Student.objects.permitted(user("guardian").actor(MONDAY)).count() == 2
    assert user("student").student in Student.objects.permitted(user("guardian").actor(MONDAY))


def test_the_teacher_has_a_lesson_today_without_a_register(school: School) -> None:
    teacher = user("teacher")
    today = Meeting.objects.filter(date=MONDAY, teacher__user=teacher)
    assert today.count() >= 2
    assert today.filter(register__isnull=True).exists()
    assert Student.objects.permitted(teacher.actor(MONDAY)).filter(user=user("student")).exists()


def test_a_child_of_the_guardian_is_missed_and_the_guardian_was_told(school: School) -> None:
    missed = AttendanceDay.objects.filter(date=MONDAY, unexplained__gt=0)
    mine = missed.permitted(user("guardian").actor(MONDAY))
    assert mine.count() == 1
    assert missed.count() > 1
    assert AbsenceNotice.objects.count() == missed.count()
    assert Notification.objects.permitted(user("guardian").actor(MONDAY)).count() == 1


def test_nobody_who_may_not_be_told_was_told(school: School) -> None:
    barred = Guardianship.objects.filter(may_contact=False).values("guardian__user")
    assert not Notification.objects.filter(recipient__in=barred).exists()


def test_rates_are_those_of_a_real_school(school: School) -> None:
    present = AttendanceEvent.objects.filter(code__category__in=["present", "late"]).count()
    assert 0.88 < present / AttendanceEvent.objects.count() < 0.99


def test_nothing_lies_in_the_future_of_the_clock(school: School) -> None:
    assert not Register.objects.filter(Q(taken_at__gt=NOON) | Q(date__gt=MONDAY)).exists()


def test_no_row_points_into_the_other_school(school: School) -> None:
    made(OTHERSIDE)
    crossing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, SchoolRow)
        for field in model._meta.fields
        if field.is_relation and _has_school(field.related_model)
        if model._base_manager.exclude(**{f"{field.name}__school": F("school")})
        .filter(**{f"{field.name}__isnull": False})
        .exists()
    ]
    assert crossing == []
    assert Student.objects.exclude(school=school).count() == 48


def _has_school(model: Any) -> bool:
    return issubclass(model, SchoolRow | User)


def test_the_same_people_each_time(school: School) -> None:
    again = made(replace(SMALL, code="again", domain="again.test"))
    names = [
        list(Student.objects.filter(school=one).values_list("given_name", "family_name", "admission_number"))
        for one in (school, again)
    ]
    assert sorted(names[0]) == sorted(names[1])


@pytest.mark.parametrize(("weekday", "hour"), [*((day, 0) for day in range(7)), (0, 9), (5, 23), (6, 13)])
def test_it_is_lively_on_every_day_at_every_hour(weekday: int, hour: int) -> None:
    today = MONDAY + timedelta(days=weekday)
    now = datetime(today.year, today.month, today.day, hour, 30, tzinfo=UTC) - timedelta(hours=5, minutes=30)
    plan = replace(SMALL, days=2, campuses=SMALL.campuses[:1])
    school = made(plan, today=today, now=now)
    meetings = Meeting.objects.filter(date=today)
    mine = meetings.filter(teacher__user=user("teacher"))
    assert mine.filter(register__isnull=True).exists()
    assert meetings.filter(register__isnull=False).exists()
    assert AttendanceDay.objects.filter(date=today, unexplained__gt=0).exists()
    assert school_day(Campus.objects.get(school=school).pk, today).is_open


@pytest.mark.parametrize("offset", range(0, 366, 5))
def test_every_day_of_the_year_has_a_school_year_around_it(offset: int) -> None:
    today = date(2027, 1, 1) + timedelta(days=offset)
    year = year_of(today)
    days = year.school_days(today, 60)
    assert year.begin <= days[0]
    assert (len(days), days[-1]) == (60, today)
    assert today < year.end


def test_the_command_loads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "SPRINGDALE", SMALL)
    out = StringIO()
    call_command("demo", "load", "--once", stdout=out)
    assert out.getvalue().startswith("Springdale Public School: 55 pupils")
    assert user("teacher").check_password("schools24-demo")
    before = _counts()

    call_command("demo", "load", "--once", stdout=StringIO())
    assert _counts() == before
    with pytest.raises(CommandError, match="there already"):
        call_command("demo", "load")


def _counts() -> dict[str, int]:
    return {
        model.__name__: model._base_manager.count()
        for model in apps.get_models()
        if issubclass(model, SchoolRow)
    }


def test_production_takes_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PRODUCTION", True)
    with pytest.raises(CommandError, match="Production"):
        call_command("demo", "load", "--once")
    assert not School.objects.exists()
