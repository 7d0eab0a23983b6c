"""The page of a gradebook and the panels beside it."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.gradebook.models import LineItem
from apps.gradebook.tests.marking import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return Book(today=timezone.localdate())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def grid_of(book: Book) -> str:
    return reverse("gradebook:grid", args=[book.section.pk]) + f"?term={book.terms[0].pk}"


def opened(client: Client, book: Book) -> Any:
    answer = client.get(grid_of(book))
    assert answer.status_code == 200
    return answer.context


def send(client: Client, book: Book, *cells: dict[str, Any], key: str = "k") -> Any:
    return client.post(grid_of(book), {"cells": json.dumps(cells), "key": key})


def one(book: Book, pupil: int, item: int, entry: str, version: int = 0) -> dict[str, Any]:
    return {
        "item": str(book.items[item].pk),
        "student": str(book.pupils[pupil].pk),
        "version": version,
        "entry": entry,
    }


def test_a_new_section_opens_with_all_its_pupils(book: Book) -> None:
    book.book.delete()
    data = opened(signed_in(book.staff.user), book)["data"]
    assert [pupil["name"] for pupil in data["pupils"]] == [one.full_name for one in book.pupils]
    assert data["cells"] == [[None, None]] * 3


def test_an_edit_comes_back_with_the_sums_it_moved(book: Book) -> None:
    answer = send(signed_in(book.staff.user), book, one(book, 0, 0, "17"))
    assert answer.status_code == 200
    said = answer.json()
    assert (said["cells"][0]["state"], said["cells"][0]["version"]) == ("saved", 1)
    assert list(said["totals"]) == [str(book.pupils[0].pk)]
    assert said["totals"][str(book.pupils[0].pk)]["term"] == "85"
    assert said["statistics"][str(book.items[0].pk)]["marked"] == 1


def test_a_conflict_is_409_with_both_values_and_the_rest_is_saved(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    answer = send(signed_in(book.staff.user), book, one(book, 0, 0, "12"), one(book, 1, 0, "9"))
    assert answer.status_code == 409
    first, second = answer.json()["cells"]
    assert (first["state"], first["entry"], first["by"]) == ("conflict", "17", str(book.staff.user))
    assert second["state"] == "saved"


def test_a_request_that_arrives_twice_counts_once(book: Book) -> None:
    client = signed_in(book.staff.user)
    first = send(client, book, one(book, 0, 0, "17"))
    assert send(client, book, one(book, 0, 0, "17")).json() == first.json()
    assert book.result().version == 1


@pytest.mark.parametrize("cells", ["", "x", "[1]", '[{"item": "x"}]', "{}x"])
def test_what_is_no_list_of_marks_is_refused(book: Book, cells: str) -> None:
    answer = signed_in(book.staff.user).post(grid_of(book), {"cells": cells, "key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


def test_who_may_read_may_not_write(book: Book) -> None:
    office, other = book.login(Role.REGISTRAR), book.teach(Book(0).section)
    assert signed_in(office).get(grid_of(book)).status_code == 200
    assert send(signed_in(office), book, one(book, 0, 0, "1")).status_code == 403
    assert signed_in(other.user).get(grid_of(book)).status_code == 404
    assert send(signed_in(other.user), book, one(book, 0, 0, "1")).status_code == 404


def test_late_joiners_and_leavers(book: Book) -> None:
    book.items = [book.item(due_date=date(2026, 5, 1)), book.item(due_date=date(2026, 7, 1))]
    book.enroll(begin_date=date(2026, 6, 1))
    book.enroll(end_date=date(2026, 6, 1))
    data = opened(signed_in(book.staff.user), book)["data"]
    assert [one["state"] for one in data["pupils"]] == ["active"] * 3 + ["late", "left"]
    assert data["absences"][3:] == ["  n ", "   g"]
    assert [data["statistics"][str(one.pk)]["expected"] for one in book.items] == [4, 4]


PANELS = ("item", "item-change", "item-message")


@pytest.mark.parametrize("name", PANELS)
def test_panels_of_an_item(book: Book, name: str) -> None:
    book.save(book.cell(0, 0, "17"), book.cell(1, 0, "12"))
    answer = signed_in(book.staff.user).get(reverse(f"gradebook:{name}", args=[book.items[0].pk]))
    assert answer.status_code == 200
    assert book.items[0].title in answer.content.decode()


def test_the_panel_counts_what_is_marked(book: Book) -> None:
    book.save(book.cell(0, 0, "17"), book.cell(1, 0, "12"))
    url = reverse("gradebook:item", args=[book.items[0].pk])
    figures = dict(signed_in(book.staff.user).get(url).context["figures"])
    assert list(figures.values()) == ["2 / 3", "14.5", "14.5", "12", "17"]


def test_an_item_is_added_changed_moved_and_deleted(book: Book) -> None:
    client = signed_in(book.staff.user)
    fields = {
        "title": "Essay",
        "session": book.terms[0].pk,
        "maximum": "30",
        "weight": "1",
        "is_counted": "on",
    }
    answer = client.post(
        reverse("gradebook:item-add", args=[book.section.pk]), fields, headers={"HX-Request": "true"}
    )
    assert answer.headers["HX-Redirect"] == grid_of(book)
    essay = LineItem.objects.get(title="Essay")
    assert (int(essay.maximum), essay.position) == (30, 3)
    change = reverse("gradebook:item-change", args=[essay.pk])
    assert client.post(change, fields | {"maximum": "40", "version": "1"}).status_code == 302
    assert client.post(change, fields | {"maximum": "50", "version": "1"}).status_code == 409
    client.post(reverse("gradebook:item-move", args=[essay.pk]), {"to": "left"})
    essay.refresh_from_db()
    assert (int(essay.maximum), essay.position) == (40, 2)
    client.post(reverse("gradebook:item-move", args=[essay.pk]), {"to": "right"})
    essay.refresh_from_db()
    assert essay.position == 3
    assert client.post(reverse("gradebook:item-delete", args=[essay.pk])).status_code == 302
    assert not LineItem.objects.filter(title="Essay").exists()


def test_an_item_with_marks_is_not_deleted(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    book.save(book.cell(0, 0, "", 1))
    url = reverse("gradebook:item-delete", args=[book.items[0].pk])
    answer = signed_in(book.staff.user).post(url)
    assert answer.status_code == 409
    assert "Take it out of the totals" in answer.content.decode()


def test_results_are_let_out_and_taken_back(book: Book) -> None:
    client = signed_in(book.staff.user)
    assert client.post(reverse("gradebook:item-release", args=[book.items[0].pk])).status_code == 302
    book.items[0].refresh_from_db()
    assert book.items[0].release_at is not None
    assert client.post(reverse("gradebook:item-take-back", args=[book.items[0].pk])).status_code == 302


def test_the_history_of_a_cell_names_who_changed_what(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    book.save(book.cell(0, 0, "12", 1))
    url = reverse("gradebook:cell-history", args=[book.items[0].pk, book.pupils[0].pk])
    text = signed_in(book.staff.user).get(url).content.decode()
    assert str(book.staff.user) in text
    assert "17.000 → 12.000" in text


def test_why_a_total_is_what_it_is(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    url = reverse("gradebook:total-why", args=[book.section.pk, book.pupils[0].pk])
    text = signed_in(book.staff.user).get(f"{url}?term={book.terms[0].pk}").content.decode()
    assert "17 of 20" in text
    stranger = Book(1)
    foreign = reverse("gradebook:total-why", args=[book.section.pk, stranger.pupils[0].pk])
    assert signed_in(book.staff.user).get(foreign).status_code == 404


def test_the_list_shows_own_gradebooks_with_progress(book: Book) -> None:
    book.save(book.cell(0, 0, "17"), book.cell(1, 0, "m"), book.cell(2, 0, "in"))
    Book(1)
    url = reverse("gradebook:index")
    [line] = signed_in(book.staff.user).get(url).context["lines"]
    assert line.section == book.section
    assert signed_in(book.login(Role.CAMPUS_ADMIN)).get(url).status_code == 200
    assert signed_in(book.login(Role.STUDENT)).get(url).status_code == 403


@pytest.mark.parametrize("pupils", [1, 40])
def test_every_page_costs_the_same(pupils: int) -> None:
    book = Book(pupils, 3, today=timezone.localdate())
    book.save(*(book.cell(number, item, "5") for number in range(pupils) for item in range(3)))
    client = signed_in(book.staff.user)
    addresses = {
        "index": reverse("gradebook:index"),
        "grid": grid_of(book),
        "item": reverse("gradebook:item", args=[book.items[0].pk]),
        "message": reverse("gradebook:item-message", args=[book.items[0].pk]),
    }
    assert {name: counted(client, url) for name, url in addresses.items()} == {
        "index": 11,
        "grid": 23,
        "item": 18,
        "message": 17,
    }


def counted(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
