"""Nothing sticks out of its card on a narrow phone, however long a lesson or a code is named."""

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.attendance.tests.classroom import Class
from apps.attendance.tests.walking import sign_in
from apps.facilities.models import Room

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STICKING_OUT = """() => [...document.querySelectorAll('.card, .week-day, .badge')].flatMap((box) => {
  const edge = box.getBoundingClientRect().right + 0.5;
  return [...box.querySelectorAll('*'), box]
    .filter((one) => one.getClientRects().length && !one.closest('.table-scroll, .visually-hidden'))
    .filter((one) => one.getBoundingClientRect().right > Math.min(edge, innerWidth))
    .map((one) => `${one.tagName} ${one.className}: ${one.textContent.trim().slice(0, 60)}`);
})"""


@pytest.fixture
def school(transactional_db: None) -> Class:
    """Long names all over, and pupils the register misses."""
    made = Class(3, day=timezone.localdate())
    made.section.name = "Environmental Studies and Gardening 10B"
    made.section.save()
    made.codes["A"].name = "Absent, unexplained"
    made.codes["A"].save()
    room = {"name": "Second science laboratory", "code": "LAB2"}
    made.lesson.room = Room.objects.create(school=made.school, campus=made.campus, **room)
    made.lesson.save()
    return made


def test_today_of_a_teacher(school: Class, site: str, phone: "Page") -> None:
    sign_in(phone, site, school.staff.user)
    phone.goto(site)
    phone.wait_for_selector("text=Take register")
    assert phone.evaluate(STICKING_OUT) == []
    school.take("PAL")
    phone.goto(site)
    phone.wait_for_selector("text=Taken")
    assert phone.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("page", ["today", "pupil"])
def test_pages_of_a_guardian(school: Class, site: str, phone: "Page", page: str, axe: Any) -> None:
    guardian = school.guardian(school.pupils[1])
    school.take("PAL")
    sign_in(phone, site, guardian.user)
    there = reverse("attendance:student", args=[school.pupils[1].pk])
    phone.goto(site + (there if page == "pupil" else ""))
    phone.wait_for_selector("text=Absent, unexplained")
    assert phone.evaluate(STICKING_OUT) == []
    assert axe(phone) == []


@pytest.mark.parametrize("page", ["board", "missing", "overview"])
def test_pages_of_the_office(school: Class, site: str, phone: "Page", page: str) -> None:
    school.guardian(school.pupils[1])
    school.take("PAL")
    sign_in(phone, site, school.login(Role.CAMPUS_ADMIN))
    phone.goto(site + reverse(f"attendance:{page}"))
    assert phone.evaluate(STICKING_OUT) == []
