"""The mails of this floor leave from the workers, so that a request takes as long for an unknown address."""

from smtplib import SMTPException

from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.core.jobs import job


@job("accounts.mail_invitation", retry_for=(SMTPException, OSError), label=_("An invitation is mailed"))
def mail_invitation(*, user_id: str) -> None:
    services.mail_invitation(user_id=user_id)


@job(
    "accounts.mail_reset_link",
    retry_for=(SMTPException, OSError),
    label=_("A link for a new password is mailed"),
)
def mail_reset_link(*, user_id: str) -> None:
    services.mail_reset_link(user_id=user_id)
