"""The frame of pages: theme, messages, errors, icons, and what the demo shows."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory

from apps.accounts.access import Role
from apps.accounts.tests.factories import user_with
from apps.core.templatetags.ui import avatar, icon, percent_of
from apps.core.web.responses import go, trigger
from apps.core.web.today import TodayCard

pytestmark = [pytest.mark.django_db, pytest.mark.urls("apps.core.tests.gallery")]
TEMPLATES = sorted(
    str(path.relative_to(django_settings.BASE_DIR / "templates"))
    for path in (django_settings.BASE_DIR / "templates").rglob("*.html")
)


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(user_with(Role.SCHOOL_ADMIN))
    return client


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize(
    ("cookie", "opening"),
    [
        ("dark", '<html lang="en" data-bs-theme="dark">'),
        ("", '<html lang="en">'),
        ('"><script>', '<html lang="en">'),
    ],
)
def test_remembered_theme_arrives_with_the_page(admin: Client, cookie: str, opening: str) -> None:
    admin.cookies["theme"] = cookie
    assert opening in admin.get("/gallery/").content.decode()


def test_page_obeys_a_strict_policy(admin: Client) -> None:
    policy = admin.get("/gallery/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


@pytest.mark.parametrize(
    ("url", "status", "text"),
    [
        ("/gallery/denied", 403, "Your role does not allow this"),
        ("/gallery/nowhere", 404, "There is nothing here for you"),
        ("/gallery/conflict", 409, "Somebody saved this register while you were typing."),
    ],
)
def test_error_pages_say_what_why_and_what_next(admin: Client, url: str, status: int, text: str) -> None:
    response = admin.get(url)
    page = response.content.decode()
    assert response.status_code == status
    assert text in page
    assert "What you can do" in page
    assert response["X-Request-Id"] in page


def test_a_fault_of_ours_has_a_page_of_its_own(admin: Client) -> None:
    admin.raise_request_exception = False
    response = admin.get("/gallery/broken")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


def test_messages_ride_along_with_htmx(admin: Client) -> None:
    admin.post("/gallery/form", {"name": "Asha", "kind": "day"})
    response = admin.get("/gallery/people", headers={"HX-Request": "true"})
    assert json.loads(response["HX-Trigger"]) == {
        "toasts": [{"level": "success", "text": "Asha is admitted"}]
    }


def test_messages_wait_while_htmx_is_sent_elsewhere(admin: Client) -> None:
    response = admin.post("/gallery/form", {"name": "Asha", "kind": "day"}, headers={"HX-Request": "true"})
    assert "HX-Trigger" not in response
    assert "Asha is admitted" in admin.get("/gallery/form").content.decode()


def test_events_of_one_response_add_up() -> None:
    response = trigger(trigger(HttpResponse(), "saved"), "moved", {"to": 1})
    assert json.loads(response["HX-Trigger"]) == {"saved": None, "moved": {"to": 1}}


def test_redirect_resolves_names(rf: RequestFactory) -> None:
    assert go(rf.get("/"), "account_login")["Location"] == "/accounts/login/"


@pytest.mark.parametrize("demo", [True, False])
def test_demo_sign_ins_show_in_demo_mode_only(client: Client, settings: Any, demo: bool) -> None:
    settings.DEMO = demo
    page = client.get("/accounts/login/").content.decode()
    assert ("teacher@springdale.test" in page) is demo
    assert ("schools24-demo" in page) is demo


@pytest.mark.parametrize("impersonator", [None, uuid4()])
def test_impersonation_is_visible(rf: RequestFactory, impersonator: UUID | None) -> None:
    user = user_with(Role.SCHOOL_ADMIN)
    actor = replace(user.actor(date(2026, 6, 15)), impersonator_id=impersonator)
    html = render_to_string("components/banners.html", {"actor": actor}, rf.get("/"))
    assert ("recorded under your own name" in html) is (impersonator is not None)


def test_landing_page_is_public(client: Client) -> None:
    page = client.get("/gallery/landing").content.decode()
    assert "one calm place" in page
    assert 'content="index, follow"' in page


def test_palette_answers_in_part_and_as_a_page(admin: Client) -> None:
    part = admin.get("/search", {"q": "<b>zz"}, headers={"HX-Request": "true"}).content.decode()
    whole = admin.get("/search", {"q": "<b>zz"}).content.decode()
    assert "&lt;b&gt;zz" in part
    assert "<html" not in part
    assert "<html" in whole


def test_icons_are_decoration_unless_they_speak() -> None:
    assert 'aria-hidden="true"' in icon("home")
    assert 'role="img" aria-label="Absent &amp; late"' in icon("home", label="Absent & late")
    assert "icons.svg#home" in icon("home")


@pytest.mark.parametrize(
    ("name", "initials"), [("Asha Rao", "AR"), ("Ravi Kumar Iyer", "RI"), ("Zoya", "Z"), ("", "")]
)
def test_initials(name: str, initials: str) -> None:
    assert f">{initials}</span>" in avatar(name)


def test_initials_keep_their_colour() -> None:
    assert avatar("Asha Rao") == avatar("Asha Rao")


@pytest.mark.parametrize(("part", "whole", "percent"), [(1, 3, 33), (0, 0, 0), (5, 4, 100), (None, 10, 0)])
def test_percent_of(part: int | None, whole: int, percent: int) -> None:
    assert percent_of(part, whole) == percent


def test_today_card_escapes_what_it_shows() -> None:
    card = TodayCard("k", "<b>T</b>", "home", number="<i>3</i>", text="<u>x</u>")
    html = render_to_string("components/today_card.html", {"card": card})
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<u>" not in html
