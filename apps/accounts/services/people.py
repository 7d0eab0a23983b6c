"""Logins: invited by mail, suspended and brought back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Campus, Role, School, User
from apps.accounts.services.mails import send
from apps.accounts.services.passwords import DeadLink, set_password, verify_email
from apps.accounts.services.roles import assign_role, keep_an_administrator, require_authority
from apps.accounts.services.sign_in import end_all_sessions
from apps.core.errors import Conflict, DomainError
from apps.core.jobs import enqueue
from apps.core.policy import Actor

INVITATION_AGE: Final = timedelta(days=7)
_SALT: Final = "accounts.invitation"


@dataclass(frozen=True)
class Grant:
    """A role for somebody who is being invited."""

    role: Role
    campus: Campus | None = None


@transaction.atomic
def invite_user(
    *,
    actor: Actor | None,
    school: School,
    email: str,
    name: str,
    roles: Iterable[Grant],
    now: datetime,
    today: date,
    language: str = "",
) -> User:
    """A login without a password, its roles from today on, and a mail with a link to choose the password."""
    user = create_user(school=school, email=email, name=name, language=language)
    for grant in roles:
        assign_role(actor=actor, user=user, role=grant.role, campus=grant.campus, begin_date=today)
    return send_invitation(actor=actor, user=user, now=now, today=today)


@transaction.atomic
def create_user(
    *, school: School, email: str, name: str, language: str = "", password: str | None = None
) -> User:
    """A login without roles and without mail, for imports and the demo school."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise DomainError("EMAIL", _("This is not an e-mail address."), "email") from None
    if not name.strip():
        raise DomainError("REQUIRED", _("A login needs a name."), "name")
    if User.objects.by_email(email).exists():
        raise Conflict("DUPLICATE", _("Somebody signs in with this address already."), "email")
    user = User(school=school, email=email, name=name.strip(), language=language)
    user.set_password(password)
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=password is not None)
    return user


@transaction.atomic
def send_invitation(*, actor: Actor | None, user: User, now: datetime, today: date) -> User:
    """The first mail, or another one: links of earlier mails stop working."""
    require_authority(actor, user, today)
    if not user.is_active:
        raise Conflict("SUSPENDED", _("This login is suspended. Bring it back first."))
    if user.has_usable_password():
        raise Conflict("SIGNED_IN_BEFORE", _("This person has a password already."))
    user.invited_at = now
    user.save(update_fields=["invited_at", "updated_at"])
    enqueue("accounts.mail_invitation", school_id=user.school_id, user_id=str(user.pk))
    return user


def revoke_invitation(*, actor: Actor | None, user: User, today: date) -> User:
    """The link in the mail is dead from now on."""
    require_authority(actor, user, today)
    return _close_invitation(user)


def mail_invitation(*, user_id: str) -> None:
    user = User.objects.select_related("school").filter(pk=user_id, invited_at__isnull=False).first()
    if user is None:
        return
    with translation.override(user.preferred_language):
        link = f"{settings.SITE_URL}/accounts/invitation/{invitation_key(user)}/"
        send("invitation", user, subject=_("Your sign-in"), link=link, days=INVITATION_AGE.days)


def invitation_key(user: User) -> str:
    return signing.dumps([user.pk.hex, _stamp(user)], salt=_SALT)


def invited_user(key: str) -> User | None:
    """Whose invitation this is, while it waits for its answer."""
    try:
        number, stamp = signing.loads(key, salt=_SALT, max_age=INVITATION_AGE)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.select_related("school").filter(pk=number, is_active=True).first()
    return user if user is not None and user.invited_at is not None and _stamp(user) == stamp else None


@transaction.atomic
def accept_invitation(*, key: str, password: str) -> User:
    """Choose the password; the address is proven, and the link has had its one use."""
    user = invited_user(key)
    if user is None:
        raise DeadLink
    set_password(user, password)
    verify_email(user)
    return _close_invitation(user)


@transaction.atomic
def suspend_user(*, actor: Actor | None, user: User, today: date) -> User:
    """Nothing that was ever handed out for this login works from the next request on."""
    require_authority(actor, user, today)
    if actor is not None and actor.user_id == user.pk:
        raise Conflict("YOURSELF", _("You cannot suspend your own login."))
    keep_an_administrator(user, today)
    user.is_active = False
    user.save(update_fields=["is_active", "updated_at"])
    return end_everything(user=user)


def reactivate_user(*, actor: Actor | None, user: User, today: date) -> User:
    require_authority(actor, user, today)
    user.is_active = True
    user.save(update_fields=["is_active", "updated_at"])
    return user


@transaction.atomic
def end_everything(*, user: User) -> User:
    """Sessions, tokens, reset links and invitations of a login die at once."""
    User.objects.filter(pk=user.pk).update(auth_epoch=F("auth_epoch") + 1, invited_at=None)
    end_all_sessions(user)
    user.refresh_from_db()
    return user


def change_user(*, actor: Actor | None, user: User, today: date, **changes: Any) -> User:
    """The name and the language; the address is changed by proving the new one."""
    if actor is None or actor.user_id != user.pk:
        require_authority(actor, user, today)
    for field in ("name", "language"):
        if field in changes:
            setattr(user, field, changes[field])
    if not user.name.strip():
        raise DomainError("REQUIRED", _("A login needs a name."), "name")
    user.save(update_fields=["name", "language", "updated_at"])
    return user


def _close_invitation(user: User) -> User:
    user.invited_at = None
    user.save(update_fields=["invited_at", "updated_at"])
    return user


def _stamp(user: User) -> str:
    return user.invited_at.isoformat() if user.invited_at else ""
