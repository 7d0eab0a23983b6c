"""A notification as a mail: plain words, the recipient's language, nothing personal in the subject."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.messaging import kinds
from apps.messaging.models import Notification


def compose(notification: Notification, connection: Any) -> EmailMultiAlternatives:
    """The message id follows from the notification: mail servers know a mail handed over twice as one."""
    with translation.override(notification.language):
        label = str(kinds.get(notification.kind).label)
        subject = _("%(school)s: %(label)s") % {"school": notification.school.name, "label": label}
        context = _context(notification)
        text = render_to_string("emails/notification.txt", context)
        html = render_to_string("emails/notification.html", context)
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[_address(notification)],
        connection=connection,
        headers={"Message-ID": _message_id(notification), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    return message


def _context(notification: Notification) -> dict[str, Any]:
    user = notification.recipient
    return {
        "notification": notification,
        "school": notification.school,
        "language": notification.language,
        "name": user.name if user else notification.name,
        "link": _absolute(notification.url),
        "preferences": _absolute(reverse("messaging:preferences")) if user else "",
    }


def _address(notification: Notification) -> str:
    return notification.recipient.email if notification.recipient else notification.email


def _message_id(notification: Notification) -> str:
    return f"<{notification.pk}@{urlsplit(settings.SITE_URL).hostname}>"


def _absolute(path: str) -> str:
    return urljoin(settings.SITE_URL, path) if path else ""
