"""Who stands at the door: passwords, second factors, and the sessions that tokens hang on."""

from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Final

from allauth.headless import app_settings as headless_settings
from allauth.headless.tokens.strategies.jwt import internal as jwt
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from apps.accounts import selectors
from apps.accounts.models import User
from apps.accounts.services.attempts import remember_device, take_try
from apps.accounts.services.origin import Origin
from apps.core.errors import DomainError

# Kept in the session: when it was used last, and whose pages an administrator looks at.
SEEN_KEY: Final = "seen"
IMPERSONATION_KEY: Final = "impersonation"
# When password or second factor were given last, besides what allauth notes of asking again.
PROVED_KEY: Final = "proved_at"
_RECORDS_KEY: Final = "account_authentication_methods"
TYPED_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class NotSignedIn(DomainError):
    """The same answer for an unknown, a suspended and a mistyped login."""

    status = 401

    def __init__(self) -> None:
        super().__init__("INVALID_CREDENTIALS", _("The e-mail address or the password is not right."))


class CodeNeeded(DomainError):
    """The password was right; the login has a second factor."""

    status = 401

    def __init__(self) -> None:
        super().__init__("OTP_REQUIRED", _("Enter the code of your second factor."), "otp")


class WrongCode(DomainError):
    status = 401

    def __init__(self) -> None:
        super().__init__("INVALID_OTP", _("This code is not right, or was used already."), "otp")


class NotProved(DomainError):
    """Whoever is signed in did not give their own password or code."""

    def __init__(self) -> None:
        super().__init__("NOT_PROVED", _("The password or the code is not right."))


def identify(*, email: str, password: str) -> User | None:
    """The login behind a password. One hash is computed whatever the answer, so that time tells nothing."""
    user = User.objects.select_related("school").by_email(email).first()
    if user is None:
        check_password(password, _nobodys_password())
        return None
    is_right = user.check_password(password)
    return user if is_right and user.is_active else None


def sign_in(
    *, email: str, password: str, otp: str, origin: Origin, now: datetime
) -> tuple[User, SessionBase]:
    """A session for a client without cookies; tokens are made from it and die with it."""
    counted = take_try(
        account=email, address=origin.address, device=origin.device_for(email), now=now.timestamp()
    )
    user = identify(email=email, password=password)
    if user is None:
        raise NotSignedIn
    if selectors.has_second_factor(user):
        if not otp:
            counted.give_back()
            raise CodeNeeded
        _require_code(user, otp)
    counted.give_back()
    return user, open_session(user, origin=origin, now=now)


@transaction.atomic
def open_session(user: User, *, origin: Origin, now: datetime) -> SessionBase:
    session = _store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[PROVED_KEY] = now.timestamp()
    session.set_expiry(headless_settings.JWT_REFRESH_TOKEN_EXPIRES_IN)
    session.create()
    UserSession.objects.create(
        user=user, session_key=session.session_key, ip=origin.address, user_agent=origin.user_agent[:200]
    )
    User.objects.filter(pk=user.pk).update(last_login=now)
    return session


def issue_tokens(user: User, session: SessionBase) -> tuple[str, str]:
    """(access, refresh); the session knows which refresh token is the next one."""
    access = jwt.create_access_token(user, session, {})
    refresh = jwt.create_refresh_token(user, session)
    session.save()
    return access, refresh


def refresh_tokens(refresh: str, *, now: datetime) -> tuple[str, str]:
    """Exchange a refresh token. One that was exchanged before ends the session: somebody has a copy."""
    payload = jwt.decode_token(refresh, "refresh")
    key = jwt.session_key_from_sid(payload["sid"]) if payload else None
    if payload is None or key is None:
        raise NotSignedIn
    with transaction.atomic():
        # The row is held, so that one token sent twice at once is exchanged once.
        known = Session.objects.select_for_update().filter(session_key=key, expire_date__gt=now).first()
        pair = _exchange(_store(key), payload) if known else None
    if pair is None:
        end_session(key)
        raise NotSignedIn
    return pair


def end_session(key: str) -> None:
    """The session, every token that hangs on it, and its place in the list of devices."""
    _store(key).delete()
    UserSession.objects.filter(session_key=key).delete()


def end_all_sessions(user: User) -> None:
    """Every session and token of the login; the caller raises `auth_epoch`, which alone would do."""
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()


def device_token(token: str, user: User) -> str:
    return remember_device(token, user.email)


def _exchange(session: SessionBase, payload: dict[str, Any]) -> tuple[str, str] | None:
    user = jwt.validate_token_user(payload, session)
    if user is None or payload["jti"] not in jwt.get_refresh_token_state(session):
        return None
    jwt.invalidate_refresh_token(session, payload)
    return issue_tokens(user, session)


def prove_again(
    *, user: User, session: SessionBase, password: str, otp: str, origin: Origin, now: datetime
) -> None:
    """Who is signed in gives the password, or a code, once more: for what asks for fresh proof."""
    counted = take_try(
        account=user.email, address=origin.address, device=origin.device_for(user.email), now=now.timestamp()
    )
    if not (_is_code(user, otp) if otp else user.check_password(password)):
        raise NotProved
    counted.give_back()
    session[PROVED_KEY] = now.timestamp()
    session.save()


def proved_at(session: SessionBase, user: User) -> float:
    """When the owner of the session proved who they are; never, for whoever only looks in on them."""
    if session.get(SESSION_KEY) != str(user.pk):
        return 0
    asked_again = [one["at"] for one in session.get(_RECORDS_KEY, ()) if one.get("reauthenticated")]
    return float(max(session.get(PROVED_KEY, 0), *asked_again, 0))


def session_behind(key: str) -> SessionBase:
    return _store(key)


def _require_code(user: User, otp: str) -> None:
    """A try that fails here stays counted in the lanes of the account."""
    if not _is_code(user, otp):
        raise WrongCode


def _is_code(user: User, otp: str) -> bool:
    for one in Authenticator.objects.filter(user=user, type__in=TYPED_FACTORS):
        if one.wrap().validate_code(otp):
            one.record_usage()
            return True
    return False


def _store(key: str | None = None) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return store


@cache
def _nobodys_password() -> str:
    return make_password(get_random_string(24))


def session_key_of(token: dict[str, Any] | None) -> str | None:
    """The session a verified access token hangs on."""
    return jwt.session_key_from_sid(token["sid"]) if token else None
