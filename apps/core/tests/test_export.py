"""One writer for files: no cell of it is ever a formula."""

import asyncio
import csv
import io
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import AsyncRequestFactory, RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from apps.core.export import csv_chunks, export_response, neutralise, write_xlsx

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "  =1+1",
    "\u3000=1",
]


def read_csv(header: list[object], rows: list[list[object]]) -> list[list[str]]:
    text = b"".join(csv_chunks(header, rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def read_xlsx(header: list[object], rows: list[list[object]]) -> list[list[Any]]:
    target = io.BytesIO()
    write_xlsx(target, header, rows)
    return [list(row) for row in load_workbook(target).worksheets[0].iter_rows()]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_is_made_harmless_in_both_kinds(text: str) -> None:
    assert read_csv(["h"], [[text]])[1][0].startswith("'")
    cell = read_xlsx(["h"], [[text]])[1][0]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_in_a_header_is_made_harmless(text: str) -> None:
    assert read_csv([text], [])[0][0].startswith("'")
    assert read_xlsx([text], [])[0][0].data_type == "s"


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = unicodedata.normalize("NFKC", neutralise(text)).lstrip(" \u200b\ufeff")
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text())
def test_xlsx_takes_any_text(text: str) -> None:
    assert read_xlsx(["h"], [[text]])[1][0].data_type in {"s", "inlineStr"}


@given(st.text(alphabet=st.characters(categories=("L", "Nd")), min_size=1))
def test_plain_text_is_untouched(text: str) -> None:
    assert neutralise(text) == text


def test_numbers_and_dates_keep_their_type() -> None:
    row = [
        -5,
        Decimal("-12.50"),
        1.5,
        date(2026, 6, 15),
        datetime(2026, 6, 15, 4, 30, tzinfo=UTC),
        True,
        None,
    ]
    assert read_csv(["h"] * 7, [row])[1] == [
        "-5",
        "-12.50",
        "1.5",
        "2026-06-15",
        "2026-06-15 10:00:00",
        "true",
        "",
    ]
    cells = read_xlsx(["h"] * 7, [row])[1]
    assert [cell.data_type for cell in cells[:6]] == ["n", "n", "n", "d", "d", "b"]
    assert cells[4].value == datetime(2026, 6, 15, 10, 0)


def test_numbers_that_no_sheet_knows_become_text() -> None:
    assert read_csv(["h"], [[float("nan")], [Decimal("-Infinity")]])[1:] == [["nan"], ["'-Infinity"]]


def test_semicolons_stay_inside_their_cell() -> None:
    assert b'"Rao; =1+1"' in b"".join(csv_chunks(["h"], [["Rao; =1+1"]]))


def test_hindi_survives_with_a_byte_order_mark() -> None:
    data = b"".join(csv_chunks(["नाम"], [["अनन्या"]]))
    assert data.startswith(b"\xef\xbb\xbf")
    assert read_csv(["नाम"], [["अनन्या"]]) == [["नाम"], ["अनन्या"]]


def test_rows_are_read_as_they_are_sent() -> None:
    taken = []

    def rows() -> Iterator[list[int]]:
        for number in range(2000):
            taken.append(number)
            yield [number]

    chunks = csv_chunks(["n"], rows())
    next(chunks)
    next(chunks)
    assert len(taken) < 1000


def test_file_is_named_after_what_it_holds() -> None:
    response = export_response(RequestFactory().get("/"), "csv", "Pupils of 9A", ["h"], [])
    assert 'filename="pupils-of-9a-' in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"


def test_asgi_gets_an_async_stream() -> None:
    response = export_response(AsyncRequestFactory().get("/"), "csv", "x", ["h"], [["a"]])

    async def whole() -> bytes:
        return b"".join([chunk async for chunk in response])

    assert response.is_async
    # A thread of its own: browser tests keep a loop running in this one.
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(asyncio.run, whole()).result() == b'\xef\xbb\xbf"h"\r\n"a"\r\n'
