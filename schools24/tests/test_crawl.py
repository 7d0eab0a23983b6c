"""Every page, as everybody who may open it, in a browser: axe, console, content policy, a narrow screen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.urls import reverse

from schools24.tests.addresses import addresses
from schools24.tests.matrix import LETTERS, Line
from schools24.tests.principals import Principals
from schools24.tests.test_matrix import GIVEN, LINES
from schools24.tests.test_matrix_whole import is_open

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

pytestmark = pytest.mark.browser

Axe = Callable[["Page"], list[str]]
# Pieces of pages, and addresses that hand out a file.
NO_PAGES = {
    "portals:today-card",
    "messaging:inbox-count",
    "interop:import-progress",
    "core:job-progress",
    "core:job-file",
    "file-download",
    "academics:guardianship-document",
    "gradebook:sheet-download",
    "reports:bank-fill",
    "reports:document-open",
    "reports:template-pdf",
    "reports:template-sheet",
}
# Whose pages are all opened; the office shares its own out, and g sees those of G.
THOROUGH = "$TSG"
OFFICE = "CRA"
# Reported in the page, since the console of a page that was left is gone.
LISTEN = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refusals.push(`${event.effectiveDirective}: ${event.blockedURI}`);
});
"""
WIDEST = """
[...document.querySelectorAll("main *")]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => `${one.tagName.toLowerCase()}.${[...one.classList].join(".")}`).slice(-3).join(" ")
"""
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "private, no-store",
}


def pages() -> list[Line]:
    return [
        line
        for line in LINES
        if line.method == "GET" and not line.name.startswith(("api:", "admin:")) and line.name not in NO_PAGES
    ]


def nearest(line: Line, letter: str) -> str | None:
    """A relation in which the principal opens the page."""
    return next((relation for relation, letters in line.through.items() if letter in letters), None)


def examined_by(line: Line) -> str:
    """Whose eyes axe looks through: somebody who may open the page, those with few pages first."""
    few = (letter for letter in "GS$T" if nearest(line, letter))
    office = [letter for letter in OFFICE if nearest(line, letter)]
    return next(few, "") or office[len(line.url) % len(office)]


def is_opened_by(line: Line, letter: str) -> bool:
    if nearest(line, letter) is None:
        return False
    takes_a_row = bool(addresses()[line.name].takes)
    return letter in THOROUGH or letter == examined_by(line) or not takes_a_row


@pytest.fixture
def crawl(site: str, open_page: Callable[..., "Page"]) -> "Page":
    page = open_page(360, 740)
    page.add_init_script(LISTEN)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return page


@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_pages_of(letter: str, site: str, stage: Principals, crawl: "Page", axe: Axe) -> None:
    session = stage.clients[letter].cookies[settings.SESSION_COOKIE_NAME].value
    crawl.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    faults = _seen(crawl, site + reverse("portals:home"), axe, HEADERS)
    for line in pages():
        if not is_opened_by(line, letter):
            continue
        relation = nearest(line, letter) or ""
        takes = {**dict.fromkeys(addresses()[line.name].takes), **GIVEN.get(line.name, {})}
        path = stage.address(line, letter, relation, **takes)
        looks = axe if examined_by(line) == letter else None
        faults += [f"{line.url}: {fault}" for fault in _seen(crawl, site + path, looks, HEADERS)]

    assert not faults, "\n".join(faults)


def test_pages_of_strangers(site: str, stage: Principals, crawl: "Page", axe: Axe) -> None:
    names = [
        name
        for name, address in addresses().items()
        if is_open(name) and "<" not in address.pattern and name.startswith(("account_", "portals:"))
    ]
    faults: list[str] = []
    for name in sorted(names):
        headers = {key: value for key, value in HEADERS.items() if key != "cache-control"}
        faults += [f"{name}: {fault}" for fault in _seen(crawl, site + reverse(name), axe, headers)]

    assert not faults, "\n".join(faults)


def _seen(page: "Page", address: str, axe: Axe | None, headers: dict[str, str]) -> list[str]:
    """What is wrong with a page on a phone by day, and on a large screen by night."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    response = page.goto(address)
    assert response is not None
    faults = _headers(response, headers) + _drawn(page)
    if axe is not None:
        faults += [f"phone, light: {fault}" for fault in axe(page)]
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        page.reload()
        faults += [f"large, dark: {fault}" for fault in axe(page)]
    return faults + [f"refused: {one}" for one in page.evaluate("window.refusals")]


def _headers(response: "Response", wanted: dict[str, str]) -> list[str]:
    sent = response.headers
    faults = [f"{name} is {sent.get(name)}" for name, value in wanted.items() if sent.get(name) != value]
    if "frame-ancestors 'none'" not in sent.get("content-security-policy", ""):
        faults.append("may be framed")
    return faults + ([f"status {response.status}"] if response.status >= 400 else [])


def _drawn(page: "Page") -> list[str]:
    faults = [] if page.locator("h1").count() == 1 else [f"{page.locator('h1').count()} first headings"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return faults + ([f"{wide} px wider than the screen: {page.evaluate(WIDEST)}"] if wide > 0 else [])
