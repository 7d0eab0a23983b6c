"""The matrix is whole: every address and method stands in it, and every text says who may read it."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from schools24 import urls
from schools24.tests import matrix
from schools24.tests.addresses import Address, addresses
from schools24.tests.matrix import LETTERS
from schools24.tests.principals import Principals
from schools24.tests.test_matrix import GIVEN

LISTED = {(line.name, line.method): line for line in matrix.lines()}
NAMES = {name for name, _ in LISTED}
OPEN = matrix.open_addresses()


def is_open(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in OPEN) and name not in NAMES


def missing_lines(known: dict[str, Address]) -> list[str]:
    """What to add, ready to be pasted and filled in."""
    absent = []
    for address in known.values():
        said = {method for name, method in LISTED if name == address.name}
        wanted = address.methods - said if said or address.methods else {"GET"}
        if wanted and not is_open(address.name):
            methods = ",".join(sorted(wanted))
            absent.append(f"{address.name}  {methods}  ?  (/{address.pattern}, table {_table(address.name)})")
    return absent


def _table(name: str) -> str:
    app = name.split(":", maxsplit=1)[0]
    return f"schools24/tests/matrix/{app if (matrix.HERE / f'{app}.txt').exists() else '*'}.txt"


def test_every_address_and_method_stands_in_the_matrix() -> None:
    assert missing_lines(addresses()) == []


def test_the_matrix_names_no_address_that_is_gone() -> None:
    assert sorted(NAMES - set(addresses())) == []


def test_an_unlisted_address_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(request: HttpRequest) -> HttpResponse:
        return HttpResponse("everybody's")

    urlconf: Any = type(
        "urlconf", (), {"urlpatterns": [*urls.urlpatterns, path("p", planted, name="planted")]}
    )

    assert missing_lines(addresses(urlconf)) == ["planted  GET  ?  (/p, table schools24/tests/matrix/*.txt)"]


def test_an_unlisted_method_is_seen() -> None:
    known = addresses()["api:student-list"]
    more = Address(known.name, known.pattern, known.takes, known.methods | {"DELETE"})

    assert [line.split("  (")[0] for line in missing_lines({known.name: more})] == [
        "api:student-list  DELETE  ?"
    ]


@pytest.fixture
def writes() -> Iterator[list[str]]:
    """Tables that were written to; what every request notes about its own session does not count."""
    tables: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        words = str(sql).split(" ", 3)
        if words[0] in {"INSERT", "UPDATE", "DELETE"}:
            tables.append(next(word for word in words[1:] if word.startswith('"')).strip('"'))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


PAGES = sorted(
    name
    for name in NAMES
    if ("api:" not in name and (name, "GET") in LISTED and (name, "POST") not in LISTED)
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_an_unlisted_method_does_nothing(name: str, principals: Principals, writes: list[str]) -> None:
    line = LISTED[name, "GET"]
    letter = next((one for one in "ACR$TSGg" if one in line.through.get("own", LETTERS)), "A")
    takes = {**dict.fromkeys(addresses()[name].takes), **GIVEN.get(name, {})}
    path = principals.address(line, letter, "own", **takes)
    shown = principals.ask(letter, "GET", path)
    writes.clear()
    posted = principals.ask(letter, "POST", path, {"something": "else"})

    assert posted.status in {403, 404, 405, shown.status}, f"{name} answers POST; list it in {line.place}"
    assert {table for table in writes if "session" not in table} == set()


@pytest.mark.django_db
def test_every_text_says_who_may_read_it(principals: Principals) -> None:
    kinds = {kind for kind, _ in principals.world.says.values()}

    assert kinds == set(principals.sight)
