"""Lists: what the URL asks for, what the page shows, and what it costs."""

import csv
import io
import re
import time
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from apps.accounts.access import Role
from apps.accounts.tests.factories import SchoolFactory, UserFactory, user_with
from apps.core.tests.gallery import PersonTable
from apps.core.web.cells import Badge, Column, body, display
from apps.core.web.pages import Page
from apps.core.web.responses import is_partial
from apps.core.web.tables import Table

pytestmark = [pytest.mark.django_db, pytest.mark.urls("apps.core.tests.gallery")]
URL = "/gallery/people"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def admin(client: Client) -> Client:
    user = user_with(Role.SCHOOL_ADMIN)
    user.name = "Zz Admin"
    user.save()
    client.force_login(user)
    return client


def people(count: int, **more: Any) -> None:
    school = SchoolFactory.create()
    for number in range(count):
        UserFactory.create(school=school, name=f"Person {number:02}", **more)


def names(response: Any) -> list[str]:
    return re.findall(r'data-label="Name"><a href="[^"]+">([^<]+)</a>', response.content.decode())


@pytest.mark.parametrize("count", [1, 30])
def test_table_costs_two_queries_for_1_and_for_30_rows(
    rf: RequestFactory, count: int, django_assert_num_queries: Any
) -> None:
    people(count)
    request = rf.get("/", {"per": "50", "q": "person", "language": ""})
    request.actor = user_with(Role.SCHOOL_ADMIN).actor(date(2026, 6, 15))  # type: ignore[attr-defined]
    table = PersonTable(request, get_user_model().objects.all())
    with django_assert_num_queries(2):
        html = render_to_string("components/table_card.html", {"table": table}, request)
    assert html.count("<tr role") == count + 1


def test_search_needs_every_word(admin: Client) -> None:
    people(3)
    assert names(admin.get(URL, {"q": "person 01"})) == ["Person 01"]


def test_filter_lives_in_the_url(admin: Client) -> None:
    people(2, language="hi")
    assert names(admin.get(URL, {"language": "hi"})) == ["Person 00", "Person 01"]


@pytest.mark.parametrize(
    ("sort", "first", "state"), [("name", "Person 00", "ascending"), ("-name", "Zz Admin", "descending")]
)
def test_sort_is_shown_to_screen_readers(admin: Client, sort: str, first: str, state: str) -> None:
    people(2)
    response = admin.get(URL, {"sort": sort})
    assert names(response)[0] == first
    assert f'aria-sort="{state}"' in response.content.decode()


@pytest.mark.parametrize("sort", ["password", "-password", "state", "name;drop", "--name"])
def test_unknown_sort_falls_back(admin: Client, sort: str) -> None:
    people(2)
    assert names(admin.get(URL, {"sort": sort}))[0] == "Person 00"


def test_sort_link_keeps_the_search_and_leaves_the_page(admin: Client) -> None:
    people(2)
    assert '"?q=person&amp;sort=email"' in admin.get(URL, {"q": "person", "page": "2"}).content.decode()


@pytest.mark.parametrize(
    ("page", "shown"), [("1", 25), ("2", 6), ("99", 6), ("-1", 25), ("x", 25), ("٣", 25)]
)
def test_pages_stay_in_range(admin: Client, page: str, shown: int) -> None:
    people(30)
    assert len(names(admin.get(URL, {"page": page}))) == shown


def test_htmx_gets_the_part_and_caches_know(admin: Client) -> None:
    response = admin.get(URL, headers=HTMX)
    assert response.content.decode().lstrip().startswith("<form")
    assert "HX-Request" in response["Vary"]


