"""G6: links by mail work once, for a while, and point to us; invitations and resets."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts import services
from apps.accounts.access import Role
from apps.accounts.models import Campus, School, User
from apps.accounts.services.roles import BeyondReach
from apps.accounts.tests.factories import PASSWORD, RoleAssignmentFactory, user_with
from apps.core.errors import Conflict, DomainError
from apps.core.models import Job

NEW = "a sentence nobody guesses"
Run = Callable[[], int]


def later(delta: timedelta) -> Any:
    # A number of seconds: travelling to an aware time would change the zone of naive ones as well.
    return time_machine.travel(time.time() + delta.total_seconds())


def _path(body: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", body)
    assert found is not None
    return found.group(1)


def _invite(school: School, campus: Campus, email: str = "new@example.test") -> User:
    return services.invite_user(
        actor=None,
        school=school,
        email=email,
        name="Meera Nair",
        roles=[services.Grant(Role.TEACHER, campus)],
        now=timezone.now(),
        today=timezone.localdate(),
    )


def test_reset_by_mail_on_the_pages(client: Client, teacher: User, run_jobs: Run) -> None:
    client.post("/accounts/password/reset/", {"email": teacher.email.upper()})
    assert mail.outbox == []
    run_jobs()
    assert [message.to for message in mail.outbox] == [[teacher.email]]
    path = client.get(_path(str(mail.outbox[0].body)))["Location"]
    assert client.post(path, {"password1": NEW, "password2": NEW}).status_code == 302
    teacher.refresh_from_db()
    assert teacher.check_password(NEW)
    assert EmailAddress.objects.get(user=teacher).verified


def test_reset_by_mail_over_the_api(api: APIClient, teacher: User, run_jobs: Run, login: Any) -> None:
    old = login(teacher.email).json()["data"]["refresh"]
    assert api.post("/api/v1/auth/forgot-password", {"email": teacher.email}).status_code == 202
    run_jobs()
    key = _path(str(mail.outbox[0].body)).rstrip("/").rsplit("/", 1)[1]
    assert api.post("/api/v1/auth/reset-password", {"key": key, "password": "short"}).status_code == 422
    assert api.post("/api/v1/auth/reset-password", {"key": key, "password": NEW}).status_code == 204
    again = api.post("/api/v1/auth/reset-password", {"key": key, "password": NEW})
    assert again.json()["error"]["code"] == "DEAD_LINK"
    assert api.post("/api/v1/auth/refresh", {"refresh": old}).status_code == 401
    assert login(teacher.email, NEW).status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(29, 204), (31, 422)])
def test_reset_link_lives_half_an_hour(
    minutes: int, status: int, api: APIClient, teacher: User, run_jobs: Run
) -> None:
    services.request_password_reset(email=teacher.email)
    run_jobs()
    key = _path(str(mail.outbox[0].body)).rstrip("/").rsplit("/", 1)[1]
    with later(timedelta(minutes=minutes)):
        assert api.post("/api/v1/auth/reset-password", {"key": key, "password": NEW}).status_code == status


@pytest.mark.parametrize("case", ["unknown", "suspended", "invited"])
def test_reset_answers_the_same_and_mails_nobody(
    case: str, client: Client, api: APIClient, teacher: User, run_jobs: Run
) -> None:
    if case == "suspended":
        services.suspend_user(actor=None, user=teacher, today=timezone.localdate())
    if case == "invited":
        teacher.set_unusable_password()
        teacher.save()
    email = "nobody@example.test" if case == "unknown" else teacher.email
    page = client.post("/accounts/password/reset/", {"email": email})
    over_api = api.post("/api/v1/auth/forgot-password", {"email": email})
    assert (page.status_code, page["Location"]) == (302, "/accounts/password/reset/done/")
    assert (over_api.status_code, over_api.json()["data"]) == (202, {})
    assert Job.objects.filter(task="accounts.mail_reset_link").count() == 2
    run_jobs()
    assert mail.outbox == []


def test_no_address_stands_in_a_job(client: Client, teacher: User) -> None:
    client.post("/accounts/password/reset/", {"email": teacher.email})
    assert teacher.email not in str(Job.objects.get().kwargs)


POISONED = [
    {"HTTP_HOST": "evil.test"},
    {"HTTP_HOST": "evil.test:80"},
    {"HTTP_X_FORWARDED_HOST": "evil.test"},
    {"HTTP_X_FORWARDED_SERVER": "evil.test"},
    {"HTTP_X_FORWARDED_PROTO": "gopher"},
    {"HTTP_X_ORIGINAL_HOST": "evil.test"},
    {"HTTP_FORWARDED": "host=evil.test"},
    {"HTTP_ORIGIN": "https://evil.test"},
    {"HTTP_REFERER": "https://evil.test/"},
    {"SERVER_NAME": "evil.test"},
]


@pytest.mark.parametrize("headers", POISONED)
@pytest.mark.parametrize("door", ["page", "api"])
def test_poisoned_host_never_reaches_a_mail(
    headers: dict[str, str], door: str, teacher: User, run_jobs: Run, settings: Any
) -> None:
    settings.SITE_URL = "https://school.example"
    url = {"page": "/accounts/password/reset/", "api": "/api/v1/auth/forgot-password"}[door]
    Client().post(url, {"email": teacher.email}, **headers)  # type: ignore[arg-type]  # headers of a request
    run_jobs()
    for message in mail.outbox:
        assert "evil.test" not in message.message().as_string()
        assert "https://school.example/accounts/password/reset/key/" in str(message.body)
    assert len(mail.outbox) == 1


def test_poisoned_host_never_reaches_other_mails(teacher: User, settings: Any) -> None:
    settings.SITE_URL = "https://school.example"
    client = Client(HTTP_HOST="evil.test")
    client.force_login(teacher)
    new = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/accounts/password/change/", new)
    client.post("/accounts/email/", {"action_add": "", "email": "other@example.test"})
    assert len(mail.outbox) >= 2
    for message in mail.outbox:
        assert "evil.test" not in message.message().as_string()


def test_invitation_leads_to_a_password(
    client: Client, school: School, campus: Campus, run_jobs: Run
) -> None:
    user = _invite(school, campus)
    run_jobs()
    assert mail.outbox[0].to == ["new@example.test"]
    assert "Meera" not in mail.outbox[0].subject
    path = _path(str(mail.outbox[0].body))
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(path, {"password": NEW, "again": "different"}).status_code == 422
    assert client.post(path, {"password": NEW, "again": NEW})["Location"] == "/accounts/login/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert user.invited_at is None
    assert EmailAddress.objects.get(user=user).verified
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("ending", ["week", "resent", "revoked", "suspended", "forged"])
def test_invitation_dies(ending: str, client: Client, school: School, campus: Campus) -> None:
    user = _invite(school, campus)
    key = services.people.invitation_key(user)
    if ending == "resent":
        again = timezone.now() + timedelta(seconds=1)
        services.send_invitation(actor=None, user=user, now=again, today=timezone.localdate())
    if ending == "revoked":
        services.revoke_invitation(actor=None, user=user, today=timezone.localdate())
    if ending == "suspended":
        services.suspend_user(actor=None, user=user, today=timezone.localdate())
    if ending == "forged":
        key = key[:-3] + "abc"
    with later(timedelta(days=7 if ending == "week" else 0, minutes=1)):
        assert client.get(f"/accounts/invitation/{key}/").status_code == 410


def test_invitation_lives_six_days(client: Client, school: School, campus: Campus) -> None:
    key = services.people.invitation_key(_invite(school, campus))
    with later(timedelta(days=6, hours=23)):
        assert client.get(f"/accounts/invitation/{key}/").status_code == 200


def test_one_address_is_one_login(school: School, campus: Campus, teacher: User) -> None:
    with pytest.raises(Conflict) as refused:
        _invite(school, campus, teacher.email.upper())
    assert refused.value.field == "email"


def test_who_has_a_password_is_not_invited(teacher: User) -> None:
    with pytest.raises(DomainError, match="password already"):
        services.send_invitation(actor=None, user=teacher, now=timezone.now(), today=timezone.localdate())


@pytest.mark.parametrize("verb", ["send", "revoke"])
def test_nobody_touches_an_invitation_above_their_own_authority(
    verb: str, school: School, campus: Campus
) -> None:
    """A campus's head neither invites anew nor keeps out who is to run the whole school."""
    today = timezone.localdate()
    head = user_with(Role.CAMPUS_ADMIN, campus=campus).actor(today)
    invited = _invite(school, campus)
    RoleAssignmentFactory.create(user=invited, role=Role.SCHOOL_ADMIN)
    touch: dict[str, Callable[[], User]] = {
        "send": lambda: services.send_invitation(actor=head, user=invited, now=timezone.now(), today=today),
        "revoke": lambda: services.revoke_invitation(actor=head, user=invited, today=today),
    }
    with pytest.raises(BeyondReach):
        touch[verb]()
    invited.refresh_from_db()
    assert invited.invited_at is not None


def test_a_suspended_login_is_not_invited(school: School, campus: Campus) -> None:
    today = timezone.localdate()
    invited = services.suspend_user(actor=None, user=_invite(school, campus), today=today)
    with pytest.raises(Conflict, match="suspended"):
        services.send_invitation(actor=None, user=invited, now=timezone.now(), today=today)
