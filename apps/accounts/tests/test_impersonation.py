"""Looking in on somebody: reasoned, short, visible, and never upwards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.accounts import services
from apps.accounts.access import Role
from apps.accounts.models import Campus, Impersonation, User
from apps.accounts.tests.factories import user_with
from apps.core.audit import history
from apps.core.errors import DomainError, Missing

REASON = "The register of 9A does not open for her"


@pytest.fixture
def fresh(page_as: Callable[[User], Client], admin: User) -> Client:
    """The administrator has signed in a moment ago."""
    return page_as(admin)


def _begin(client: Client, user: User, reason: str = REASON) -> Any:
    return client.post(f"/accounts/users/{user.pk}/see-as/", {"reason": reason})


def test_password_is_asked_for_again(page_as: Callable[[User], Client], admin: User, teacher: User) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=6)):
        client = page_as(admin)
    answer = _begin(client, teacher)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not Impersonation.objects.exists()


def test_administrator_sees_the_persons_pages_with_a_banner(fresh: Client, teacher: User) -> None:
    key = fresh.cookies["sessionid"].value
    assert _begin(fresh, teacher).status_code == 302
    assert fresh.cookies["sessionid"].value != key
    body = fresh.get("/accounts/profile/").content.decode()
    assert teacher.email in body
    assert "banner-seen-as" in body
    assert fresh.get("/accounts/users/").status_code == 403


def test_writes_carry_both_names(fresh: Client, admin: User, teacher: User) -> None:
    _begin(fresh, teacher)
    fresh.post("/accounts/profile/", {"name": "Changed", "language": ""})
    latest = history(teacher, limit=1)[0]
    context = latest["pgh_context"]
    assert (context["user"], context["impersonator"]) == (str(teacher.pk), str(admin.pk))


@pytest.mark.parametrize(
    "path", ["password/change/", "2fa/", "email/", "sessions/", "2fa/totp/activate/", "reauthenticate/"]
)
def test_credentials_stay_the_persons_own(path: str, fresh: Client, teacher: User) -> None:
    _begin(fresh, teacher)
    assert fresh.get(f"/accounts/{path}").status_code == 403


def test_stop_gives_the_administrator_back(fresh: Client, admin: User, teacher: User) -> None:
    _begin(fresh, teacher)
    fresh.post("/accounts/see-as/end/")
    assert Impersonation.objects.get().ended_at is not None
    assert fresh.get("/accounts/users/").status_code == 200


def test_the_language_stays_the_persons_own(fresh: Client, teacher: User) -> None:
    _begin(fresh, teacher)
    assert 'name="language" value="hi"' not in fresh.get("/").content.decode()
    fresh.post("/accounts/language/", {"language": "hi"})
    teacher.refresh_from_db()
    assert teacher.language == ""


@pytest.mark.parametrize("ending", ["time", "suspended", "demoted"])
def test_it_ends_by_itself(ending: str, fresh: Client, admin: User, teacher: User) -> None:
    _begin(fresh, teacher)
    if ending == "time":
        past = timezone.now() - timedelta(hours=1)
        Impersonation.objects.update(began_at=past, expires_at=past + timedelta(minutes=30))
    if ending == "suspended":
        services.suspend_user(actor=None, user=teacher, today=timezone.localdate())
    if ending == "demoted":
        user_with(Role.SCHOOL_ADMIN, school=admin.school)
        services.end_role(actor=None, assignment=admin.role_assignments.get(), end_date=timezone.localdate())
    assert teacher.email not in fresh.get("/accounts/profile/").content.decode()


def test_signing_out_ends_it(fresh: Client, teacher: User) -> None:
    _begin(fresh, teacher)
    fresh.post("/accounts/logout/")
    assert Impersonation.objects.get().ended_at is not None


def test_person_reads_who_looked_and_why(
    fresh: Client, admin: User, teacher: User, page_as: Callable[[User], Client]
) -> None:
    _begin(fresh, teacher)
    body = page_as(teacher).get("/accounts/profile/").content.decode()
    assert admin.name in body
    assert REASON in body


@pytest.mark.parametrize("role", [Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN])
def test_administrators_are_never_seen_as(role: Role, fresh: Client, campus: Campus, admin: User) -> None:
    other = user_with(role, campus=None if role == Role.SCHOOL_ADMIN else campus, school=campus.school)
    assert _begin(fresh, other).status_code == 403
    assert _begin(fresh, admin).status_code == 403


def test_reason_is_needed(fresh: Client, teacher: User) -> None:
    assert _begin(fresh, teacher, "because").status_code == 422


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SCHOOL_ADMIN])
def test_nobody_else_may(
    role: Role, page_as: Callable[[User], Client], campus: Campus, teacher: User
) -> None:
    assert _begin(page_as(user_with(role, campus=campus)), teacher).status_code == 403


def test_services_refuse_other_schools_and_chains(admin: User, teacher: User, campus: Campus) -> None:
    today, now = timezone.localdate(), timezone.now()
    stranger = user_with(Role.TEACHER)
    pupil = user_with(Role.STUDENT, campus=campus)
    with pytest.raises(Missing):
        services.begin_impersonation(actor=admin.actor(today), user=stranger, reason=REASON, now=now)
    with pytest.raises(DomainError):
        services.begin_impersonation(actor=admin.actor(today, teacher.pk), user=pupil, reason=REASON, now=now)
