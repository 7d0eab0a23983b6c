"""Forgotten passwords: a mail with a link that works once and for half an hour."""

import uuid
from urllib.parse import quote

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import School, User
from apps.accounts.reset_tokens import ResetTokens
from apps.accounts.services.mails import send
from apps.accounts.services.sign_in import end_all_sessions
from apps.core.errors import Detail, DomainError
from apps.core.jobs import enqueue


class DeadLink(DomainError):
    """Used, too old, or not one of ours; which of them is nobody's business."""

    def __init__(self) -> None:
        super().__init__(
            "DEAD_LINK", _("This link was used already or is too old. Ask for a new one."), "key"
        )


@transaction.atomic
def request_password_reset(*, email: str) -> None:
    """Queue the mail. An address nobody signs in with costs the same: a job that finds nothing to do."""
    user = User.objects.by_email(email).first()
    known = user if user is not None and user.is_active and user.has_usable_password() else None
    # Asked whether it is needed or not: the same queries for everybody.
    some_school = School.objects.values_list("pk", flat=True).first()
    school_id = known.school_id if known else some_school
    if school_id is not None:
        enqueue("accounts.mail_reset_link", school_id=school_id, user_id=str(known.pk) if known else "")


def mail_reset_link(*, user_id: str) -> None:
    """Sent to the stored address, never to the one that was typed."""
    user = (
        User.objects.select_related("school").filter(pk=user_id or uuid.UUID(int=0), is_active=True).first()
    )
    if user is None:
        return
    with translation.override(user.preferred_language):
        send("password_reset", user, subject=_("Set a new password"), link=_link(user))


@transaction.atomic
def reset_password(*, key: str, password: str) -> User:
    """Ends every session and token; the address is proven, since the link came by mail."""
    user = user_of_key(key)
    if user is None:
        raise DeadLink
    set_password(user, password)
    verify_email(user)
    return user


def set_password(user: User, password: str) -> None:
    """A checked password; old sessions die with the old hash, and are cleared away at once."""
    require_good_password(user, password)
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    end_all_sessions(user)


def require_good_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as fault:
        details = [Detail("password", "WEAK_PASSWORD", message) for message in fault.messages]
        raise DomainError(
            "WEAK_PASSWORD", _("Choose another password."), "password", details=details
        ) from None


def verify_email(user: User) -> None:
    EmailAddress.objects.update_or_create(
        user=user, primary=True, defaults={"email": user.email, "verified": True}
    )


def user_of_key(key: str) -> User | None:
    """The login a reset key was made for, while it holds."""
    number, _dash, token = key.partition("-")
    try:
        user = User.objects.select_related("school").filter(pk=uuid.UUID(number)).first()
    except ValueError:
        return None
    # Checked for nobody too, so that time tells nothing.
    is_good = ResetTokens().check_token(user or User(email="-"), token)
    return user if user is not None and user.is_active and is_good else None


def _link(user: User) -> str:
    token = ResetTokens().make_token(user)
    return f"{settings.SITE_URL}/accounts/password/reset/key/{quote(f'{user.pk.hex}-{token}')}/"
