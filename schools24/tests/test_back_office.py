"""Every page of the back office in a browser, and its moving parts: nothing the content policy refuses."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.urls import reverse

from schools24.tests import matrix
from schools24.tests.addresses import addresses
from schools24.tests.principals import Principals

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OpenPage = Callable[..., "Page"]
NO_PAGES = {"admin:jsi18n", "admin:search"}
LISTEN = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refusals.push(`${event.effectiveDirective}: ${event.sample || event.blockedURI}`);
});
"""


@pytest.fixture
def desk(site: str, stage: Principals, open_page: OpenPage) -> "Page":
    """The school admin's browser."""
    page: Page = open_page()
    session = stage.clients["A"].cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page.add_init_script(LISTEN)
    return page


def opened(page: "Page", address: str) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    faults = [f"status {answer.status}"] if answer.status >= 400 else []
    if "unsafe-inline" in answer.headers["content-security-policy"]:
        faults.append("allows inline code or styles")
    return faults + refusals(page)


def refusals(page: "Page") -> list[str]:
    told: list[str] = page.evaluate("window.refusals")
    return told


def paths(stage: Principals) -> list[str]:
    """One address of every page the admin opens, for the rows nearest to them; histories all look alike."""
    found = []
    for line in matrix.lines():
        if line.method != "GET" or not line.name.startswith("admin:") or line.name in NO_PAGES:
            continue
        if line.name.endswith("_history") and line.noun != "campus":
            continue
        relation = next((one for one, letters in line.through.items() if "A" in letters), None)
        if relation:
            found.append(stage.address(line, "A", relation, **dict.fromkeys(addresses()[line.name].takes)))
    return found


def use_list(page: "Page", address: str) -> list[str]:
    """The bar of actions and the drawer of filters."""
    faults = opened(page, address)
    page.locator("#action-toggle").check()
    page.wait_for_selector("#changelist-actions", state="visible")
    page.get_by_text("Filters").first.click()
    page.get_by_text("Show counts").wait_for()
    return faults + refusals(page)


def use_form(page: "Page", address: str) -> list[str]:
    """A choice that is searched for, and a day picked from a calendar."""
    faults = opened(page, address)
    page.locator(".select2-selection").first.click()
    page.wait_for_selector(".select2-results__option[aria-selected]")
    page.keyboard.press("Escape")
    page.locator("#calendarlink0").click()
    page.locator("#calendarin0 .today a").click()
    assert page.locator("#id_begin_date").input_value()
    return faults + refusals(page)


def primary_colour(page: "Page") -> str:
    colour: str = page.evaluate("getComputedStyle(document.body).getPropertyValue('--color-primary-600')")
    return colour


def test_every_page_keeps_the_content_policy(site: str, stage: Principals, desk: "Page") -> None:
    faults = [f"{path}: {fault}" for path in paths(stage) for fault in opened(desk, site + path)]
    faults += use_list(desk, site + reverse("admin:accounts_user_changelist"))
    faults += use_form(desk, site + reverse("admin:accounts_roleassignment_add"))

    assert not faults, "\n".join(faults)
    assert primary_colour(desk) == "oklch(44.5% .076 192)"
