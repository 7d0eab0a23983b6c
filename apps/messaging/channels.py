"""The one door out: a channel that is not set up is not offered, so nothing waits for it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any, Final, Protocol

from django.core import mail
from django.utils.translation import gettext_lazy as _

from apps.messaging import emails
from apps.messaging.kinds import EMAIL, IN_APP
from apps.messaging.models import Notification

# Faults of the way, not of the message: worth another try.
TRANSIENT: Final = (SMTPException, OSError)


class Undeliverable(Exception):
    """This message will never arrive there; `code` says why, without personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Channel(Protocol):
    """A way to reach people. `opened()` holds whatever several messages share, such as a connection."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> Any: ...

    def reaches(self, *, has_login: bool, email: str, phone: str) -> bool: ...

    def opened(self) -> AbstractContextManager[Any]: ...

    def send(self, notification: Notification, through: Any) -> None: ...


@dataclass(frozen=True)
class InApp:
    """The inbox: written is delivered."""

    name: str = IN_APP
    label: Any = _("Inbox")

    def reaches(self, *, has_login: bool, email: str, phone: str) -> bool:
        return has_login

    def opened(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def send(self, notification: Notification, through: Any) -> None:
        """Nothing travels: the row is what people see."""


@dataclass(frozen=True)
class Email:
    """Mail through the configured server."""

    name: str = EMAIL
    label: Any = _("E-mail")

    def reaches(self, *, has_login: bool, email: str, phone: str) -> bool:
        return has_login or bool(email)

    def opened(self) -> AbstractContextManager[Any]:
        connection: AbstractContextManager[Any] = mail.get_connection()
        return connection

    def send(self, notification: Notification, through: Any) -> None:
        try:
            emails.compose(notification, through).send()
        except SMTPRecipientsRefused as refusal:
            if all(code >= 500 for code, _reason in refusal.recipients.values()):
                raise Undeliverable("address_refused") from None
            raise


# SMS and push join here when a provider is set up.
_channels: dict[str, Channel] = {IN_APP: InApp(), EMAIL: Email()}
KNOWN: Final = (IN_APP, EMAIL, "sms", "push")


def register(channel: Channel) -> None:
    _channels[channel.name] = channel


def offered() -> Sequence[Channel]:
    return list(_channels.values())


def is_offered(name: str) -> bool:
    return name in _channels


def get(name: str) -> Channel:
    return _channels[name]
