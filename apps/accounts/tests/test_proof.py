"""Fresh proof: who gives roles, or takes a long list out, has given the password a moment ago."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.access import Role
from apps.accounts.models import Campus, RoleAssignment, User
from apps.accounts.tests.factories import PASSWORD, UserFactory
from apps.core.proof import FRESH
from apps.core.web import tables

LATER = FRESH + timedelta(seconds=1)
AGAIN = "/accounts/reauthenticate/"


@pytest.fixture
def stale(page_as: Callable[[User], Client], admin: User) -> Client:
    """Signed in more than five minutes ago, by the session's own note."""
    with time_machine.travel(timezone.now() - LATER):
        return page_as(admin)


def _pages(teacher: User) -> list[str]:
    return [
        f"/accounts/users/{teacher.pk}/roles/add/",
        f"/accounts/users/{teacher.pk}/see-as/",
        "/accounts/users/invite/",
        "/admin/accounts/roleassignment/add/",
    ]


@pytest.mark.parametrize("number", range(4))
def test_pages_that_give_roles_ask_again(number: int, stale: Client, teacher: User, settings: Any) -> None:
    path = _pages(teacher)[number]
    assert stale.get(path)["Location"] == f"{AGAIN}?next={path.replace('/', '%2F')}"
    settings.PROTECTIONS_OFF = {"core.proof"}
    assert stale.get(path).status_code == 200


def test_the_password_again_leads_back(stale: Client, teacher: User) -> None:
    path = _pages(teacher)[0]
    asked = stale.get(path)["Location"]
    assert stale.post(asked, {"password": PASSWORD, "next": path})["Location"] == path
    assert stale.get(path).status_code == 200


def test_no_role_is_given_without_proof(stale: Client, teacher: User, campus: Campus) -> None:
    body = {"role": Role.REGISTRAR, "campus": campus.pk, "begin_date": "2026-06-01"}
    assert stale.post(_pages(teacher)[0], body)["Location"].startswith(AGAIN)
    assert not RoleAssignment.objects.filter(role=Role.REGISTRAR).exists()


def test_who_has_no_password_signs_in_anew(stale: Client, admin: User, teacher: User) -> None:
    User.objects.filter(pk=admin.pk).update(password="!")
    with time_machine.travel(timezone.now() - LATER):
        stale.force_login(User.objects.get(pk=admin.pk))
    answer = stale.get(_pages(teacher)[0])
    assert answer.status_code == 403
    assert b"sign in anew" in answer.content


def test_a_long_list_leaves_with_proof_only(
    stale: Client, admin: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    UserFactory.create_batch(3, school=admin.school)
    assert tables.UNPROVED == 100
    monkeypatch.setattr(tables, "UNPROVED", 3)
    for answer in (
        stale.get("/accounts/users/?sort=email&export=csv"),
        stale.post("/accounts/users/?sort=email", {"action": "export-csv", "everything": "1"}),
    ):
        assert answer["Location"].startswith(f"{AGAIN}?next=%2Faccounts%2Fusers%2F%3Fsort%3Demail")
        assert "export" not in answer["Location"]
    settings.PROTECTIONS_OFF = {"core.proof"}
    assert stale.get("/accounts/users/?export=csv")["Content-Type"].startswith("text/csv")


def test_a_short_list_leaves_as_before(stale: Client, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = UserFactory.create_batch(3, school=admin.school)
    monkeypatch.setattr(tables, "UNPROVED", 3)
    chosen = {"action": "export-csv", "selected": [str(row.pk) for row in rows]}
    assert stale.post("/accounts/users/", chosen)["Content-Type"].startswith("text/csv")


# --- the API ---


@pytest.fixture
def token(login: Callable[..., Any], bearer: Callable[[str], APIClient], admin: User) -> APIClient:
    with time_machine.travel(timezone.now() - LATER):
        return bearer(login(admin.email).json()["data"]["access"])


def _give(client: APIClient, user: User, campus: Campus) -> Any:
    body = {"user": user.pk, "role": Role.REGISTRAR, "campus": campus.pk, "begin_date": "2026-06-01"}
    return client.post("/api/v1/role-assignments", body)


def test_a_token_proves_itself_again(token: APIClient, teacher: User, campus: Campus) -> None:
    refused = _give(token, teacher, campus)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "PROOF_NEEDED")
    wrong = token.post("/api/v1/auth/confirm", {"password": "not this one"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "NOT_PROVED")
    assert _give(token, teacher, campus).status_code == 403
    assert token.post("/api/v1/auth/confirm", {"password": PASSWORD}).status_code == 204
    assert _give(token, teacher, campus).status_code == 201


def test_inviting_with_a_role_is_giving_one(token: APIClient, campus: Campus) -> None:
    roles = [{"role": Role.TEACHER, "campus": campus.pk}]
    body = {"email": "new@example.test", "name": "New", "roles": roles}
    assert token.post("/api/v1/users", body, format="json").json()["error"]["code"] == "PROOF_NEEDED"
    assert not User.objects.filter(email="new@example.test").exists()


def test_guessing_at_the_proof_is_counted(token: APIClient) -> None:
    for _ in range(5):
        assert token.post("/api/v1/auth/confirm", {"password": "a guess"}).status_code == 422
    assert token.post("/api/v1/auth/confirm", {"password": PASSWORD}).status_code == 429
