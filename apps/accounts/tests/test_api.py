"""Schools, campuses, users and roles over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.access import Role
from apps.accounts.models import Campus, User
from apps.accounts.tests.factories import CampusFactory, user_with

API = "/api/v1"


@pytest.fixture
def api_as(login: Callable[..., Any], bearer: Callable[[str], APIClient]) -> Callable[[User], APIClient]:
    return lambda user: bearer(login(user.email).json()["data"]["access"])


ApiAs = Callable[[User], APIClient]


@pytest.mark.parametrize("path", ["campuses", "users", "role-assignments"])
@pytest.mark.parametrize("count", [1, 30])
def test_lists_cost_the_same_for_any_number(
    path: str, count: int, api_as: ApiAs, admin: User, campus: Campus
) -> None:
    for _ in range(count):
        user_with(Role.TEACHER, campus=CampusFactory.create(school=campus.school))
    client = api_as(admin)
    with CaptureQueriesContext(connection) as queries:
        total = client.get(f"{API}/{path}").json()["meta"]["total"]
    assert total == count + 1
    # The session, the login with its school, the roles, the count, the page.
    assert len(queries) == 5, [query["sql"][:90] for query in queries]


@pytest.mark.parametrize(
    "path", ["campuses", "users", "role-assignments", "schools/me", "features", "auth/me"]
)
def test_nobody_is_refused(path: str, api: APIClient, db: None) -> None:
    answer = api.get(f"{API}/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "NOT_AUTHENTICATED")


def test_foreign_rows_are_missing(api_as: ApiAs, admin: User) -> None:
    stranger = user_with(Role.TEACHER, campus=CampusFactory.create())
    role = stranger.role_assignments.get()
    client = api_as(admin)
    for path in (f"users/{stranger.pk}", f"campuses/{role.campus_id}", f"role-assignments/{role.pk}"):
        assert client.get(f"{API}/{path}").status_code == 404
        assert client.patch(f"{API}/{path}", {"name": "x"}).status_code in {404, 405}
    for path in (f"users/{stranger.pk}/suspend", f"role-assignments/{role.pk}/end"):
        assert client.post(f"{API}/{path}", {"end_date": "2026-01-01"}).status_code == 404


def test_own_school_is_shown_and_changed_by_administrators(api_as: ApiAs, admin: User, teacher: User) -> None:
    assert api_as(teacher).get(f"{API}/schools/me").json()["data"]["name"] == "Springdale"
    assert api_as(teacher).patch(f"{API}/schools/me", {"name": "Mine"}).status_code == 403
    changed = api_as(admin).patch(f"{API}/schools/me", {"labels": {"section": "Class"}})
    assert changed.json()["data"]["labels"] == {"section": "Class"}


def test_invitation_over_the_api(api_as: ApiAs, admin: User, campus: Campus) -> None:
    data = {
        "email": "meera@example.test",
        "name": "Meera Nair",
        "roles": [{"role": "teacher", "campus": str(campus.pk)}],
    }
    answer = api_as(admin).post(f"{API}/users", data)
    assert answer.status_code == 201
    assert answer.json()["data"]["invited_at"] is not None
    assert User.objects.get(email="meera@example.test").role_assignments.get().campus == campus
    assert api_as(admin).post(f"{API}/users", data).status_code == 409


@pytest.mark.parametrize("giver", [Role.CAMPUS_ADMIN, Role.TEACHER, Role.REGISTRAR])
def test_nobody_makes_an_administrator(giver: Role, api_as: ApiAs, campus: Campus) -> None:
    client = api_as(user_with(giver, campus=campus))
    data = {"email": "x@example.test", "name": "X", "roles": [{"role": "school_admin"}]}
    assert client.post(f"{API}/users", data).status_code == 403
    assert not User.objects.filter(email="x@example.test").exists()


def test_fields_nobody_may_set_are_ignored(api_as: ApiAs, admin: User, teacher: User) -> None:
    before = User.objects.values().get(pk=teacher.pk)
    extra = {
        "school": "x",
        "is_active": False,
        "auth_epoch": 9,
        "email": "e@evil.test",
        "password": "x",
        "id": "x",
    }
    api_as(admin).patch(f"{API}/users/{teacher.pk}", {**extra, "name": "New"})
    after = User.objects.values().get(pk=teacher.pk)
    changed = {field for field, value in after.items() if before[field] != value}
    assert changed <= {"name", "updated_at", "last_login"}


def test_suspend_and_reactivate(api_as: ApiAs, admin: User, teacher: User) -> None:
    theirs, client = api_as(teacher), api_as(admin)
    assert client.post(f"{API}/users/{teacher.pk}/suspend").json()["data"]["is_active"] is False
    assert theirs.get(f"{API}/auth/me").status_code == 401
    assert client.post(f"{API}/users/{teacher.pk}/reactivate").json()["data"]["is_active"] is True


def test_roles_are_given_and_ended(api_as: ApiAs, admin: User, teacher: User) -> None:
    client = api_as(admin)
    data = {"user": str(teacher.pk), "role": "accountant", "begin_date": "2026-01-01"}
    made = client.post(f"{API}/role-assignments", data).json()["data"]
    ended = client.post(f"{API}/role-assignments/{made['id']}/end", {"end_date": "2026-03-01"})
    assert ended.json()["data"]["end_date"] == "2026-03-01"
    on_day = {"user": str(teacher.pk), "active_on": "2026-02-28", "role": "accountant"}
    assert client.get(f"{API}/role-assignments", on_day).json()["meta"]["total"] == 1
    assert (
        client.get(f"{API}/role-assignments", {**on_day, "active_on": "2026-03-01"}).json()["meta"]["total"]
        == 0
    )


def test_switching_features(api_as: ApiAs, campus: Campus) -> None:
    client = api_as(user_with(Role.CAMPUS_ADMIN, campus=campus))
    url = f"{API}/campuses/{campus.pk}/features"
    answer = client.patch(url, {"features": {"leaderboards": True}})
    assert answer.json()["data"]["features"] == {"leaderboards": True}
    assert client.patch(url, {"features": {"nonsense": True}}).status_code == 422
    other = CampusFactory.create(school=campus.school)
    assert client.patch(f"{API}/campuses/{other.pk}/features", {"features": {}}).status_code == 404
