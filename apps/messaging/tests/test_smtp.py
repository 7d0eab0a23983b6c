"""Against a real mail server speaking SMTP."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.messaging.models import DeliveryState
from apps.messaging.services import deliver
from apps.messaging.tests.factories import DeliveryFactory, NotificationFactory

pytestmark = pytest.mark.django_db


class Postbox:
    """Keeps what arrives; turns away the first `refusals` messages."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refusals = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.refusals:
            self.refusals -= 1
            return "451 try again later"
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


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


def test_mails_of_one_batch_arrive_whole(postbox: Postbox) -> None:
    reader = UserFactory.create()
    hindi = NotificationFactory.create(
        recipient=reader, title="आरव आज स्कूल नहीं आया", language="hi", url="/today/"
    )
    rows = [DeliveryFactory.create(notification=hindi), *DeliveryFactory.create_batch(2)]

    answer = deliver(delivery_ids=[str(row.pk) for row in rows], now=timezone.now())

    assert answer == {"sent": 3, "waiting": 0, "other": 0}
    to, message = postbox.mails[0]
    assert to == [reader.email]
    assert message["Message-ID"] == f"<{hindi.pk}@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        body = message.get_body((kind,)).get_content()
        assert "आरव आज स्कूल नहीं आया" in body
        assert "/today/" in body


def test_a_mail_turned_away_for_now_arrives_on_the_next_try(postbox: Postbox) -> None:
    postbox.refusals = 1
    row = DeliveryFactory.create()
    assert deliver(delivery_ids=[str(row.pk)], now=timezone.now())["waiting"] == 1
    assert deliver(delivery_ids=[str(row.pk)], now=timezone.now())["sent"] == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error_code) == (DeliveryState.SENT, 1, "")
    assert len(postbox.mails) == 1
