"""The register on a phone, in a real browser: four taps, a broken line, a colleague who was first."""

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.attendance.models import AttendanceEvent, Register
from apps.attendance.tests.classroom import Class
from apps.attendance.tests.walking import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def school(transactional_db: None) -> Class:
    return Class(30, day=timezone.localdate())


def saved(text: str) -> str:
    return f'[data-state][data-kind="{text}"]'


def test_four_taps_from_today_take_a_register(school: Class, site: str, phone: "Page", axe: Any) -> None:
    sign_in(phone, site, school.staff.user)
    phone.goto(site)
    phone.get_by_role("link", name="Take register").first.click()
    taps = phone.locator("[data-tap]")
    taps.nth(3).click()
    taps.nth(17).click()
    assert phone.locator('[data-count="absent"]').inner_text() == "2"
    phone.get_by_role("button", name="Save").click()
    phone.wait_for_selector(saved("saved"))
    assert AttendanceEvent.objects.filter(code=school.codes["A"]).count() == 2
    assert AttendanceEvent.objects.filter(code=school.codes["P"]).count() == 28
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(phone) == []


def test_what_is_saved_off_the_line_is_sent_once_it_is_back(school: Class, site: str, phone: "Page") -> None:
    sign_in(phone, site, school.staff.user)
    phone.goto(site + reverse("attendance:register-lesson", args=[school.lesson.pk]))
    phone.locator("[data-tap]").nth(0).click()
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Save").click()
    phone.wait_for_selector(saved("waiting"))
    assert not Register.objects.exists()
    phone.context.set_offline(False)
    phone.wait_for_selector(saved("saved"))
    assert Register.objects.get().version == 1
    assert phone.evaluate("Object.keys(localStorage).length") == 0


@pytest.fixture
def browser_log() -> list[str]:
    """The browser reports the refused and the broken request as errors; they are what is tried here."""

    class Expected(list[str]):
        def append(self, said: str) -> None:
            if not any(one in said for one in ("409", "422", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")):
                super().append(said)

    return Expected()


def test_a_colleague_who_was_first_is_shown_and_not_overwritten(
    school: Class, site: str, phone: "Page"
) -> None:
    sign_in(phone, site, school.staff.user)
    phone.goto(site + reverse("attendance:register-lesson", args=[school.lesson.pk]))
    school.take("A" + "P" * 29, now=timezone.now())
    phone.locator("[data-tap]").nth(1).click()
    phone.get_by_role("button", name="Save").click()
    phone.wait_for_selector("#register-clash[open]")
    assert phone.locator("[data-clash-lines] li").count() == 2
    assert AttendanceEvent.objects.filter(code=school.codes["A"]).count() == 1
    phone.get_by_role("button", name="Save mine").click()
    phone.wait_for_selector(saved("saved"))
    assert AttendanceEvent.objects.get(code=school.codes["A"]).student == school.pupils[1]


def test_marks_are_made_by_keyboard(school: Class, site: str, phone: "Page") -> None:
    sign_in(phone, site, school.staff.user)
    phone.goto(site + reverse("attendance:register-lesson", args=[school.lesson.pk]))
    phone.locator("[data-tap]").nth(2).focus()
    phone.keyboard.press("Enter")
    phone.keyboard.press("Space")
    assert phone.locator("[data-line]").nth(2).get_attribute("data-category") == "late"
    phone.locator("[data-line]").nth(2).get_by_role("button", name="10", exact=True).click()
    phone.get_by_role("button", name="Save").click()
    phone.wait_for_selector(saved("saved"))
    assert AttendanceEvent.objects.get(code=school.codes["L"]).minutes_late == 10


def test_signing_out_leaves_nothing_on_the_device(school: Class, site: str, phone: "Page") -> None:
    sign_in(phone, site, school.staff.user)
    phone.goto(site + reverse("attendance:register-lesson", args=[school.lesson.pk]))
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Save").click()
    phone.wait_for_selector(saved("waiting"))
    assert phone.evaluate("Object.keys(localStorage).length") == 1
    phone.evaluate(
        "document.querySelector('form[data-sign-out]').addEventListener('submit', (e) => e.preventDefault())"
    )
    phone.evaluate("document.querySelector('form[data-sign-out]').requestSubmit()")
    assert phone.evaluate("Object.keys(localStorage).length") == 0


def test_a_refused_register_is_told_on_every_page_until_somebody_decides(
    school: Class, site: str, phone: "Page"
) -> None:
    sign_in(phone, site, school.staff.user)
    url = site + reverse("attendance:register-lesson", args=[school.lesson.pk])
    phone.goto(url)
    phone.locator("[data-tap]").nth(1).click()
    phone.route(url, lambda route: route.abort())
    phone.get_by_role("button", name="Save").click()
    phone.wait_for_selector(saved("waiting"))
    school.take("A" + "P" * 29, now=timezone.now())
    phone.unroute(url)
    phone.goto(site)
    banner = phone.locator("#refused")
    banner.wait_for(state="visible")
    assert school.section.name in banner.inner_text()
    phone.goto(site + reverse("timetable:my-week"))
    banner.wait_for(state="visible")
    banner.get_by_role("link").click()
    phone.wait_for_selector("#register-clash[open]")
    assert banner.is_hidden()
    phone.get_by_role("button", name="Save mine").click()
    phone.wait_for_selector(saved("saved"))
    phone.goto(site)
    assert banner.is_hidden()
    assert phone.evaluate("Object.keys(localStorage).length") == 0
    assert AttendanceEvent.objects.get(code=school.codes["A"]).student == school.pupils[1]


def test_what_a_lesson_no_longer_takes_can_be_given_up(school: Class, site: str, phone: "Page") -> None:
    sign_in(phone, site, school.staff.user)
    url = site + reverse("attendance:register-lesson", args=[school.lesson.pk])
    phone.goto(url)
    phone.route(url, lambda route: route.abort())
    phone.get_by_role("button", name="Save").click()
    phone.wait_for_selector(saved("waiting"))
    school.lesson.is_cancelled = True
    school.lesson.save()
    phone.unroute(url)
    phone.goto(site)
    phone.locator("#refused").get_by_role("button", name="Give up").click()
    phone.locator("#confirm-yes").click()
    phone.locator("#refused").wait_for(state="hidden")
    assert phone.evaluate("Object.keys(localStorage).length") == 0
