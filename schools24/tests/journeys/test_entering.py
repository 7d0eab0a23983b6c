"""Coming in: a forgotten password, a second factor, and finding one's way by keyboard."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from apps.academics.tests.factories import StudentFactory
from apps.accounts.models import Role, User
from apps.accounts.tests.factories import PASSWORD, CampusFactory, user_with
from schools24.tests.journeys.conftest import Postbox, Visit, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Look = Callable[["Page"], None]
NEW = "a much better password"


@pytest.fixture
def teacher(transactional_db: None) -> User:
    return user_with(Role.TEACHER, campus=CampusFactory.create())


def sign_in(page: "Page", user: User, password: str) -> None:
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def code_of(secret: str, *, later: int = 0) -> str:
    """What an authenticator app shows now, or `later` half minutes from now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + later), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.mark.usefixtures("worker")
def test_a_forgotten_password_is_set_anew(
    teacher: User, visit: Visit, postbox: Postbox, looked_at: Look
) -> None:
    page = visit(None, "/accounts/login/", phone=True)
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(teacher.email)
    page.get_by_role("button", name="Send the link").click()
    page.get_by_role("heading", name="Look at your mail").wait_for()
    looked_at(page)
    page.goto(wait_until(page, lambda: postbox.link(teacher.email)))
    looked_at(page)
    page.get_by_label("New Password", exact=True).fill(NEW)
    page.get_by_label("New Password (again)").fill(NEW)
    page.get_by_role("button", name="Change Password").click()
    page.wait_for_url("**/done/")
    looked_at(page)
    page.goto(page.url.split("/accounts/")[0] + "/accounts/login/")
    if "/login" in page.url:
        sign_in(page, teacher, NEW)
    page.get_by_role("heading", name="Good").wait_for()


def test_a_second_factor_is_set_up_and_asked_for(
    teacher: User, visit: Visit, looked_at: Look, settings: Any
) -> None:
    settings.MFA_TOTP_TOLERANCE = 1  # a code opens the door once; the next one is taken already
    page = visit(None, "/accounts/login/?next=/accounts/2fa/", phone=True)
    sign_in(page, teacher, PASSWORD)
    page.get_by_role("link", name="Activate").click()
    page.wait_for_url("**/reauthenticate/**")
    looked_at(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Authenticator code").wait_for()
    looked_at(page)
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    page.get_by_text("recovery codes", exact=False).first.wait_for()
    looked_at(page)

    other = visit(None, "/accounts/login/")
    sign_in(other, teacher, PASSWORD)
    other.get_by_label("Code").wait_for()
    looked_at(other)
    assert "/2fa/authenticate/" in other.url
    other.get_by_label("Code").fill(code_of(secret, later=1))
    other.get_by_role("button", name="Sign in").click()
    other.get_by_role("heading", name="Good").wait_for()


def test_two_letters_find_a_pupil_from_any_page(
    visit: Visit, looked_at: Look, transactional_db: None
) -> None:
    campus = CampusFactory.create()
    StudentFactory.create(school=campus.school, campus=campus, given_name="Zoya", family_name="Yadav")
    page = visit(user_with(Role.REGISTRAR, campus=campus), "/help/")
    page.keyboard.press("Control+k")
    page.keyboard.type("zo")
    page.get_by_role("link", name="Zoya Yadav").wait_for()
    looked_at(page)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Zoya Yadav").wait_for()


def test_the_keyboard_alone_signs_in_and_opens_a_page(teacher: User, visit: Visit) -> None:
    page = visit(None, "/accounts/login/")
    page.get_by_label("Email").focus()
    page.keyboard.type(teacher.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Good").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Timetable":
            break
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) != "none"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="My lessons").wait_for()
