"""The few mails this floor sends itself, before anybody can read notifications."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from apps.accounts.models import User


def send(template: str, user: User, *, subject: object, **context: Any) -> None:
    """Plain text and HTML, in the language that is active; nothing personal in the subject."""
    context |= {"user": user, "name": user.name, "school": user.school}
    message = EmailMultiAlternatives(
        subject=_("{school}: {subject}").format(school=user.school.name, subject=subject),
        body=render_to_string(f"emails/accounts/{template}.txt", context),
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"emails/accounts/{template}.html", context), "text/html")
    message.send()
