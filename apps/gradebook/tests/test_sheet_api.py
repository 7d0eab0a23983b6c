"""The API twin of the grid: gradebooks, line items, results."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Role
from apps.gradebook.models import LineItem, Result
from apps.gradebook.tests.marking import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return Book(today=timezone.localdate())


@pytest.fixture
def client(book: Book) -> APIClient:
    return as_user(book.staff.user)


def as_user(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"api:{name}", args=args)


def line(book: Book, pupil: int, item: int, version: int = 0, **mark: Any) -> dict[str, Any]:
    place = {"line_item": str(book.items[item].pk), "student": str(book.pupils[pupil].pk)}
    return place | {"version": version} | mark


def batch(client: APIClient, book: Book, *lines: dict[str, Any], key: str = "", **more: Any) -> Any:
    body = {"section": str(book.section.pk), "items": list(lines)} | more
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(address("result-batch"), body, format="json", headers=headers)


def test_a_gradebook_shows_its_cells_and_totals(client: APIClient, book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    url = address("gradebook-detail", book.section.pk)
    data = client.get(url, {"session": str(book.terms[0].pk)}).json()["data"]
    assert [one["title"] for one in data["items"]] == [one.title for one in book.items]
    first, second, _third = data["pupils"]
    assert (first["term"]["percent"], first["results"][0]["score"]) == ("85.0000", "17.000")
    assert (second["term"]["percent"], second["results"]) == (None, [])
    assert [one["section"] for one in client.get(address("gradebook-list")).json()["data"]] == [
        str(book.section.pk)
    ]


def test_families_read_results_that_are_out_and_no_gradebook(book: Book) -> None:
    book.save(book.cell(0, 0, "17"), book.cell(0, 1, "12"), book.cell(1, 0, "9"))
    book.items[0].release_at = timezone.now()
    book.items[0].save()
    family = as_user(book.guardian(book.pupils[0], may_see_marks=True).user)
    [row] = family.get(address("result-list")).json()["data"]
    assert (row["score"], row["graded_by"]) == ("17.000", None)
    assert [one["id"] for one in family.get(address("line-item-list")).json()["data"]] == [
        str(book.items[0].pk)
    ]
    assert family.get(address("gradebook-list")).status_code == 403
    assert family.get(address("gradebook-detail", book.section.pk)).status_code == 403


def test_a_line_item_lives_its_life(client: APIClient, book: Book) -> None:
    body = {"section": str(book.section.pk), "session": str(book.terms[0].pk), "title": "Essay"}
    made = client.post(address("line-item-list"), body, format="json").json()["data"]
    assert (made["maximum"], made["position"], made["version"]) == ("100.000", 3, 1)
    url = address("line-item-detail", made["id"])
    assert client.patch(url, {"maximum": "30", "version": 1}, format="json").status_code == 200
    assert client.patch(url, {"maximum": "40", "version": 1}, format="json").status_code == 409
    moved = client.post(
        address("line-item-move", made["id"]), {"before": str(book.items[0].pk)}, format="json"
    )
    assert moved.json()["data"]["position"] == 1
    assert client.delete(url).status_code == 204
    assert LineItem.objects.count() == 2


def test_a_batch_is_all_or_nothing_with_both_values(client: APIClient, book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    answer = batch(client, book, line(book, 0, 0, entry="12"), line(book, 1, 0, entry="9"))
    assert answer.status_code == 409
    place = f"{book.items[0].pk}:{book.pupils[0].pk}"
    values = answer.json()["error"]["values"]
    assert (values["yours"][place]["entry"], values["theirs"][place]["entry"]) == ("12", "17")
    assert Result.objects.count() == 1


def test_a_batch_in_part_tells_what_became_of_each(client: APIClient, book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    lines = (
        line(book, 0, 0, entry="12"),
        line(book, 1, 0, score="9.5", days_late=2),
        line(book, 2, 0, entry="25"),
        line(book, 2, 1, status="exempt"),
    )
    outcomes = batch(client, book, *lines, is_partial=True).json()["data"]["outcomes"]
    assert [one["state"] for one in outcomes] == ["conflict", "saved", "refused", "saved"]
    assert outcomes[0]["result"]["score"] == "17.000"
    assert outcomes[2]["problem"]["code"] == "ABOVE_MAXIMUM"
    assert (book.result(1).days_late, book.result(2, 1).status) == (2, "exempt")


def test_a_batch_that_arrives_twice_counts_once(client: APIClient, book: Book) -> None:
    first = batch(client, book, line(book, 0, 0, entry="12"), key="k")
    again = batch(client, book, line(book, 0, 0, entry="12"), key="k")
    assert (first.status_code, again.json()["data"]) == (200, first.json()["data"])
    assert book.result().version == 1


def test_what_does_not_fit_is_named_by_its_place(client: APIClient, book: Book) -> None:
    answer = batch(client, book, line(book, 0, 0, entry="12"), line(book, 1, 0, entry="x"))
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["error"]["details"]] == ["items.1.entry"]
    both = batch(client, book, line(book, 0, 0, entry="12", score="12"))
    assert both.status_code == 422


def test_one_result_is_changed_on_its_version(client: APIClient, book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    url = address("result-detail", book.result().pk)
    changed = client.patch(url, {"days_late": 2, "version": 1}, format="json").json()["data"]
    assert (changed["score"], changed["days_late"], changed["version"]) == ("17.000", 2, 2)
    assert client.patch(url, {"entry": "3", "version": 1}, format="json").status_code == 409
    office = as_user(book.login(Role.REGISTRAR))
    assert office.get(url).status_code == 200
    assert office.patch(url, {"entry": "3", "version": 2}, format="json").status_code == 403
    stranger = as_user(book.teach(Book(0).section).user)
    assert stranger.patch(url, {"entry": "3", "version": 2}, format="json").status_code == 404
    assert batch(stranger, book, line(book, 0, 0, entry="3")).status_code in {404, 422}


@pytest.mark.parametrize("pupils", [1, 30])
def test_every_list_costs_the_same(pupils: int) -> None:
    book = Book(pupils, 2, today=timezone.localdate())
    book.save(*(book.cell(number, item, "5") for number in range(pupils) for item in range(2)))
    client = as_user(book.staff.user)
    found = {
        "gradebooks": counted(client, address("gradebook-list")),
        "gradebook": counted(client, address("gradebook-detail", book.section.pk)),
        "items": counted(client, address("line-item-list")),
        "results": counted(client, address("result-list")),
    }
    assert found == {"gradebooks": 5, "gradebook": 22, "items": 5, "results": 5}


def counted(client: APIClient, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
