"""The page base in a real Chromium: keyboard, phone, both themes, and nothing for axe to find."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from apps.accounts.access import Role
from apps.accounts.tests.factories import SchoolFactory, UserFactory, user_with
from apps.core.web import nav

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

pytestmark = [pytest.mark.browser, pytest.mark.urls("apps.core.tests.gallery")]
Axe = Callable[["Page"], list[str]]


def enter(page: "Page", site: str) -> None:
    client = Client()
    client.force_login(user_with(Role.SCHOOL_ADMIN))
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


def people(count: int) -> None:
    school = SchoolFactory.create()
    for number in range(count):
        UserFactory.create(school=school, name=f"Person {number:02}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("url", ["/gallery/", "/gallery/people", "/gallery/form", "/gallery/landing"])
def test_nothing_for_axe_and_nothing_wider_than_a_phone(
    site: str, phone: "Page", axe: Axe, url: str, theme: str
) -> None:
    people(3)
    enter(phone, site)
    phone.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    phone.goto(site + url)
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("url", ["/accounts/login/", "/accounts/password/reset/", "/nowhere"])
def test_pages_before_sign_in_are_clean(
    site: str, page: "Page", axe: Axe, url: str, browser_log: list[str]
) -> None:
    page.goto(site + url)
    assert axe(page) == []
    browser_log[:] = [line for line in browser_log if "404" not in line]


def test_palette_opens_by_keyboard_and_enter_goes_there(site: str, page: "Page", axe: Axe) -> None:
    enter(page, site)
    page.goto(site + "/gallery/")
    page.keyboard.press("Control+k")
    page.keyboard.type("zz")
    page.get_by_text("Nothing you may see").wait_for()
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("#palette").is_visible()


def test_theme_is_remembered_for_the_next_page(site: str, page: "Page") -> None:
    enter(page, site)
    page.goto(site + "/gallery/")
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Dark").click()
    page.goto(site + "/gallery/people")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_menu_is_a_drawer_on_a_phone(
    site: str, phone: "Page", axe: Axe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nav, "_entries", [])
    nav.register("", "Devices", "usersessions_list", "devices")
    enter(phone, site)
    phone.goto(site + "/gallery/")
    menu = phone.locator("#side")
    assert not menu.is_visible()
    phone.emulate_media(reduced_motion="reduce")  # axe would measure the colours half way in
    phone.get_by_role("button", name="More").click()
    assert menu.get_by_role("link", name="Devices").is_visible()
    assert axe(phone) == []
    menu.get_by_role("button", name="Close the menu").click()
    assert not menu.is_visible()


def test_search_of_a_list_swaps_rows_and_keeps_the_address(site: str, page: "Page") -> None:
    people(30)
    enter(page, site)
    page.goto(site + "/gallery/people")
    page.get_by_role("searchbox", name="Search").fill("Person 07")
    page.get_by_text("1 row").wait_for()
    assert "q=Person%2007" in page.url
    page.go_back()
    page.get_by_text("1–25 of 31").wait_for()


def test_rows_are_chosen_asked_about_and_acted_on(site: str, page: "Page") -> None:
    people(3)
    enter(page, site)
    page.goto(site + "/gallery/people?q=person")
    greet = page.get_by_role("button", name="Greet")
    assert greet.is_disabled()
    page.get_by_label("Choose this page").check()
    page.get_by_text("3 chosen").wait_for()
    greet.click()
    page.get_by_role("heading", name="Greet everybody chosen?").wait_for()
    page.locator("#confirm-yes").click()
    page.get_by_text("Greeted 3").wait_for()


def test_unsaved_words_are_not_lost_in_silence(site: str, page: "Page") -> None:
    enter(page, site)
    page.goto(site + "/gallery/form")
    page.get_by_label("Full name").type("Asha")
    asked: list[str] = []

    def answer(dialog: "Dialog") -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


def test_refused_form_leads_to_its_errors(site: str, page: "Page", axe: Axe, browser_log: list[str]) -> None:
    enter(page, site)
    page.goto(site + "/gallery/form")
    page.get_by_label("Full name").fill("twice")
    page.get_by_role("button", name="Save").click()
    assert page.locator("[data-error-summary]").evaluate("node => node === document.activeElement")
    assert axe(page) == []
    browser_log[:] = [line for line in browser_log if "422" not in line]


def test_demo_person_enters_with_one_click(site: str, page: "Page", settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    page.goto(site + "/accounts/login/")
    page.evaluate("document.getElementById('sign-in').requestSubmit = () => { document.title = 'sent'; }")
    page.get_by_role("button", name="Teacher").click()
    assert page.get_by_label("Email").input_value() == "teacher@springdale.test"
    assert page.title() == "sent"


def test_figures_are_drawn_and_also_told(site: str, page: "Page") -> None:
    enter(page, site)
    page.goto(site + "/gallery/")
    page.get_by_text("The figures as a table").click()
    assert page.get_by_role("cell", name="97.0").is_visible()
    assert page.evaluate("Boolean(window.Chart.getChart(document.querySelector('canvas')))")
