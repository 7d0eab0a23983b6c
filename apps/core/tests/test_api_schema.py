"""The contract shows what is really answered, and its page opens under our content policy."""

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def schema(settings: Any) -> Any:
    settings.ROOT_URLCONF = "apps.core.tests.endpoints"
    return SchemaGenerator(urlconf="apps.core.tests.endpoints").get_schema(request=None, public=True)


def test_the_document_is_valid(schema: Any) -> None:
    validate_schema(schema)


def test_a_row_and_a_list_stand_in_their_envelopes(schema: Any) -> None:
    one = _answer(schema, "/api/v1/campuses/{id}", "get", "200")
    assert one["properties"]["data"] == {"$ref": "#/components/schemas/Campus"}
    assert one["properties"]["meta"] == {"$ref": "#/components/schemas/Meta"}
    many = _answer(schema, "/api/v1/campuses", "get", "200")
    assert many == {"$ref": "#/components/schemas/PaginatedCampusList"}
    listing = schema["components"]["schemas"]["PaginatedCampusList"]["properties"]
    assert listing["data"]["items"] == {"$ref": "#/components/schemas/Campus"}
    assert {"request_id", "timestamp", "page", "total_pages"} <= set(listing["meta"]["properties"])


@pytest.mark.parametrize(
    ("path", "method", "codes"),
    [
        ("/api/v1/campuses", "get", ["200", "401", "403", "404", "429", "503"]),
        ("/api/v1/campuses", "post", ["201", "400", "401", "403", "404", "409", "422", "429", "503"]),
        ("/api/v1/campuses/{id}", "delete", ["204", "400", "401", "403", "404", "409", "422", "429", "503"]),
    ],
)
def test_every_answer_is_listed(schema: Any, path: str, method: str, codes: list[str]) -> None:
    assert sorted(schema["paths"][path][method]["responses"]) == codes
    assert _answer(schema, path, method, "403") == {"$ref": "#/components/schemas/Error"}


def test_headers_and_shapes_are_listed(schema: Any) -> None:
    assert "Idempotency-Key" in _parameters(schema, "/api/v1/campuses", "post")
    assert "If-Match" in _parameters(schema, "/api/v1/campuses/{id}", "patch")
    listing = _parameters(schema, "/api/v1/campuses", "get")
    assert {"fields", "expand", "ordering", "search", "page", "per_page"} <= listing


def test_ids_in_paths_are_uuids(schema: Any) -> None:
    [place] = [p for p in schema["paths"]["/api/v1/campuses/{id}"]["get"]["parameters"] if p["in"] == "path"]
    assert place["schema"]["format"] == "uuid"


@pytest.mark.django_db
def test_anybody_may_read_the_contract(client: Client) -> None:
    assert client.get("/api/v1/schema/").status_code == 200
    page = client.get("/api/v1/docs/").content.decode()
    assert "<style" not in page
    assert page.count("<script src=") == page.count("<script")


@pytest.mark.browser
def test_its_page_opens_without_a_complaint_of_the_browser(site: str, page: "Page") -> None:
    page.goto(f"{site}/api/v1/docs/")
    page.wait_for_selector(".opblock", timeout=20_000)
    assert "Schools24 API" in page.inner_text(".info")


def _answer(schema: Any, path: str, method: str, code: str) -> Any:
    return schema["paths"][path][method]["responses"][code]["content"]["application/json"]["schema"]


def _parameters(schema: Any, path: str, method: str) -> set[str]:
    return {parameter["name"] for parameter in schema["paths"][path][method]["parameters"]}
