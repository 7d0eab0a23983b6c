"""Every list of the timetable costs the same for one row and for thirty; the counts are literal."""

from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from apps.timetable.models import Meeting
from apps.timetable.tests.factories import (
    BellScheduleFactory,
    CalendarDateFactory,
    CalendarFactory,
    ClassPeriodFactory,
    MeetingFactory,
    MeetingPatternFactory,
)

pytestmark = pytest.mark.django_db
PAGES: Final = {"campus-day": 7, "calendar": 6, "setup": 11, "patterns": 5, "section-week": 7, "my-week": 7}
API: Final = {
    "calendar": 5,
    "calendar-date": 5,
    "bell-schedule": 5,
    "class-period": 5,
    "meeting-pattern": 5,
    "meeting": 5,
    "section": 5,
}


class Plan:
    """`rows` of everything on one campus; today's lessons stand in as many sections."""

    def __init__(self, rows: int) -> None:
        self.day = timezone.localdate()
        first = MeetingFactory.create(date=self.day)
        self.section, self.teacher = first.section, first.teacher
        school, campus = first.school, first.section.campus
        shared = {"school": school, "section__school": school, "section__campus": campus}
        shared |= {"section__session": first.section.session, "section__course": first.section.course}
        calendar = CalendarFactory.create(school=school, campus=campus, session=first.section.session)
        bells = [BellScheduleFactory.create(school=school, campus=campus) for _ in range(rows)]
        period = ClassPeriodFactory.create(school=school, bell_schedule=bells[0])
        for number in range(rows):
            if number:
                MeetingFactory.create(**shared, date=self.day)
                ClassPeriodFactory.create(school=school, bell_schedule=bells[number])
                MeetingFactory.create(school=school, section=self.section, teacher=self.teacher,
                    date=self.day + timedelta(weeks=number))  # fmt: skip
            MeetingPatternFactory.create(**shared, period=period)
            CalendarDateFactory.create(school=school, calendar=calendar, kind="event",
                date=self.section.session.begin_date + timedelta(days=number))  # fmt: skip
        self.office = user_with(Role.CAMPUS_ADMIN, campus=campus)
        self.teacher.user = user_with(Role.TEACHER, campus=campus)
        self.teacher.save()


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
    plan = Plan(rows)
    office, teacher = signed_in(plan.office), signed_in(plan.teacher.user)
    found = {
        name: counted(office, reverse(f"timetable:{name}"))
        for name in ("campus-day", "calendar", "setup", "patterns")
    }
    found["section-week"] = counted(office, reverse("timetable:section-week", args=[plan.section.pk]))
    found["my-week"] = counted(teacher, reverse("timetable:my-week"))
    assert Meeting.objects.filter(date=plan.day).count() == rows
    assert found == PAGES


@pytest.mark.parametrize("rows", [1, 30])
def test_api(rows: int) -> None:
    plan = Plan(rows)
    office = signed_in(plan.office)
    names = ("calendar", "calendar-date", "bell-schedule", "class-period", "meeting-pattern", "meeting")
    found = {name: counted(office, reverse(f"api:{name}-list") + "?per_page=100") for name in names}
    found["section"] = counted(office, reverse("api:section-timetable", args=[plan.section.pk]))
    assert found == API
