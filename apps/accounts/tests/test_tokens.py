"""G4: tokens live and die with a session of ours."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts import services
from apps.accounts.access import Role
from apps.accounts.models import User
from apps.accounts.tests.factories import PASSWORD, user_with

Login = Callable[..., Any]
Bearer = Callable[[str], APIClient]
ME = "/api/v1/auth/me"


def test_login_answers_tokens_and_the_user(login: Login, bearer: Bearer, teacher: User) -> None:
    answer = login(teacher.email)
    data = answer.json()["data"]
    campus = str(teacher.role_assignments.get().campus_id)
    assert answer.status_code == 200
    assert set(data) == {"access", "refresh", "device", "user"}
    assert data["user"]["email"] == teacher.email
    assert data["user"]["roles"] == [{"role": "teacher", "campuses": [campus]}]
    assert bearer(data["access"]).get(ME).json()["data"]["id"] == str(teacher.pk)


def test_login_sets_no_cookie(login: Login, teacher: User) -> None:
    assert dict(login(teacher.email).cookies) == {}


def test_access_token_lives_ten_minutes_at_most(login: Login, teacher: User) -> None:
    from allauth.headless.tokens.strategies.jwt.internal import decode_token

    payload = decode_token(login(teacher.email).json()["data"]["access"], "access")
    assert payload is not None
    assert payload["exp"] - payload["iat"] <= 600


def test_capitals_in_the_address_do_not_matter(login: Login, teacher: User) -> None:
    assert login(teacher.email.upper()).status_code == 200


def test_refresh_rotates(login: Login, api: APIClient, bearer: Bearer, teacher: User) -> None:
    first = login(teacher.email).json()["data"]["refresh"]
    second = api.post("/api/v1/auth/refresh", {"refresh": first}).json()["data"]
    third = api.post("/api/v1/auth/refresh", {"refresh": second["refresh"]})
    assert third.status_code == 200
    assert bearer(second["access"]).get(ME).status_code == 200


def test_reuse_of_a_refresh_token_ends_the_family(
    login: Login, api: APIClient, bearer: Bearer, teacher: User
) -> None:
    first = login(teacher.email).json()["data"]["refresh"]
    second = api.post("/api/v1/auth/refresh", {"refresh": first}).json()["data"]
    stolen = api.post("/api/v1/auth/refresh", {"refresh": first})
    assert stolen.status_code == 401
    assert api.post("/api/v1/auth/refresh", {"refresh": second["refresh"]}).status_code == 401
    assert bearer(second["access"]).get(ME).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_nonsense_is_no_refresh_token(api: APIClient, db: None, token: str) -> None:
    assert api.post("/api/v1/auth/refresh", {"refresh": token}).status_code in {401, 422}


def test_access_token_is_no_refresh_token(login: Login, api: APIClient, teacher: User) -> None:
    access = login(teacher.email).json()["data"]["access"]
    assert api.post("/api/v1/auth/refresh", {"refresh": access}).status_code == 401


def test_logout_kills_both_tokens(login: Login, api: APIClient, bearer: Bearer, teacher: User) -> None:
    data = login(teacher.email).json()["data"]
    assert bearer(data["access"]).post("/api/v1/auth/logout").status_code == 204
    assert bearer(data["access"]).get(ME).status_code == 401
    assert api.post("/api/v1/auth/refresh", {"refresh": data["refresh"]}).status_code == 401


def test_other_sessions_outlive_a_logout(login: Login, bearer: Bearer, teacher: User) -> None:
    one, other = (login(teacher.email).json()["data"]["access"] for _ in range(2))
    bearer(one).post("/api/v1/auth/logout")
    assert bearer(other).get(ME).status_code == 200


@pytest.mark.parametrize("ending", ["password", "suspension", "epoch"])
def test_tokens_die_with(ending: str, login: Login, api: APIClient, bearer: Bearer, teacher: User) -> None:
    data = login(teacher.email).json()["data"]
    if ending == "password":
        services.set_password(teacher, "another good password")
    elif ending == "suspension":
        services.suspend_user(actor=None, user=teacher, today=timezone.localdate())
    else:
        services.end_everything(user=teacher)
    assert bearer(data["access"]).get(ME).status_code == 401
    assert api.post("/api/v1/auth/refresh", {"refresh": data["refresh"]}).status_code == 401


def test_epoch_alone_kills_tokens(login: Login, bearer: Bearer, teacher: User) -> None:
    """Without the clearing away of sessions, too."""
    access = login(teacher.email).json()["data"]["access"]
    User.objects.filter(pk=teacher.pk).update(auth_epoch=1)
    assert bearer(access).get(ME).status_code == 401


def test_reactivated_user_has_to_sign_in_again(login: Login, bearer: Bearer, teacher: User) -> None:
    access = login(teacher.email).json()["data"]["access"]
    services.suspend_user(actor=None, user=teacher, today=timezone.localdate())
    services.reactivate_user(actor=None, user=teacher, today=timezone.localdate())
    assert bearer(access).get(ME).status_code == 401
    assert login(teacher.email).status_code == 200


def test_sixth_wrong_password_is_429_with_retry_after(login: Login, teacher: User) -> None:
    codes = [login(teacher.email, "wrong", address=f"192.0.2.{n}").status_code for n in range(6)]
    refused = login(teacher.email)
    assert codes == [401] * 5 + [429]
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 61


def test_right_passwords_are_not_counted(login: Login, teacher: User) -> None:
    assert {login(teacher.email).status_code for _ in range(8)} == {200}


def test_device_lane_survives_a_strangers_guesses(login: Login, teacher: User) -> None:
    device = login(teacher.email).json()["data"]["device"]
    for number in range(6):
        login(teacher.email, "wrong", address=f"192.0.2.{number}")
    assert login(teacher.email).status_code == 429
    assert login(teacher.email, device=device).status_code == 200


def test_verify_tells_live_from_dead(login: Login, bearer: Bearer, teacher: User) -> None:
    access = login(teacher.email).json()["data"]["access"]
    assert bearer(access).get("/api/v1/auth/verify").json()["data"] == {"user": str(teacher.pk)}
    assert bearer(access + "x").get("/api/v1/auth/verify").status_code == 401


def test_token_is_refused_after_a_role_ended_only_for_what_the_role_gave(
    login: Login, bearer: Bearer, admin: User
) -> None:
    user_with(Role.SCHOOL_ADMIN, school=admin.school)
    client = bearer(login(admin.email).json()["data"]["access"])
    assert client.get("/api/v1/users").json()["meta"]["total"] == 2
    services.end_role(
        actor=None, assignment=admin.role_assignments.get(), end_date=timezone.localdate() - timedelta(1)
    )
    assert client.get("/api/v1/users").status_code == 403


def test_audit_names_the_owner_of_a_token(login: Login, bearer: Bearer, admin: User, campus: Any) -> None:
    client = bearer(login(admin.email).json()["data"]["access"])
    client.patch(f"/api/v1/campuses/{campus.pk}", {"name": "North"})
    event = campus.events.latest("pgh_id")
    assert event.name == "North"
    assert event.pgh_context["user"] == str(admin.pk)


def _second_factor(user: User) -> str:
    """Set up an authenticator app; answers the code of this moment."""
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    return f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06}"


def test_second_factor_is_asked_for(login: Login, teacher: User) -> None:
    code = _second_factor(teacher)
    assert login(teacher.email).json()["error"]["code"] == "OTP_REQUIRED"
    assert login(teacher.email, otp="000000").json()["error"]["code"] == "INVALID_OTP"
    assert login(teacher.email, PASSWORD, otp=code).status_code == 200
    assert login(teacher.email, PASSWORD, otp=code).json()["error"]["code"] == "INVALID_OTP"


def test_codes_cannot_be_guessed(login: Login, teacher: User) -> None:
    _second_factor(teacher)
    answers = [login(teacher.email, otp=f"{n:06}").status_code for n in range(6)]
    assert answers == [401] * 5 + [429]


def test_seed_of_a_second_factor_is_stored_encrypted(teacher: User) -> None:
    _second_factor(teacher)
    stored = Authenticator.objects.get(user=teacher).data["secret"]
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert get_adapter().decrypt(stored) == "JBSWY3DPEHPK3PXP"
