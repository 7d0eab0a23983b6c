"""Telling people: one notification for each, and what has to travel handed to a job."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.accounts.access import EVERYONE
from apps.accounts.models import School, User
from apps.core import live
from apps.core.jobs import enqueue
from apps.messaging import channels, kinds
from apps.messaging.models import Delivery, DeliveryState, Notification
from apps.messaging.selectors import Wish, wishes

# So many mails share one job and one connection to the mail server.
BATCH: Final = 50
Words = str | Promise

EXPORT_READY: Final = kinds.Kind(
    "core.export_written",
    gettext_lazy("Your list is ready"),
    EVERYONE,
    channels=(kinds.IN_APP,),
    icon="download",
)


@dataclass(frozen=True)
class Recipient:
    """A person to tell: by login when there is one, else by the address the school has on paper."""

    user_id: uuid.UUID | None
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""

    @property
    def key(self) -> str:
        return str(self.user_id or self.email.casefold())


@dataclass(frozen=True)
class _Addressee:
    """A recipient the school may tell, with what the person wants."""

    recipient: Recipient
    user: User | None
    channels: tuple[str, ...]
    wish: Wish | None


@transaction.atomic
def notify(
    *,
    school_id: uuid.UUID,
    kind: str,
    recipients: Sequence[Recipient],
    title: Words,
    body: Words = "",
    url: str = "",
    dedupe: str,
    urgent: bool = False,
    now: datetime,
) -> list[Notification]:
    """Tell each recipient once per `dedupe`; the answer holds only who was not told of this before.

    Lazy translations are put into each person's own language. Urgent ones do not wait for quiet hours to end.
    Whoever cannot be reached by any channel that is set up is left out.
    """
    school = School.objects.get(pk=school_id)
    addressees = _addressees(school, kind, recipients)
    said = {
        row.pk: (row, one)
        for one in addressees
        for row in [_notification(school, kind, one, title, body, url, dedupe)]
    }
    fresh = _write_once([row for row, _ in said.values()])
    rows = [said[pk] for pk in said if pk in fresh]
    _send_out(school, rows, urgent=urgent, now=now)
    for row, _ in rows:
        if row.recipient_id:
            live.publish(f"user:{row.recipient_id}", "inbox")
    return [row for row, _ in rows]


def _addressees(school: School, kind: str, recipients: Sequence[Recipient]) -> list[_Addressee]:
    once = list({one.key: one for one in recipients if one.key}.values())
    ids = {one.user_id for one in once if one.user_id}
    users = {user.pk: user for user in User.objects.filter(pk__in=ids, school=school, is_active=True)}
    wanted = wishes(users.keys(), kind)
    found = [
        _addressee(kind, one, users.get(one.user_id) if one.user_id else None, wanted)
        for one in once
        if one.user_id is None or one.user_id in users
    ]
    return [one for one in found if one.channels]


def _addressee(
    kind: str, recipient: Recipient, user: User | None, wanted: Mapping[uuid.UUID, Wish]
) -> _Addressee:
    wish = wanted.get(user.pk) if user else None
    names = wish.channels if wish else kinds.get(kind).channels
    names = tuple(dict.fromkeys((kinds.IN_APP, *names)))
    reaching = tuple(name for name in names if _reaches(name, recipient, user))
    return _Addressee(recipient, user, reaching, wish)


def _reaches(name: str, recipient: Recipient, user: User | None) -> bool:
    return channels.is_offered(name) and channels.get(name).reaches(
        has_login=user is not None, email=recipient.email, phone=recipient.phone
    )


def _notification(
    school: School, kind: str, one: _Addressee, title: Words, body: Words, url: str, dedupe: str
) -> Notification:
    language = one.recipient.language or (one.user.language if one.user else "") or school.language
    with translation.override(language):
        return Notification(
            school=school,
            recipient=one.user,
            name="" if one.user else one.recipient.name,
            email="" if one.user else one.recipient.email.casefold(),
            language=language,
            kind=kind,
            title=str(title)[:200],
            body=str(body),
            url=url,
            dedupe=dedupe,
        )


def _write_once(rows: list[Notification]) -> set[uuid.UUID]:
    """Insert what the uniqueness of the occasion lets in; the keys of what is new."""
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    written = Notification.objects.filter(pk__in=[row.pk for row in rows])
    return set(written.values_list("pk", flat=True))


def _send_out(
    school: School, rows: Iterable[tuple[Notification, _Addressee]], *, urgent: bool, now: datetime
) -> None:
    local = now.astimezone(ZoneInfo(school.time_zone))
    deliveries = [
        _delivery(row, channel, None if urgent else _quiet_ends(one, local), now)
        for row, one in rows
        for channel in one.channels
    ]
    Delivery.objects.bulk_create(deliveries)
    waiting: defaultdict[datetime | None, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        if delivery.state == DeliveryState.QUEUED:
            waiting[delivery.due_at].append(delivery)
    for due_at, some in waiting.items():
        for batch in _batches(some):
            ids = [str(one.pk) for one in batch]
            enqueue("messaging.deliver", school_id=school.pk, run_after=due_at, delivery_ids=ids)


def _quiet_ends(one: _Addressee, local: datetime) -> datetime | None:
    quiet = one.wish.quiet if one.wish else None
    return quiet.quiet_ends(local) if quiet else None


def _delivery(row: Notification, channel: str, due_at: datetime | None, now: datetime) -> Delivery:
    delivery = Delivery(school_id=row.school_id, notification=row, channel=channel, due_at=due_at)
    if channel == kinds.IN_APP:
        delivery.due_at = None
        delivery.close(DeliveryState.SENT, now=now)
    return delivery


def _batches(rows: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
