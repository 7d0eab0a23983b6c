"""Our answers to allauth's questions: who may enter, how often one may try, and where links point."""

import base64
import hashlib
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.services.attempts import DEVICE_AGE, DEVICE_COOKIE

SITE_NAME = "Schools24"


class AccountAdapter(DefaultAccountAdapter):
    """Logins are made by invitation only; tries are counted in lanes; links come from SITE_URL."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A suspended login gets the same answer as a wrong password."""
        email, password = str(credentials.get("email", "")), str(credentials.get("password", ""))
        origin = services.origin_of(request)
        try:
            counted = services.take_try(
                account=email,
                address=origin.address,
                device=origin.device_for(email),
                now=timezone.now().timestamp(),
            )
        except services.TooManyTries as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from None
        user = services.identify(email=email, password=password)
        if user is not None:
            counted.give_back()
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """The device may try for this account on a lane of its own from now on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember(request, response, user)
        return response

    def set_password(self, user: User, password: str) -> None:
        services.set_password(user, password)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return site_url("account_reset_password_from_key", uidb36="UID", key="KEY").replace("UID-KEY", key)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return site_url("account_confirm_email", key=emailconfirmation.key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the reader's language; the name of the site is ours, never the host of a request."""
        site = SimpleNamespace(name=SITE_NAME, domain=urlsplit(settings.SITE_URL).netloc)
        reader: User | None = context.get("user")
        with translation.override(reader.preferred_language if reader else translation.get_language()):
            super().send_mail(template_prefix, email, {**context, "current_site": site})

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth's own counter is not used."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A school's own sign-in opens logins of that school, proven on both sides; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        user = sociallogin.user if sociallogin.is_existing else _proven_user(sociallogin)
        if user is None or not user.is_active or user.school.code not in _schools_of(sociallogin):
            raise ImmediateHttpResponse(render(request, "accounts/school_account_refused.html", status=403))
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)


class MFAAdapter(DefaultMFAAdapter):
    """Seeds of second factors are stored encrypted; passkeys belong to the site, not to a request's host."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": SITE_NAME}


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Give the device a token for this account; it opens nothing."""
    response.set_cookie(
        DEVICE_COOKIE,
        services.device_token(request.COOKIES.get(DEVICE_COOKIE, ""), user),
        max_age=DEVICE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def site_url(name: str, **kwargs: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, kwargs=kwargs)}"


def _proven_user(sociallogin: Any) -> User | None:
    """Whose address is proven on both sides. A provider that writes "false" has proven nothing."""
    proven = [one.email for one in sociallogin.email_addresses if one.verified in {True, "true"}]
    if not proven:
        return None
    ours = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True)
    found = User.objects.select_related("school").by_email(proven[0])
    user: User | None = found.filter(Exists(ours)).first()
    return user


def _schools_of(sociallogin: Any) -> list[str]:
    """The schools a provider is trusted by: it says nothing about the people of another one."""
    schools: list[str] = sociallogin.provider.app.settings["schools"]
    return schools


def _cipher() -> Fernet:
    key = hashlib.sha256(b"accounts.second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
