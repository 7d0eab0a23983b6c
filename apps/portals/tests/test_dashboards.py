"""Dashboards over a shrunk demo school, which has everything they show."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.academics.models import StaffMember, Student
from apps.accounts.models import User
from apps.accounts.tests.factories import CampusFactory
from apps.portals import selectors
from apps.portals.demo.load import load
from apps.portals.tests.test_demo import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> date:
    return datetime.now(ZoneInfo("Asia/Kolkata")).date()


@pytest.fixture(autouse=True)
def _school(day: date) -> None:
    load(replace(SMALL, days=2, campuses=SMALL.campuses[:1]), today=day, now=timezone.now(), password="!")


def user(name: str) -> User:
    found: User = User.objects.get(email=f"{name}@springdale.test")
    return found


def api(name: str) -> APIClient:
    client = APIClient()
    client.force_login(user(name))
    return client


def test_a_pupil_s_day(day: date) -> None:
    student = Student.objects.get(user=user("student"))
    data = api("student").get(f"/api/v1/dashboard/student/{student.pk}").json()["data"]
    assert data["date"] == day.isoformat()
    assert data["student"] == {"id": str(student.pk), "name": student.full_name, "campus": "Main Campus"}
    assert len(data["lessons"]) == (4 if day.isoweekday() == 6 else 7)
    assert data["lessons"] == sorted(data["lessons"], key=lambda lesson: lesson["begin_at"])
    assert data["sections"][0]["name"] == "9A"
    assert len(data["sections"]) == 8
    assert data["attendance"]["marks"] > 0


def test_the_guardian_and_the_office_see_the_same_day() -> None:
    student = Student.objects.get(user=user("student"))
    url = f"/api/v1/dashboard/student/{student.pk}"
    answers = [api(name).get(url).json()["data"] for name in ("student", "guardian", "registrar")]
    assert answers[0]["lessons"] == answers[1]["lessons"] == answers[2]["lessons"]
    assert answers[0]["attendance"] == answers[1]["attendance"] == answers[2]["attendance"]


def test_a_teacher_s_day_says_which_registers_are_taken(day: date) -> None:
    staff = StaffMember.objects.get(user=user("teacher"))
    data = api("teacher").get(f"/api/v1/dashboard/teacher/{staff.pk}").json()["data"]
    assert [lesson["teacher"] for lesson in data["lessons"]] == [staff.full_name] * len(data["lessons"])
    assert False in [lesson["register_taken"] for lesson in data["lessons"]]
    assert "Mathematics 9A" in [section["name"] for section in data["sections"]]


def test_the_school_in_figures() -> None:
    data = api("admin").get("/api/v1/dashboard/admin").json()["data"]
    assert (data["students"], data["homerooms"], data["sections"]) == (35, 7, 57)
    assert data["change_requests"] > 0
    assert data["registers_due"] > 0
    assert 0 < data["attendance"]["percent"] < 100


@pytest.mark.parametrize("name", ["teacher", "student", "guardian", "accountant"])
def test_figures_are_for_the_office(name: str) -> None:
    assert api(name).get("/api/v1/dashboard/admin").status_code == 403


def test_out_of_reach_is_not_there() -> None:
    other = Student.objects.exclude(guardianships__guardian__user=user("guardian")).first()
    staff = StaffMember.objects.exclude(user=user("teacher")).first()
    assert other is not None
    assert staff is not None
    assert api("guardian").get(f"/api/v1/dashboard/student/{other.pk}").status_code == 404
    assert api("student").get(f"/api/v1/dashboard/student/{other.pk}").status_code == 404
    assert api("teacher").get(f"/api/v1/dashboard/teacher/{staff.pk}").status_code == 404
    assert api("guardian").get(f"/api/v1/dashboard/teacher/{staff.pk}").status_code == 403


def test_a_campus_admin_counts_the_own_campus_only() -> None:
    actor = user("principal").actor(timezone.localdate())
    foreign = CampusFactory.create(school=user("principal").school)
    Student.objects.filter(pk__in=Student.objects.values("pk")[:5]).update(campus=foreign)
    assert selectors.school_numbers(actor).students == 30


def test_the_figures_cost_the_same_whatever_the_school(django_assert_num_queries: Callable[..., Any]) -> None:
    actor = user("admin").actor(timezone.localdate())
    with django_assert_num_queries(7):
        selectors.school_numbers(actor)
