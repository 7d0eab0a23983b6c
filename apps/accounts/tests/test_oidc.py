"""The school's own sign-in opens logins that exist and are proven; it makes none."""

from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import Client
from django.test.client import RequestFactory

from apps.accounts.adapters import SocialAccountAdapter
from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory

APP = {
    "provider_id": "springdale",
    "name": "Springdale Workspace",
    "client_id": "id",
    "secret": "secret",
    "settings": {"server_url": "https://sso.example"},
}


@pytest.fixture
def request_(rf: RequestFactory) -> Any:
    request = rf.get("/")
    request.session = {}  # type: ignore[assignment]  # enough for a message
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]  # as MessageMiddleware does
    request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]  # nobody yet
    return request


def _arrives(email: str, *, verified: bool) -> SocialLogin:
    account = SocialAccount(provider="springdale", uid="1234")
    return SocialLogin(
        user=User(email=email),
        account=account,
        email_addresses=[EmailAddress(email=email, verified=verified)],
    )


def _known(teacher: User, *, verified: bool) -> None:
    EmailAddress.objects.create(user=teacher, email=teacher.email, verified=verified, primary=True)


def test_proven_on_both_sides_is_linked(request_: Any, teacher: User, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [APP]}}
    _known(teacher, verified=True)
    arriving = _arrives(teacher.email.upper(), verified=True)
    with allauth_context.request_context(request_):
        SocialAccountAdapter().pre_social_login(request_, arriving)
    assert SocialAccount.objects.get().user == teacher


@pytest.mark.parametrize(("theirs", "ours"), [(False, True), (True, False)])
def test_unproven_address_is_turned_away(theirs: bool, ours: bool, request_: Any, teacher: User) -> None:
    _known(teacher, verified=ours)
    with pytest.raises(ImmediateHttpResponse):
        SocialAccountAdapter().pre_social_login(request_, _arrives(teacher.email, verified=theirs))
    assert not SocialAccount.objects.exists()


def test_unknown_address_makes_no_login(request_: Any, teacher: User) -> None:
    with pytest.raises(ImmediateHttpResponse):
        SocialAccountAdapter().pre_social_login(request_, _arrives("new@example.test", verified=True))
    assert User.objects.count() == 1


def test_suspended_login_stays_out(request_: Any, teacher: User) -> None:
    suspended = UserFactory.create(school=teacher.school, is_active=False)
    _known(suspended, verified=True)
    with pytest.raises(ImmediateHttpResponse):
        SocialAccountAdapter().pre_social_login(request_, _arrives(suspended.email, verified=True))


def test_configured_sign_in_stands_on_the_page(client: Client, db: None, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [APP]}}
    assert b"Springdale Workspace" in client.get("/accounts/login/").content


def test_without_configuration_there_is_none(client: Client, db: None) -> None:
    assert b"oidc" not in client.get("/accounts/login/").content
