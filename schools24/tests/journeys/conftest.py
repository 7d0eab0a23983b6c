"""What the walks share: people with devices of their own, a worker, and a mail server."""

import re
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from celery.contrib.testing.worker import start_worker
from django.conf import settings as django_settings
from django.test import Client

from apps.accounts.models import User
from schools24.celery import app

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE = (360, 740)
Visit = Callable[..., "Page"]


@pytest.fixture
def visit(site: str, open_page: Callable[..., "Page"], axe: Callable[["Page"], list[str]]) -> Visit:
    """A person opens the house on a device of their own, signed in: `visit(user, phone=True)`."""

    def visited(user: User | None, path: str = "/", *, phone: bool = False) -> "Page":
        page = open_page(*PHONE) if phone else open_page()
        if user is not None:
            client, name = Client(), django_settings.SESSION_COOKIE_NAME
            client.force_login(user)
            page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        page.emulate_media(reduced_motion="reduce")
        page.goto(site + path)
        return page

    return visited


@pytest.fixture
def looked_at(axe: Callable[["Page"], list[str]]) -> Callable[["Page"], None]:
    """Nothing for axe to find, and nothing wider than the screen."""

    def look(page: "Page") -> None:
        assert axe(page) == [], page.url
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than the screen"

    return look


class Postbox:
    """Every mail that arrived, as (address, message)."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, Any]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails += [(address, message) for address in envelope.rcpt_tos]
        return "250 OK"

    def text(self, address: str) -> str | None:
        """The plain words of the last mail to an address."""
        found = [message for to, message in self.mails if to == address]
        return str(found[-1].get_body(("plain",)).get_content()) if found else None

    def link(self, address: str) -> str | None:
        """The first link of the last mail to an address."""
        found = re.search(r"https?://\S+", self.text(address) or "")
        return found[0] if found else None


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield box
    server.stop()


@pytest.fixture
def worker(site: str, postbox: Postbox) -> Iterator[None]:
    """A real Celery worker, in a thread of this process, that sees the database of the test."""
    with start_worker(app, perform_ping_check=False, shutdown_timeout=20):
        yield


def wait_until(page: "Page", found: Callable[[], Any], *, seconds: float = 10) -> Any:
    """What `found` answers as soon as it answers something, while the browser goes on."""
    for _ in range(int(seconds * 10)):
        if answer := found():
            return answer
        page.wait_for_timeout(100)
    raise AssertionError(f"nothing within {seconds} s")
