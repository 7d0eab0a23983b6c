"""A passkey, from adding it to taking it away, with an authenticator in the browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.accounts.services import suspend_user
from apps.accounts.tests.factories import PASSWORD, CampusFactory, user_with
from schools24.tests.journeys.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Look = Callable[["Page"], None]


@pytest.fixture
def home(site: str, settings: Any) -> str:
    """Passkeys belong to a name; an address made of numbers has none."""
    settings.SITE_URL = site.replace("127.0.0.1", "localhost")
    settings.CSRF_TRUSTED_ORIGINS = [settings.SITE_URL]
    return str(settings.SITE_URL)


@pytest.fixture
def device(home: str, page: "Page") -> Any:
    """A phone's fingerprint, as the browser sees it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    number = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda: session.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]


def test_a_passkey_is_added_used_and_taken_away(
    home: str, page: "Page", device: Callable[[], list[Any]], looked_at: Look
) -> None:
    teacher = user_with(Role.TEACHER, campus=CampusFactory.create())
    _sign_in(page, home, teacher)
    _add(page, home, looked_at)
    page.wait_for_url("**/recovery-codes/**")
    assert (len(_keys(teacher)), len(device())) == (1, 1)

    page.goto(f"{home}/accounts/logout/")
    looked_at(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/logout/" not in url)
    page.goto(f"{home}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Good").wait_for()

    page.goto(f"{home}/accounts/2fa/webauthn/")
    looked_at(page)
    page.get_by_role("link", name="Remove").click()
    _confirm(page)
    page.get_by_role("heading", name="Remove this passkey?").wait_for()
    looked_at(page)
    page.get_by_role("button", name="Remove").click()
    assert wait_until(page, lambda: _keys(teacher) == [])


def _sign_in(page: "Page", home: str, user: User) -> None:
    page.goto(f"{home}/accounts/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Good").wait_for()


def _add(page: "Page", home: str, looked_at: Look) -> None:
    """From the profile, with the password once more."""
    page.goto(f"{home}/accounts/profile/")
    page.get_by_role("link", name="Sign-in safety").click()
    page.wait_for_url("**/accounts/2fa/")
    looked_at(page)
    page.get_by_role("link", name="Add", exact=True).click()
    _confirm(page)
    page.get_by_role("heading", name="Add Security Key").wait_for()
    looked_at(page)
    page.get_by_role("button", name="Add").click()


def _confirm(page: "Page") -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def _keys(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN))


@pytest.mark.usefixtures("device")
def test_no_passkey_at_hand_is_said(home: str, page: "Page") -> None:
    page.goto(f"{home}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("No passkey was used").wait_for()


def test_a_passkey_opens_no_suspended_login(
    home: str, page: "Page", device: Callable[[], list[Any]], looked_at: Look
) -> None:
    teacher = user_with(Role.TEACHER, campus=CampusFactory.create())
    _sign_in(page, home, teacher)
    _add(page, home, looked_at)
    assert wait_until(page, lambda: len(_keys(teacher)) == 1)
    suspend_user(actor=None, user=teacher, today=timezone.localdate())
    page.goto(f"{home}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/inactive/")
    page.goto(f"{home}/accounts/profile/")
    page.wait_for_url("**/login/**")
