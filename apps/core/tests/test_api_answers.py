"""One envelope for every answer and every fault."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Campus, Role, User
from apps.accounts.tests.factories import CampusFactory, user_with

pytestmark = [pytest.mark.django_db, pytest.mark.urls("apps.core.tests.endpoints")]


@pytest.fixture
def admin() -> User:
    return user_with(Role.SCHOOL_ADMIN)


@pytest.fixture
def api(admin: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_login(admin)
    return client


def test_one_row_stands_in_data_with_request_id_and_time(api: APIClient, admin: User) -> None:
    campus = CampusFactory.create(school=admin.school, name="North", code="north")
    body = api.get(f"/api/v1/campuses/{campus.pk}", headers={"X-Request-Id": "abcd-1234"}).json()
    assert body["data"] == {"id": str(campus.pk), "name": "North", "code": "north"}
    assert body["meta"]["request_id"] == "abcd-1234"
    assert set(body["meta"]) == {"request_id", "timestamp"}


def test_a_list_tells_its_pages(api: APIClient, admin: User) -> None:
    CampusFactory.create_batch(5, school=admin.school)
    body = api.get("/api/v1/campuses?per_page=2&page=3").json()
    assert len(body["data"]) == 1
    numbers = {name: body["meta"][name] for name in ("page", "per_page", "total", "total_pages")}
    assert numbers == {"page": 3, "per_page": 2, "total": 5, "total_pages": 3}


def test_nobody_asks_for_more_than_a_hundred_rows(api: APIClient, admin: User) -> None:
    assert api.get("/api/v1/campuses?per_page=5000").json()["meta"]["per_page"] == 100


@pytest.mark.parametrize("page", ["99", "0", "x"])
def test_a_page_that_is_not_there_is_404(api: APIClient, page: str) -> None:
    response = api.get(f"/api/v1/campuses?page={page}")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND")


def test_deleting_answers_with_nothing_when_allowed_and_403_when_nobody_may(
    api: APIClient, admin: User
) -> None:
    campus = CampusFactory.create(school=admin.school)
    response = api.delete(f"/api/v1/campuses/{campus.pk}")
    assert (response.status_code, response.json()["error"]["code"]) == (403, "FORBIDDEN")


def test_created_rows_come_back_with_201(api: APIClient, admin: User) -> None:
    response = api.post("/api/v1/campuses", {"name": "North", "code": "north"})
    assert response.status_code == 201
    assert response.json()["data"] == {
        "id": str(Campus.objects.get().pk),
        "name": "North",
        "code": "north",
    }


def test_changed_rows_come_back_as_they_are_now(api: APIClient, admin: User) -> None:
    campus = CampusFactory.create(school=admin.school)
    response = api.patch(f"/api/v1/campuses/{campus.pk}", {"name": "South"})
    assert (response.status_code, response.json()["data"]["name"]) == (200, "South")


def test_a_new_row_out_of_reach_is_not_kept() -> None:
    teacher = user_with(Role.TEACHER)
    client = APIClient()
    client.force_login(teacher)
    assert client.post("/api/v1/campuses", {"name": "North", "code": "north"}).status_code == 403
    assert not Campus.objects.exists()


def test_foreign_and_missing_rows_are_the_same_404(api: APIClient) -> None:
    foreign = CampusFactory.create()
    missing = api.get("/api/v1/campuses/0192f000-0000-7000-8000-000000000000")
    response = api.get(f"/api/v1/campuses/{foreign.pk}")
    assert response.status_code == missing.status_code == 404
    assert response.json()["error"]["message"] == missing.json()["error"]["message"]


def test_nobody_signed_in_is_401_with_a_challenge() -> None:
    response = APIClient().get("/api/v1/campuses")
    assert (response.status_code, response.json()["error"]["code"]) == (401, "NOT_AUTHENTICATED")
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_form_with_faults_is_422_with_each_field(api: APIClient) -> None:
    response = api.post("/api/v1/campuses", {"code": "not a slug"})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (422, "VALIDATION_ERROR")
    assert [(one["field"], one["code"]) for one in error["details"]] == [
        ("name", "required"),
        ("code", "invalid"),
    ]
    assert error["request_id"] == response["X-Request-Id"]


def test_a_broken_body_is_400(api: APIClient) -> None:
    response = api.post("/api/v1/campuses", "{", content_type="application/json")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "MALFORMED")


def test_a_duplicate_is_409_with_the_field_of_the_constraint(api: APIClient, admin: User) -> None:
    CampusFactory.create(school=admin.school, code="north")
    response = api.post("/api/v1/campuses", {"name": "Another", "code": "north"})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (409, "DUPLICATE")
    assert error["details"][0]["field"] == "code"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("details", 422, "ROSTER"),
        ("field", 422, "TOO_LATE"),
        ("conflict", 409, "FULL"),
        ("stale", 409, "STALE_VERSION"),
        ("unavailable", 503, "SMS_DOWN"),
        ("lost", 503, "BUSY"),
        ("slow", 503, "BUSY"),
        ("odd", 500, "SERVER_ERROR"),
        ("bug", 500, "SERVER_ERROR"),
    ],
)
def test_faults_keep_their_status_and_code(api: APIClient, fault: str, status: int, code: str) -> None:
    response = api.get(f"/api/v1/faults/{fault}")
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert ("Retry-After" in response) is (status == 503)
    assert b"secret-of-the-house" not in response.content


def test_details_and_values_reach_the_client(api: APIClient) -> None:
    details = api.get("/api/v1/faults/details").json()["error"]["details"]
    assert details == [{"field": "items.3.code", "code": "unknown", "message": "No such code."}]
    values = api.get("/api/v1/faults/stale").json()["error"]["values"]
    assert values == {"yours": {"name": "a"}, "theirs": {"name": "b", "version": 4}}


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_an_address_of_nothing_is_404_in_the_envelope(method: str) -> None:
    response = getattr(APIClient(), method)("/api/v1/no/such/thing")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("method", ["put", "options"])
def test_what_is_not_offered_is_405(api: APIClient, method: str) -> None:
    response = getattr(api, method)("/api/v1/campuses")
    assert (response.status_code, response.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_bulk_faults_name_their_row(api: APIClient) -> None:
    good: dict[str, Any] = {"name": "North", "code": "north"}
    assert api.post("/api/v1/bulk", {"items": [good]}).json()["data"] == ["north"]
    error = api.post("/api/v1/bulk", {"items": [good, {**good, "code": "?"}]}).json()["error"]
    assert [(one["field"], one["code"]) for one in error["details"]] == [("items.1.code", "invalid")]


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": "x"}, {"items": [{}] * 501}, []])
def test_bulk_takes_one_to_five_hundred_rows(api: APIClient, body: Any) -> None:
    assert api.post("/api/v1/bulk", body).status_code == 422


def test_queued_work_answers_202_with_the_address_of_its_job(api: APIClient) -> None:
    response = api.post("/api/v1/accepted")
    job = api.get(response["Location"]).json()["data"]
    assert response.status_code == 202
    assert (job["id"], job["state"]) == (response.json()["data"]["job_id"], "queued")


def test_a_stop_is_asked_of_ones_own_job_only(api: APIClient, admin: User) -> None:
    place = api.post("/api/v1/accepted")["Location"]
    other = APIClient()
    other.force_login(user_with(Role.SCHOOL_ADMIN, school=admin.school))
    assert other.delete(place).status_code == other.get(place).status_code == 404
    assert api.delete(place).status_code == 204
