import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from apps.accounts.tests.factories import SchoolFactory, UserFactory
from apps.core import jobs
from apps.core.models import Job, JobState
from apps.messaging import kinds
from apps.messaging.kinds import Kind
from apps.messaging.models import Delivery, DeliveryState, Notification
from apps.messaging.services import Recipient, deliver, notify, sweep_old_notifications
from apps.messaging.services.deliver import WAITS
from apps.messaging.tests.factories import DeliveryFactory, NotificationFactory, SentDeliveryFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)


class DownBackend(EmailBackend):
    """A mail server that does not answer."""

    def open(self) -> bool:
        raise ConnectionRefusedError


class BusyBackend(EmailBackend):
    """A mail server that answers and takes nothing for now."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("try later")


class NobodyBackend(EmailBackend):
    """A mail server that does not know the address."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"x@example.test": (550, b"no such user")})


class GreyBackend(EmailBackend):
    """A mail server that wants to see us again in a while."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"x@example.test": (451, b"greylisted")})


def backend(settings: Any, cls: type) -> None:
    settings.EMAIL_BACKEND = f"{cls.__module__}.{cls.__qualname__}"


def send(*rows: Delivery, now: datetime = NOW) -> dict[str, int]:
    return deliver(delivery_ids=[str(row.pk) for row in rows], now=now)


def html_of(message: mail.EmailMessage) -> str:
    assert isinstance(message, mail.EmailMultiAlternatives)
    return str(message.alternatives[0][0])


def test_a_mail_goes_out_and_its_delivery_is_closed() -> None:
    user = UserFactory.create()
    row = DeliveryFactory.create(notification__recipient=user)
    assert send(row) == {"sent": 1, "waiting": 0, "other": 0}
    row.refresh_from_db()
    assert (row.state, row.sent_at) == (DeliveryState.SENT, NOW)
    assert mail.outbox[0].to == [user.email]


def test_what_was_sent_is_not_sent_again() -> None:
    row = DeliveryFactory.create()
    send(row)
    assert send(row) == {"sent": 0, "waiting": 0, "other": 0}
    assert len(mail.outbox) == 1


def test_the_job_run_twice_has_one_effect() -> None:
    school = SchoolFactory.create()
    user = UserFactory.create(school=school)
    notify(
        school_id=school.pk,
        kind="general",
        title="Hello",
        recipients=[Recipient(user_id=user.pk)],
        dedupe="once",
        now=datetime.now(UTC),
    )
    job = Job.objects.get()
    assert jobs.run(job.pk) is True
    assert jobs.run(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"sent": 1, "waiting": 0, "other": 0})
    assert len(mail.outbox) == 1


def test_the_subject_names_the_school_and_the_kind_but_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds._kinds, "absence", Kind("absence", label="A notice about attendance"))
    school = SchoolFactory.create(name="Springdale")
    row = NotificationFactory.create(
        recipient__school=school, kind="absence", title="Aarav is not in school", body="Call 12345."
    )
    send(DeliveryFactory.create(notification=row))
    (sent,) = mail.outbox
    assert sent.subject == "Springdale: A notice about attendance"
    for text in (sent.body, html_of(sent)):
        assert "Aarav is not in school" in text
        assert "Call 12345." in text
        assert "/messaging/preferences/" in text


def test_a_mail_escapes_what_people_typed() -> None:
    row = NotificationFactory.create(title="<b>1 & 2</b>", body="<script>x</script>")
    send(DeliveryFactory.create(notification=row))
    (sent,) = mail.outbox
    assert "<b>1 & 2</b>" in sent.body
    assert "<script>" not in html_of(sent)
    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in html_of(sent)


def test_a_title_with_a_line_break_cannot_add_headers() -> None:
    school = SchoolFactory.create(name="Spring\r\nBcc: all@example.test")
    row = NotificationFactory.create(recipient__school=school)
    send(DeliveryFactory.create(notification=row))
    assert mail.outbox[0].subject == "Spring Bcc: all@example.test: A notice for you"


def test_the_same_notification_keeps_its_message_id() -> None:
    row = DeliveryFactory.create()
    send(row)
    Delivery.objects.update(state=DeliveryState.QUEUED, sent_at=None)  # died before it was noted
    send(row)
    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second == f"<{row.notification.pk}@localhost>"


def test_a_suspended_login_gets_nothing_that_was_waiting() -> None:
    user = UserFactory.create()
    row = DeliveryFactory.create(notification__recipient=user)
    user.is_active = False
    user.save()
    assert send(row) == {"sent": 0, "waiting": 0, "other": 1}
    row.refresh_from_db()
    assert (row.state, row.error_code) == (DeliveryState.SKIPPED, "no_longer_due")
    assert mail.outbox == []


@pytest.mark.parametrize(("due", "mails"), [(True, 1), (False, 0)])
def test_a_right_that_ended_meanwhile_stops_the_mail(
    due: bool, mails: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kinds._kinds, "general", Kind("general", still_due=lambda notification: due))
    send(DeliveryFactory.create())
    assert len(mail.outbox) == mails


@pytest.mark.parametrize("fault", [DownBackend, BusyBackend, GreyBackend])
def test_a_blocked_way_is_tried_again_later(fault: type, settings: Any) -> None:
    backend(settings, fault)
    row = DeliveryFactory.create()
    assert send(row) == {"sent": 0, "waiting": 1, "other": 0}
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.QUEUED, 1)
    job = Job.objects.get()
    assert (job.run_after, job.kwargs) == (NOW + timedelta(minutes=1), {"delivery_ids": [str(row.pk)]})


def test_after_the_last_try_it_has_failed(settings: Any) -> None:
    backend(settings, DownBackend)
    row = DeliveryFactory.create()
    for _ in range(len(WAITS) + 1):
        send(row)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error_code) == (
        DeliveryState.FAILED,
        len(WAITS) + 1,
        "ConnectionRefusedError",
    )
    assert Job.objects.count() == len(WAITS)


def test_a_refused_address_is_not_tried_again(settings: Any) -> None:
    backend(settings, NobodyBackend)
    row = DeliveryFactory.create()
    send(row)
    row.refresh_from_db()
    assert (row.state, row.error_code) == (DeliveryState.FAILED, "address_refused")
    assert not Job.objects.exists()


def test_a_channel_no_longer_offered_is_skipped() -> None:
    row = DeliveryFactory.create(channel="sms")
    send(row)
    row.refresh_from_db()
    assert (row.state, row.error_code) == (DeliveryState.SKIPPED, "channel_not_offered")


def test_after_a_year_it_is_forgotten() -> None:
    old, fresh = (SentDeliveryFactory.create().notification for _ in range(2))
    Notification.objects.filter(pk=old.pk).update(created_at=NOW - timedelta(days=366))
    Notification.objects.filter(pk=fresh.pk).update(created_at=NOW - timedelta(days=364))
    assert sweep_old_notifications(now=NOW) == 1
    assert list(Notification.objects.all()) == [fresh]