def test_restored_history_gets_the_whole_page(admin: Client) -> None:
    response = admin.get(URL, headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<!doctype html>" in response.content.decode()


def test_empty_list_says_what_to_do(admin: Client) -> None:
    get_user_model().objects.exclude(name="Zz Admin").delete()
    text = admin.get(URL, {"q": "nobody"}).content.decode()
    assert "Nothing matches" in text
    assert "Show all" in text


def test_export_holds_every_matching_row_and_no_formula(admin: Client) -> None:
    people(60)
    response = admin.get(URL, {"q": "person", "export": "csv", "page": "2"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Name", "Mail address", "Language", "State", "Visits", "Since", "Only in files"]
    assert len(rows) == 61
    assert {row[6] for row in rows[1:]} == {"'=1+1"}


def test_bulk_action_runs_on_the_chosen_rows(admin: Client) -> None:
    people(3)
    keys = [str(user.pk) for user in get_user_model().objects.filter(name__lt="Person 02")]
    response = admin.post(URL, {"action": "greet", "selected": keys}, follow=True)
    assert "Greeted 2" in response.content.decode()


def test_bulk_action_on_everything_follows_the_search(admin: Client) -> None:
    people(60)
    response = admin.post(f"{URL}?q=person", {"action": "greet", "everything": "1"}, follow=True)
    assert "Greeted 60" in response.content.decode()


def test_bulk_action_without_rows_asks_for_some(admin: Client) -> None:
    assert "Choose at least one" in admin.post(URL, {"action": "greet"}, follow=True).content.decode()


@pytest.mark.parametrize("action", ["close", "unknown", ""])
def test_action_that_is_not_permitted_is_missing(admin: Client, action: str) -> None:
    assert admin.post(URL, {"action": action, "everything": "1"}).status_code == 404


def test_values_are_escaped(admin: Client) -> None:
    UserFactory.create(name="<script>x</script>")
    text = admin.get(URL).content.decode()
    assert "<script>x" not in text
    assert "&lt;script&gt;x" in text


def test_cells_read_like_people_write() -> None:
    assert [display(value) for value in (None, "", True, 1200)] == ["–", "–", "Yes", "1200"]
    assert (
        display(Badge("Late & lost", "warning")) == '<span class="badge bg-warning-lt">Late &amp; lost</span>'
    )


def test_links_and_labels_are_escaped() -> None:
    column = Column("name", 'A "label"', link=lambda row: '/x"onclick="y')
    html = body([column], [{"name": "n"}], lambda row: 'k"')
    assert 'onclick="y' not in html
    assert 'data-label="A &quot;label&quot;"' in html
    assert 'value="k&quot;"' in html


@pytest.mark.parametrize(
    ("number", "expected"),
    [("1", [1, 2, 0, 9]), ("5", [1, 0, 4, 5, 6, 0, 9]), ("9", [1, 0, 8, 9])],
)
def test_pager_shows_ends_and_neighbours(number: str, expected: list[int]) -> None:
    page = Page(total=90, number=number, size="", sizes=(10,))
    assert [link.number for link in page.links(str)] == expected


def test_fifty_rows_of_ten_cells_stay_cheap() -> None:
    columns = [Column(f"c{n}", f"C {n}", link=(lambda row: "/x") if n == 0 else None) for n in range(10)]
    rows = [{f"c{n}": f"value {row} {n}" for n in range(10)} for row in range(50)]
    started = time.perf_counter()
    body(columns, rows, lambda row: "k")
    assert time.perf_counter() - started < 0.02


def test_request_factory_page_without_htmx(rf: RequestFactory) -> None:
    assert is_partial(rf.get("/", headers=HTMX))
    assert not is_partial(rf.get("/"))


def test_a_list_without_search_and_filters_has_no_empty_bar(rf: RequestFactory) -> None:
    class Plain(Table):
        name = "plain"
        caption = "Plain"
        columns = (Column("name", "Name"),)

    request = rf.get("/")
    request.actor = user_with(Role.SCHOOL_ADMIN).actor(date(2026, 6, 15))  # type: ignore[attr-defined]
    table = Plain(request, get_user_model().objects.all())
    page = render_to_string("components/table_card.html", {"table": table}, request)
    assert 'role="search"' not in page
