"""Lists, searches, filters, exports: whatever is asked, nothing comes out that its reader must not read."""

import uuid
from itertools import product
from typing import Any

import pytest
from django.urls import reverse

from schools24.tests import matrix
from schools24.tests.addresses import addresses
from schools24.tests.matrix import LETTERS, Line
from schools24.tests.principals import Answer, Principals
from schools24.tests.test_matrix_whole import OPEN, is_open

pytestmark = pytest.mark.django_db

LINES = {(line.url, line.method): line for line in matrix.lines()}
# Addresses of no single row.
LISTS = [
    line
    for line in LINES.values()
    if line.method == "GET" and not addresses()[line.name].takes and "?" not in line.url
]
API_LISTS = [line for line in LISTS if line.url.startswith("api:")]
PAGES = [line for line in LISTS if not line.url.startswith("api:")]
DETAILS = [
    (line, detail)
    for line in API_LISTS
    if (detail := LINES.get((line.url.removesuffix("-list") + "-detail", "GET"))) and line.noun == detail.noun
]
# A stream that stays open, and one that is asked below.
UNASKED = {"api:events-stream", "admin:autocomplete"}
OF_PAGES = (
    "q=Zx",
    "s=Zx",
    "q=Zx&export=csv",
    "export=csv&all=1",
    "export=xlsx&status=",
    "per=100&page=1&sort=-name",
    "all=1&per=100",
    "session=&status=withdrawn",
)


def reads(principals: Principals, letter: str, path: str, *, partial: bool = False) -> Answer:
    """The answer, once it is known to hold nothing it must not."""
    answer = principals.ask(letter, "GET", path, headers={"HX-Request": "true"} if partial else None)
    assert (letter, path, principals.leaks(letter, answer)) == (letter, path, [])
    assert answer.status < 500, (letter, path, answer.fault)
    return answer


def readers(line: Line) -> list[str]:
    return sorted(letter for letter in LETTERS if line.expected(letter, "own") == "through")


@pytest.mark.parametrize(("line", "detail"), DETAILS, ids=lambda line: line.url)
def test_a_list_shows_what_opens_one_by_one(line: Line, detail: Line, principals: Principals) -> None:
    rows = principals.world.rows[line.noun]
    for letter in readers(line):
        answer = reads(principals, letter, f"{reverse(line.url)}?per_page=100")
        shown = {relation for relation, row in rows.items() if str(row.pk) in answer.text}
        opens = {relation for relation in rows if detail.expected(letter, relation) == "through"}

        assert (letter, shown) == (letter, opens - {"foreign"})


@pytest.mark.parametrize("line", PAGES, ids=lambda line: line.url)
def test_pages_however_they_are_asked(line: Line, principals: Principals) -> None:
    for letter, query in product(readers(line), OF_PAGES):
        reads(principals, letter, f"{reverse(line.url)}?{query}")
    for letter in readers(line):
        reads(principals, letter, f"{reverse(line.url)}?q=Zx", partial=True)


@pytest.mark.parametrize("line", API_LISTS, ids=lambda line: line.url)
def test_endpoints_however_they_are_asked(line: Line, principals: Principals) -> None:
    view = addresses()[line.url].view
    orders = [f"ordering={sign}{name}" for name in getattr(view, "ordering_fields", ()) for sign in ("", "-")]
    expand = f"expand={','.join(getattr(view, 'expandable', {}))}&per_page=100"
    queries = ("search=Zx&per_page=100", expand, "page=2", "fields=id", *orders)
    for letter, query in product(readers(line), queries):
        reads(principals, letter, f"{reverse(line.url)}?{query}")


def filters_of(view: Any) -> list[str]:
    declared = getattr(view, "filterset_class", None)
    return [*(declared.base_filters if declared else getattr(view, "filterset_fields", None) or ())]


FILTERS = [(line, name) for line in API_LISTS for name in filters_of(addresses()[line.url].view)]


@pytest.mark.parametrize(("line", "name"), FILTERS, ids=str)
def test_a_filter_tells_nothing_of_a_foreign_row(line: Line, name: str, principals: Principals) -> None:
    """The id of another school's row, or of one out of reach, is answered like one that does not exist."""
    nouns = {"code": "code", "bell_schedule": "bells", "teacher": "staff"}
    noun = nouns.get(name, name.replace("_", "-"))
    rows = principals.world.rows.get(noun, principals.world.rows["student"])
    unknown = uuid.uuid4()
    for letter in readers(line):
        plain = reads(principals, letter, f"{reverse(line.url)}?{name}={unknown}")
        for row in rows.values():
            answer = reads(principals, letter, f"{reverse(line.url)}?{name}={row.pk}")
            if row is rows.get("foreign"):
                assert _outline(answer) == _outline(plain)


def _outline(answer: Answer) -> tuple[int, bool]:
    return answer.status, '"data":[]' in answer.text


def test_first_pages_and_open_addresses(principals: Principals) -> None:
    paths = [
        reverse(name)
        for name, address in addresses().items()
        if is_open(name) and "<" not in address.pattern and name not in UNASKED
    ]
    assert len(paths) > len(OPEN) / 2
    for letter, path in product(sorted(LETTERS), paths):
        reads(principals, letter, path)


def test_search_finds_for_everybody_what_they_may_read(principals: Principals) -> None:
    path = f"{reverse('portals:search')}?q=Zx"
    for letter in sorted(LETTERS):
        reads(principals, letter, path, partial=True)
    by_the_admin = principals.ask("A", "GET", path).text
    by_a_teacher = principals.ask("T", "GET", path).text

    assert "ZxStudentSouthNamex" in by_the_admin
    assert "ZxStudentMateNamex" in by_a_teacher
    assert "ZxStudentOtherNamex" not in by_a_teacher


def test_choices_of_the_back_office_are_permitted_rows(principals: Principals) -> None:
    query = "app_label=accounts&model_name=roleassignment&field_name=user&term=Zx"
    for letter in "ACR$T":
        reads(principals, letter, f"{reverse('admin:autocomplete')}?{query}")


@pytest.mark.parametrize("column", ["phone__startswith", "address__icontains", "guardianships__relation"])
def test_no_column_of_the_back_office_is_guessed(column: str, principals: Principals) -> None:
    path = reverse("admin:academics_student_changelist")

    assert principals.ask("$", "GET", f"{path}?{column}=Zx").status == 400


def test_a_link_to_a_file_is_for_one_person(principals: Principals) -> None:
    line = LINES["file-download", "GET"]
    path = principals.address(line, "G", "own")
    opened = {letter: principals.ask(letter, "GET", path).status for letter in sorted(LETTERS)}

    assert opened == {**dict.fromkeys(sorted(LETTERS), 404), "G": 200}


CARDS = ("people", "children", "requests", "waiting", "board", "problems", "news")


def test_a_card_of_somebody_else_stays_empty(principals: Principals) -> None:
    for letter, key in product(sorted(LETTERS), CARDS):
        reads(principals, letter, reverse("portals:today-card", args=[key]))
