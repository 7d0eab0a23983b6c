"""Signing in on the pages: the same answer to everybody who may not, and what dies when."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from apps.accounts import services
from apps.accounts.access import Role
from apps.accounts.models import Campus, User
from apps.accounts.services.attempts import DEVICE_COOKIE
from apps.accounts.tests.factories import PASSWORD, UserFactory, user_with

LOGIN = "/accounts/login/"
PROFILE = "/accounts/profile/"


def _sign_in(client: Client, email: str, password: str = PASSWORD, address: str = "192.0.2.1") -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=address)


def test_right_password_opens_the_pages(client: Client, teacher: User) -> None:
    assert _sign_in(client, teacher.email).status_code == 302
    assert client.get(PROFILE).status_code == 200


@pytest.mark.parametrize("case", ["unknown", "wrong", "suspended", "invited"])
def test_everybody_who_may_not_enter_reads_the_same(case: str, client: Client, teacher: User) -> None:
    if case == "suspended":
        services.suspend_user(actor=None, user=teacher, today=timezone.localdate())
    if case == "invited":
        teacher.set_unusable_password()
        teacher.save()
    email = "nobody@example.test" if case == "unknown" else teacher.email
    answer = _sign_in(client, email, "wrong password" if case == "wrong" else PASSWORD)
    assert answer.status_code == 200
    assert [str(e) for e in answer.context["form"].non_field_errors()] == [
        "The email address and/or password you specified are not correct."
    ]
    assert DEVICE_COOKIE not in answer.cookies


def test_sixth_wrong_try_is_refused_even_when_right(client: Client, teacher: User) -> None:
    for number in range(5):
        _sign_in(client, teacher.email, "wrong", address=f"192.0.2.{number}")
    assert b"Too many tries" in _sign_in(client, teacher.email).content


def test_known_device_enters_while_strangers_guess(teacher: User) -> None:
    own = Client()
    _sign_in(own, teacher.email)
    own.post("/accounts/logout/")
    for number in range(6):
        _sign_in(Client(), teacher.email, "wrong", address=f"192.0.2.{number}")
    assert _sign_in(Client(), teacher.email).status_code == 200
    assert _sign_in(own, teacher.email).status_code == 302


def test_session_id_changes_at_sign_in(client: Client, teacher: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = client.cookies["sessionid"].value
    _sign_in(client, teacher.email)
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_sign_out_kills_the_session(client: Client, teacher: User) -> None:
    _sign_in(client, teacher.email)
    key = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    replay = Client()
    replay.cookies["sessionid"] = key
    assert replay.get(PROFILE).status_code == 302


def test_change_of_password_ends_other_sessions_and_tokens(
    client: Client, teacher: User, login: Callable[..., Any], bearer: Callable[[str], Any]
) -> None:
    other = Client()
    _sign_in(other, teacher.email)
    access = login(teacher.email).json()["data"]["access"]
    _sign_in(client, teacher.email)
    new = "a much better password"
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert client.get(PROFILE).status_code == 200
    assert other.get(PROFILE).status_code == 302
    assert bearer(access).get("/api/v1/auth/me").status_code == 401


@pytest.mark.parametrize(
    ("role", "minutes", "alive"),
    [
        (Role.TEACHER, 29, True),
        (Role.TEACHER, 31, False),
        (Role.STUDENT, 31, True),
        (Role.STUDENT, 721, False),
    ],
)
def test_idle_sessions_end(role: Role, minutes: int, alive: bool, client: Client, campus: Campus) -> None:
    client.force_login(user_with(role, campus=campus))
    session = client.session
    session["seen"] = (timezone.now() - timedelta(minutes=minutes)).timestamp()
    session.save()
    assert (client.get(PROFILE).status_code == 200) is alive


def test_signing_up_is_closed(client: Client, db: None) -> None:
    data = {"email": "new@example.test", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", data)
    assert not User.objects.filter(email="new@example.test").exists()


@pytest.fixture
def strict(campus: Campus) -> Campus:
    return services.switch_features(campus=campus, features={"staff_second_factor": True})


def test_staff_without_second_factor_is_sent_to_set_it_up(
    client: Client, strict: Campus, teacher: User
) -> None:
    client.force_login(teacher)
    answer = client.get(PROFILE)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
    assert client.get("/accounts/2fa/").status_code == 200
    refused = client.get("/api/v1/campuses")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "SECOND_FACTOR_NEEDED")


def test_token_of_staff_without_second_factor_opens_nothing(
    strict: Campus, teacher: User, login: Callable[..., Any], bearer: Callable[[str], Any]
) -> None:
    access = login(teacher.email).json()["data"]["access"]
    assert bearer(access).get("/api/v1/campuses").status_code == 403


def test_whole_school_staff_needs_it_when_any_campus_asks(
    client: Client, strict: Campus, admin: User
) -> None:
    client.force_login(admin)
    assert client.get(PROFILE).status_code == 302


def test_pupils_and_other_campuses_do_not_need_it(client: Client, strict: Campus) -> None:
    other = Campus.objects.create(school=strict.school, name="Other", code="other")
    for user in (user_with(Role.STUDENT, campus=strict), user_with(Role.TEACHER, campus=other)):
        client.force_login(user)
        assert client.get(PROFILE).status_code == 200


def test_second_factor_opens_the_pages(client: Client, strict: Campus, teacher: User) -> None:
    TOTP.activate(teacher, "JBSWY3DPEHPK3PXP")
    client.force_login(teacher)
    assert client.get(PROFILE).status_code == 200


def test_password_alone_does_not_pass_a_second_factor(client: Client, teacher: User) -> None:
    TOTP.activate(teacher, "JBSWY3DPEHPK3PXP")
    answer = _sign_in(client, teacher.email)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/authenticate/")
    assert client.get(PROFILE).status_code == 302


def test_login_without_a_role_opens_its_own_profile_only(client: Client, campus: Campus) -> None:
    client.force_login(UserFactory.create(school=campus.school))
    assert client.get(PROFILE).status_code == 200
    assert client.get("/accounts/users/").status_code == 403


def test_one_device_is_signed_out(client: Client, teacher: User, campus: Campus) -> None:
    other, stranger = Client(), Client()
    for one, user in (
        (client, teacher),
        (other, teacher),
        (stranger, user_with(Role.TEACHER, campus=campus)),
    ):
        _sign_in(one, user.email)
    session = UserSession.objects.get(session_key=other.session.session_key)
    assert b"/sessions/" in client.get("/accounts/sessions/").content
    assert stranger.post(f"/accounts/sessions/{session.pk}/end/").status_code == 404
    assert other.get(PROFILE).status_code == 200
    client.post(f"/accounts/sessions/{session.pk}/end/")
    assert other.get(PROFILE).status_code == 302
    assert client.get(PROFILE).status_code == 200
