"""The grid in a real browser: keyboard, a pasted block, two teachers, undo, a broken line, a phone."""

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.gradebook.models import Result
from apps.gradebook.tests.factories import PostingFactory
from apps.gradebook.tests.marking import Book

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = '[data-saving][data-kind="saved"]'
WAITING = '[data-saving][data-kind="waiting"]'


@pytest.fixture
def book(transactional_db: None) -> Book:
    return Book(4, 3, today=timezone.localdate())


@pytest.fixture
def browser_log() -> list[str]:
    """The browser reports the refused and the broken request as errors; they are what is tried here."""

    class Expected(list[str]):
        def append(self, said: str) -> None:
            if not any(one in said for one in ("409", "422", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")):
                super().append(said)

    return Expected()


def enter(book: Book, site: str, page: "Page") -> None:
    client = Client()
    client.force_login(book.staff.user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    page.goto(f"{site}{reverse('gradebook:grid', args=[book.section.pk])}?term={book.terms[0].pk}")


def cell(page: "Page", row: int, column: int) -> Any:
    return page.locator(".book-table tbody tr").nth(row).locator("td").nth(column)


def until(page: "Page", row: int, column: int, text: str) -> None:
    """The cell says that and is saved."""
    place = f".book-table tbody tr:nth-child({row + 1}) td:nth-of-type({column + 1})"
    has = ":empty" if not text else f':text-is("{text}")'
    page.wait_for_selector(f'{place}[data-state="saved"]{has}', state="attached")


def scores() -> list[str]:
    rows = Result.objects.order_by("line_item__position", "student__given_name")
    return [f"{one.score.normalize():f}" if one.score is not None else one.status for one in rows]


def test_marks_are_typed_by_keyboard_alone(book: Book, site: str, page: "Page", axe: Any) -> None:
    requests: list[str] = []
    page.on("request", lambda one: requests.append(one.url) if one.method == "POST" else None)
    enter(book, site, page)
    cell(page, 0, 0).click()
    page.keyboard.type("17")
    page.keyboard.press("Enter")
    page.wait_for_selector(SAVED)
    assert len(requests) == 1
    page.keyboard.type("12,5")
    page.keyboard.press("Tab")
    page.keyboard.type("ex")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("F2")
    page.keyboard.type("m")
    page.keyboard.press("Escape")
    page.wait_for_selector(SAVED)
    assert [cell(page, row, 0).inner_text() for row in range(4)] == ["17", "12.5", "", ""]
    assert cell(page, 1, 1).inner_text() == "ex"
    assert cell(page, 0, 3).inner_text() == "85"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    until(page, 1, 0, "")
    page.wait_for_selector(SAVED)
    assert scores() == ["17", "unmarked", "exempt"]
    assert axe(page) == []


def paste(page: "Page", text: str) -> None:
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_a_block_is_pasted_filled_down_and_taken_back(book: Book, site: str, page: "Page") -> None:
    requests: list[str] = []
    page.on("request", lambda one: requests.append(one.url) if one.method == "POST" else None)
    enter(book, site, page)
    cell(page, 1, 1).click()
    paste(page, "11\t12\r\n13\tab\r\n")
    page.wait_for_selector(SAVED)
    assert (len(requests), scores()) == (1, ["11", "13", "12", "absent"])
    cell(page, 1, 0).click()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    until(page, 3, 0, "9")
    page.wait_for_selector(SAVED)
    assert scores()[:3] == ["9", "9", "9"]
    page.keyboard.press("Control+z")
    until(page, 3, 0, "")
    page.wait_for_selector(SAVED)
    assert scores()[:3] == ["9", "unmarked", "unmarked"]
    page.keyboard.press("Control+y")
    until(page, 3, 0, "9")
    page.wait_for_selector(SAVED)
    assert scores()[:3] == ["9", "9", "9"]


def test_two_teachers_and_one_cell(book: Book, site: str, page: "Page") -> None:
    enter(book, site, page)
    book.save(book.cell(0, 0, "15"), book.cell(1, 0, "16"))
    for typed in ("11", "12"):
        cell(page, int(typed) - 11, 0).click()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    bar = page.locator("#book-problem")
    bar.wait_for(state="visible")
    page.wait_for_selector('[data-saving][data-kind="failed"]')
    assert scores() == ["15", "16"]
    cell(page, 0, 0).click()
    assert "15" in bar.inner_text()
    assert "11" in bar.inner_text()
    bar.get_by_role("button", name="Keep 11").click()
    page.wait_for_selector("#book-problem :text('16')")
    bar.get_by_role("button", name="Put back 16").click()
    page.wait_for_selector(SAVED)
    assert scores() == ["11", "16"]
    assert cell(page, 1, 0).inner_text() == "16"
    assert bar.is_hidden()


def test_more_than_the_maximum_asks_once(book: Book, site: str, page: "Page") -> None:
    enter(book, site, page)
    cell(page, 0, 0).click()
    page.keyboard.type("170")
    page.keyboard.press("Enter")
    bar = page.locator("#book-problem")
    bar.wait_for(state="visible")
    assert "more than 20" in bar.inner_text()
    bar.get_by_role("button", name="Keep 170").click()
    page.wait_for_selector(SAVED)
    assert scores() == ["170"]


def test_what_is_typed_off_the_line_is_sent_once_it_is_back(book: Book, site: str, page: "Page") -> None:
    enter(book, site, page)
    page.context.set_offline(True)
    cell(page, 0, 0).click()
    for typed in ("11", "12", "13"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    page.wait_for_selector(WAITING)
    assert scores() == []
    page.context.set_offline(False)
    page.wait_for_selector(SAVED)
    assert scores() == ["11", "12", "13"]
    assert set(Result.objects.values_list("version", flat=True)) == {1}
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_what_was_left_comes_back_with_the_page_and_goes_with_the_person(
    book: Book, site: str, page: "Page"
) -> None:
    enter(book, site, page)
    page.route(page.url.split("?")[0], lambda route: route.abort())
    cell(page, 0, 0).click()
    page.keyboard.type("11")
    page.keyboard.press("Enter")
    page.wait_for_selector(WAITING)
    page.unroute(page.url.split("?")[0])
    page.reload()
    page.wait_for_selector(SAVED)
    assert scores() == ["11"]
    page.context.set_offline(True)
    cell(page, 0, 0).click()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    page.wait_for_selector(WAITING)
    page.evaluate(
        "document.querySelector('form[data-sign-out]').addEventListener('submit', (e) => e.preventDefault())"
    )
    page.evaluate("document.querySelector('form[data-sign-out]').requestSubmit()")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_what_was_left_leads_back_to_its_term(book: Book, site: str, page: "Page") -> None:
    enter(book, site, page)
    path = page.url.split("?")[0]
    page.route(path, lambda route: route.abort())
    cell(page, 0, 0).click()
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    page.wait_for_selector(WAITING)
    page.unroute(path)
    # Any page of the house sends it; what is refused waits on its own page.
    page.goto(site)
    banner = page.locator("#refused")
    banner.wait_for(state="visible")
    banner.get_by_role("link").click()
    page.locator("#book-problem").wait_for(state="visible")
    assert str(book.terms[0].pk) in page.url
    page.get_by_role("button", name="Leave it empty").click()
    page.goto(site)
    assert banner.is_hidden()
    assert scores() == []


def test_a_posted_term_asks_why(book: Book, site: str, page: "Page") -> None:
    PostingFactory.create(school=book.school, section=book.section, session=book.terms[0])
    enter(book, site, page)
    cell(page, 0, 0).click()
    page.keyboard.type("17")
    page.keyboard.press("Enter")
    bar = page.locator("#book-problem")
    bar.wait_for(state="visible")
    page.get_by_label("Why do marks change?").fill("counted wrongly")
    bar.get_by_role("button", name="Keep 17").click()
    page.wait_for_selector(SAVED)
    assert scores() == ["17"]


def test_a_comment_the_panel_and_why(book: Book, site: str, page: "Page", axe: Any) -> None:
    enter(book, site, page)
    cell(page, 0, 0).click()
    page.keyboard.type("17")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+F2")
    page.locator("#book-comment textarea").fill("well done")
    page.locator("#book-comment").get_by_role("button", name="Save").click()
    page.wait_for_selector(SAVED)
    page.wait_for_selector("td.has-comment")
    assert book.result().comment == "well done"
    page.locator(".book-head[data-item]").first.click()
    page.wait_for_selector("#book-panel[open] canvas")
    assert axe(page) == []
    page.keyboard.press("Escape")
    cell(page, 0, 3).dblclick()
    page.wait_for_selector("#book-panel[open] .book-steps")
    page.keyboard.press("Escape")
    cell(page, 0, 0).click()
    page.get_by_role("button", name="History").click()
    page.wait_for_selector("#book-panel[open] .book-history")


def test_a_thumb_marks_one_item_after_the_other(book: Book, site: str, phone: "Page", axe: Any) -> None:
    enter(book, site, phone)
    lines = phone.locator(".book-line")
    assert lines.count() == 4
    lines.nth(0).locator("input").click()
    phone.keyboard.type("17")
    phone.keyboard.press("Enter")
    phone.keyboard.type("12")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(SAVED)
    lines.nth(3).get_by_role("button", name="More for").click()
    lines.nth(3).get_by_role("button", name="Missing").click()
    phone.wait_for_selector('.book-line:nth-child(4)[data-state="saved"]')
    assert scores() == ["17", "12", "missing"]
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(phone) == []
    phone.get_by_role("button", name="Next", exact=True).click()
    assert lines.nth(0).locator("input").input_value() == ""
    phone.get_by_role("button", name="One pupil").click()
    phone.locator("[data-pick]").select_option(index=0)
    assert lines.count() == 3
    assert lines.nth(0).locator("input").input_value() == "17"
