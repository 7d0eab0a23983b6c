"""Signing in with the school's own account: there and back, with a real provider, set up as a school does."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.test import Client
from oidc_provider_mock import User as Account
from oidc_provider_mock import run_server_in_thread

from apps.accounts.access import Role
from apps.accounts.models import School, User
from apps.accounts.tests.factories import user_with

if TYPE_CHECKING:
    from playwright.sync_api import Page

BEGIN = "/accounts/oidc/school/login/"
ACCOUNTS = [
    Account(sub="known", claims={"email": "Rekha@springdale.test", "email_verified": True}),
    Account(sub="unverified", claims={"email": "rekha@springdale.test", "email_verified": False}),
    Account(sub="in-words", claims={"email": "rekha@springdale.test", "email_verified": "false"}),
    Account(sub="stranger", claims={"email": "nobody@springdale.test", "email_verified": True}),
    Account(sub="nameless", claims={}),
]


def example() -> list[dict[str, Any]]:
    """OIDC_APPS as .env.example shows it."""
    lines = (django_settings.BASE_DIR / ".env.example").read_text().splitlines()
    found: list[dict[str, Any]] = next(
        json.loads(line.partition("=")[2]) for line in lines if line.startswith("#OIDC_APPS=")
    )
    return found


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread(user_claims=ACCOUNTS) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def configured(provider: str, settings: Any) -> dict[str, Any]:
    (app,) = example()
    app |= {"client_id": "schools24", "secret": "a secret of the school"}
    app["settings"] = {"server_url": provider, "schools": ["springdale"]}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {**django_settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [app]}
    }
    return app


@pytest.fixture
def rekha(school: School) -> User:
    School.objects.filter(pk=school.pk).update(code="springdale")
    user = user_with(Role.TEACHER, school=School.objects.get(pk=school.pk))
    User.objects.filter(pk=user.pk).update(email="rekha@springdale.test")
    EmailAddress.objects.create(user=user, email="rekha@springdale.test", verified=True, primary=True)
    user.refresh_from_db()
    return user


@pytest.fixture
def there_and_back(client: Client, configured: dict[str, Any]) -> Callable[[str], Any]:
    """Press the button, sign in at the provider as `sub`, come back; answers our last response."""

    def walk(sub: str) -> Any:
        return client.get(_callback(_door(client), sub))

    return walk


def _door(client: Client) -> str:
    """Where the provider is asked."""
    page = client.post(BEGIN)
    assert page.status_code == 200
    address: str = page.context["url"]
    assert f'content="0; url={address.replace("&", "&amp;")}"'.encode() in page.content
    return address


def _callback(door: str, sub: str) -> str:
    """Where the provider sends the browser back to."""
    answer = requests.post(door, data={"sub": sub}, allow_redirects=False, timeout=5)
    return answer.headers["Location"].removeprefix("http://testserver")


def _signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_the_button_stands_on_the_page_and_asks_first(client: Client, db: None, configured: Any) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "School account" in page
    assert f'action="{BEGIN}?process=login"' in page
    # Another site's link signs nobody in.
    assert b"Continue" in client.get(BEGIN).content


def test_without_configuration_there_is_none(client: Client, db: None) -> None:
    assert b"oidc" not in client.get("/accounts/login/").content
    assert client.post(BEGIN).status_code == 404


def test_there_and_back_is_signed_in(
    client: Client, rekha: User, there_and_back: Callable[[str], Any]
) -> None:
    response = there_and_back("known")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert _signed_in(client) == str(rekha.pk)
    assert SocialAccount.objects.get().user == rekha
    assert client.get("/accounts/profile/").status_code == 200


def test_the_provider_is_asked_with_state_and_pkce(client: Client, rekha: User, configured: Any) -> None:
    asked = parse_qs(urlsplit(_door(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://testserver{BEGIN}callback/"]
    assert len(asked["state"][0]) >= 16


def test_a_second_factor_is_still_asked_for(
    client: Client, rekha: User, there_and_back: Callable[[str], Any]
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(rekha, generate_totp_secret())
    response = there_and_back("known")
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert _signed_in(client) is None


@pytest.mark.parametrize("sub", ["stranger", "unverified", "in-words", "nameless"])
def test_who_is_not_proven_is_refused(
    sub: str, client: Client, rekha: User, there_and_back: Callable[[str], Any]
) -> None:
    _is_refused(there_and_back(sub), client)
    assert User.objects.count() == 1


def test_an_unanswered_invitation_comes_first(
    client: Client, rekha: User, there_and_back: Callable[[str], Any]
) -> None:
    EmailAddress.objects.update(verified=False)
    _is_refused(there_and_back("known"), client)


def test_a_suspended_login_stays_out(
    client: Client, rekha: User, there_and_back: Callable[[str], Any]
) -> None:
    User.objects.update(is_active=False)
    _is_refused(there_and_back("known"), client)


def test_a_provider_opens_no_login_of_another_school(
    client: Client, rekha: User, there_and_back: Callable[[str], Any]
) -> None:
    School.objects.filter(pk=rekha.school_id).update(code="otherside")
    _is_refused(there_and_back("known"), client)


@pytest.mark.parametrize("later", [{"is_active": False}, {"school__code": "otherside"}])
def test_a_linked_account_is_judged_each_time(
    later: dict[str, Any], client: Client, rekha: User, there_and_back: Callable[[str], Any]
) -> None:
    there_and_back("known")
    client.logout()
    User.objects.update(is_active=later.get("is_active", True))
    School.objects.update(code=later.get("school__code", "springdale"))
    response = there_and_back("known")
    assert response.status_code == 403
    assert _signed_in(client) is None


def _is_refused(response: Any, client: Client) -> None:
    assert response.status_code == 403
    assert b"This account opens nothing here" in response.content
    assert _signed_in(client) is None
    assert not SocialAccount.objects.exists()


def test_an_answer_counts_once(client: Client, rekha: User, configured: Any) -> None:
    back = _callback(_door(client), "known")
    client.get(back)
    client.logout()
    _is_dead(client.get(back), client)


def test_an_answer_counts_in_the_browser_that_asked(client: Client, rekha: User, configured: Any) -> None:
    back = _callback(_door(Client()), "known")
    _is_dead(client.get(back), client)


def test_an_answer_with_a_wrong_code_counts_for_nothing(client: Client, rekha: User, configured: Any) -> None:
    back = _callback(_door(client), "known")
    state = parse_qs(urlsplit(back).query)["state"][0]
    _is_dead(client.get(f"{BEGIN}callback/?code=guessed&state={state}"), client)


def _is_dead(response: Any, client: Client) -> None:
    assert response.status_code == 401
    assert b"Nobody was signed in" in response.content
    assert _signed_in(client) is None


def test_who_says_no_at_the_provider_is_not_signed_in(client: Client, rekha: User, configured: Any) -> None:
    state = parse_qs(urlsplit(_door(client)).query)["state"][0]
    response = client.get(f"{BEGIN}callback/?error=access_denied&state={state}", follow=True)
    assert b"You stopped at your school" in response.content
    assert _signed_in(client) is None


def test_a_provider_that_is_away_is_said(client: Client, db: None, configured: dict[str, Any]) -> None:
    configured["settings"]["server_url"] = "http://localhost:9"
    response = client.post(BEGIN)
    assert response.status_code == 503
    assert b"The sign-in of your school does not answer" in response.content


@pytest.mark.browser
def test_a_browser_goes_there_and_comes_back(
    page: "Page", axe: Any, rekha: User, configured: Any, site: str, browser_log: list[str]
) -> None:
    """No rule about content stands in the way."""
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="School account").click()
    page.get_by_role("button", name="known", exact=True).click()
    page.get_by_role("heading", name="Good").wait_for()
    page.context.clear_cookies()
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="School account").click()
    page.get_by_role("button", name="stranger", exact=True).click()
    page.get_by_role("heading", name="This account opens nothing here").wait_for()
    assert axe(page) == []
    # The provider's own page wants a style sheet from elsewhere, and a refusal is a 403.
    browser_log[:] = [line for line in browser_log if "Failed to load resource" not in line]
