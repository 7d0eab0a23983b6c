"""The office's board moves by itself: at once over the live line, within fifteen seconds without it."""

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.attendance.tests.classroom import Class
from apps.attendance.tests.walking import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
POLLED = "15s"


@pytest.fixture
def school(transactional_db: None) -> Class:
    return Class(3, day=timezone.localdate())


def open_board(page: "Page", site: str, school: Class) -> None:
    sign_in(page, site, school.login(Role.CAMPUS_ADMIN))
    page.goto(site + reverse("attendance:board"))
    page.wait_for_selector("text=Everybody is accounted for")


def test_a_register_saved_on_a_phone_moves_the_board(
    school: Class, site: str, page: "Page", open_page: "Callable[..., Page]"
) -> None:
    with page.expect_response("**/events/stream"):
        open_board(page, site, school)
    page.evaluate("window.sameDocument = true")
    assert page.locator("#board").get_attribute("hx-trigger") == f"live, every {POLLED}"
    phone = open_page(360, 740)
    sign_in(phone, site, school.staff.user)
    phone.goto(site + reverse("attendance:register-lesson", args=[school.lesson.pk]))
    phone.locator("[data-tap]").nth(1).click()
    phone.get_by_role("button", name="Save").click()
    phone.wait_for_selector('[data-state][data-kind="saved"]')
    # Well below the fifteen seconds of polling, so it is the live line that tells.
    page.locator(f"#missing-{school.pupils[1].pk}").wait_for(timeout=6000)
    assert page.evaluate("window.sameDocument") is True


@pytest.fixture
def browser_log() -> list[str]:
    """The browser reports the blocked line as an error; that is what is tried here."""

    class Expected(list[str]):
        def append(self, said: str) -> None:
            if "ERR_FAILED" not in said:
                super().append(said)

    return Expected()


def test_without_the_live_line_the_board_asks_by_itself(school: Class, site: str, page: "Page") -> None:
    page.clock.install()
    page.route("**/events/stream", lambda route: route.abort())
    open_board(page, site, school)
    school.take("PAP", now=timezone.now())
    card = page.locator(f"#missing-{school.pupils[1].pk}")
    page.clock.run_for(14_000)
    assert card.count() == 0
    page.clock.run_for(2_000)
    card.wait_for(timeout=6000)
