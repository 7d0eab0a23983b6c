"""A shrunk demo school, walked by everybody of the demo: no dead link, nothing of the other school."""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.academics.models import Student
from apps.accounts.models import User
from apps.portals.demo.load import load
from apps.portals.demo.plan import EVERYBODY, OTHERSIDE, SPRINGDALE
from apps.portals.tests.test_demo import SMALL

pytestmark = pytest.mark.django_db
PEOPLE = [*(f"{name}@{SPRINGDALE.domain}" for name in EVERYBODY), f"admin@{OTHERSIDE.domain}"]
HREF = re.compile(r'(?:href|hx-get)="(/[^"#]*)"')
NOT_PAGES = ("/static/", "/accounts/logout", "/api/v1/events")


@pytest.fixture(autouse=True)
def _schools() -> None:
    today = datetime.now(ZoneInfo("Asia/Kolkata")).date()
    springdale = replace(SMALL, days=2, campuses=SMALL.campuses[:1])
    for plan in (springdale, replace(OTHERSIDE, homeroom_size=3, days=2, days_ahead=7)):
        load(plan, today=today, now=timezone.now(), password="!")


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client


def links(page: str) -> set[str]:
    found = {href.replace("&amp;", "&") for href in HREF.findall(page)}
    return {href for href in found if not href.startswith(NOT_PAGES)}


@pytest.mark.parametrize("email", PEOPLE)
def test_no_dead_link_within_two_steps_of_today(email: str) -> None:
    client = signed_in(email)
    first = links(client.get("/").content.decode())
    dead = []
    for url in sorted(first):
        answer = client.get(url)
        if answer.status_code >= 400:
            dead.append((answer.status_code, url))
    assert dead == []
    assert len(first) > 8


@pytest.mark.parametrize("email", PEOPLE)
def test_search_finds_within_reach_only(email: str) -> None:
    actor = User.objects.get(email=email).actor(timezone.localdate())
    client = signed_in(email)
    for student in Student.objects.order_by("school", "pk")[:40:4]:
        page = client.get(reverse("portals:search"), {"q": student.full_name}).content.decode()
        reached = Student.objects.permitted(actor).filter(
            given_name=student.given_name, family_name=student.family_name
        )
        assert (reverse("academics:student-detail", args=[student.pk]) in page) is reached.filter(
            pk=student.pk
        ).exists()


def test_two_letters_are_needed() -> None:
    client = signed_in(f"admin@{SPRINGDALE.domain}")
    url = reverse("portals:search")
    name = Student.objects.filter(school__code=SPRINGDALE.code).values_list("given_name", flat=True)[0]
    assert "/academics/students/0" not in client.get(url, {"q": "a"}).content.decode()
    assert "/academics/students/0" in client.get(url, {"q": name[:2]}).content.decode()
