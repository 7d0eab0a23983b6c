"""What a client may ask of a list, and what it costs."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from apps.accounts.models import Role, User
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, UserFactory, user_with
from apps.core.tests.endpoints import CampusViewSet

pytestmark = [pytest.mark.django_db, pytest.mark.urls("apps.core.tests.endpoints")]


@pytest.fixture
def admin() -> User:
    return user_with(Role.SCHOOL_ADMIN)


@pytest.fixture
def api(admin: User) -> APIClient:
    client = APIClient()
    client.force_login(admin)
    return client


def _names(api: APIClient, query: str) -> list[str]:
    return [row["name"] for row in api.get(f"/api/v1/campuses?{query}").json()["data"]]


def _codes(api: APIClient, query: str) -> list[tuple[str, str]]:
    response = api.get(f"/api/v1/campuses?{query}")
    assert response.status_code == 422
    return [(one["field"], one["code"]) for one in response.json()["error"]["details"]]


def test_search_and_ordering_over_what_the_view_lists(api: APIClient, admin: User) -> None:
    for name in ("Alpha", "Beta", "Alphabet"):
        CampusFactory.create(school=admin.school, name=name)
    assert _names(api, "search=alpha&ordering=-name") == ["Alphabet", "Alpha"]
    assert _names(api, "ordering=name") == ["Alpha", "Alphabet", "Beta"]


@pytest.mark.parametrize(
    "ordering", ["school__name", "role_assignments__user__password", "-created_at", "%3F", "pk"]
)
def test_no_other_name_orders(api: APIClient, ordering: str) -> None:
    assert _codes(api, f"ordering={ordering}") == [("ordering", "invalid_choice")]


def test_unknown_parameters_never_filter(api: APIClient, admin: User) -> None:
    CampusFactory.create(school=admin.school, name="North")
    assert _names(api, "school__name=nothing&name__startswith=X") == ["North"]


def test_fields_leaves_only_what_is_asked(api: APIClient, admin: User) -> None:
    campus = CampusFactory.create(school=admin.school, name="North")
    assert api.get(f"/api/v1/campuses/{campus.pk}?fields=name").json()["data"] == {"name": "North"}
    assert api.get("/api/v1/campuses?fields=name").json()["data"] == [{"name": "North"}]


@pytest.mark.parametrize(
    "query", ["fields=password", "fields=name,school", "expand=school", "expand=roles,x"]
)
def test_fields_and_expand_take_only_what_is_offered(api: APIClient, admin: User, query: str) -> None:
    CampusFactory.create(school=admin.school)
    assert _codes(api, query) == [(query.split("=", maxsplit=1)[0], "invalid_choice")]


def test_expand_brings_only_rows_the_actor_may_view(api: APIClient, admin: User) -> None:
    campus = CampusFactory.create(school=admin.school)
    role = RoleAssignmentFactory.create(
        user=UserFactory.create(school=admin.school), role=Role.TEACHER, campus=campus
    )
    address = f"/api/v1/campuses/{campus.pk}?expand=roles&fields=roles"
    assert api.get(address).json()["data"] == {"roles": [{"id": str(role.pk), "role": "teacher"}]}
    student = APIClient()
    student.force_login(user_with(Role.STUDENT, campus=campus))
    own = student.get(address).json()["data"]["roles"]
    assert [one["role"] for one in own] == ["student"]


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    ("query", "queries"),
    [("per_page=100", 2), ("per_page=100&expand=roles", 3), ("per_page=100&search=a", 2)],
)
def test_a_list_costs_the_same_for_one_row_and_for_thirty(
    admin: User, rows: int, query: str, queries: int
) -> None:
    for campus in CampusFactory.create_batch(rows, school=admin.school, name="a"):
        RoleAssignmentFactory.create(user=admin, role=Role.TEACHER, campus=campus)
    request: Any = APIRequestFactory().get(f"/api/v1/campuses?{query}")
    request.actor = admin.actor(date(2026, 6, 15))
    force_authenticate(request, user=admin)
    with CaptureQueriesContext(connection) as seen:
        response = CampusViewSet.as_view({"get": "list"})(request).render()
    assert (response.status_code, len(response.data), len(seen)) == (200, rows, queries)


def test_cursors_leaf_through_without_counting(api: APIClient, admin: User) -> None:
    for _ in range(5):
        api.post("/api/v1/accepted")
    seen: list[str] = []
    address: Any = "/api/v1/jobs?per_page=2"
    while address:
        body = api.get(address).json()
        seen += [job["id"] for job in body["data"]]
        assert "total" not in body["meta"]
        address = body["meta"]["next"]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5
