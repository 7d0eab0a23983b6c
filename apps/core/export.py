"""The one writer of CSV and XLSX files.

A cell that a spreadsheet would run as a formula is made harmless here, so no export can forget it.
Numbers and dates keep their type: a negative amount stays a number and is not touched.
"""

import csv
import io
import math
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from typing import IO, Any, Final, Literal

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Kind = Literal["csv", "xlsx"]
Row = Sequence[Any]

KINDS: Final[tuple[Kind, ...]] = ("csv", "xlsx")
CONTENT_TYPES: Final[dict[Kind, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Full-width forms count: a spreadsheet set to an East Asian language reads them as the plain signs.
TRIGGERS: Final = frozenset("=+-@|%\t\r\n＝＋－＠｜％−")
CHUNK_ROWS: Final = 500
CHUNK_BYTES: Final = 64 * 1024
MAX_CELL: Final = 32_767


def export_response(
    request: HttpRequest, kind: Kind, name: str, header: Sequence[Any], rows: Iterable[Row]
) -> StreamingHttpResponse:
    """Answer with a file named after `name` and today, sent as it is written."""
    chunks = csv_chunks(header, rows) if kind == "csv" else xlsx_chunks(header, rows)
    filename = f"{slugify(name) or 'export'}-{timezone.localdate().isoformat()}.{kind}"
    return StreamingHttpResponse(
        _suited(request, chunks),
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store"},
    )


def csv_chunks(header: Sequence[Any], rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV with a byte order mark, so that a spreadsheet reads Hindi; every text is quoted."""
    yield b"\xef\xbb\xbf"
    for lines in _groups(chain([header], rows)):
        text = io.StringIO()
        # Quoted text stays one cell even where the reader splits at semicolons.
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([_csv_cell(value) for value in line] for line in lines)
        yield text.getvalue().encode()


def xlsx_chunks(header: Sequence[Any], rows: Iterable[Row]) -> Iterator[bytes]:
    """XLSX by way of a temporary file: the format's index stands at its end."""
    with tempfile.TemporaryFile() as target:
        write_xlsx(target, header, rows)
        target.seek(0)
        while chunk := target.read(CHUNK_BYTES):
            yield chunk


def write_xlsx(target: IO[bytes], header: Sequence[Any], rows: Iterable[Row]) -> None:
    """Write one sheet with a bold, frozen header; memory does not grow with the rows."""
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    titles = [_xlsx_cell(sheet, value) for value in header]
    for title in titles:
        title.font = bold
    sheet.append(titles)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    book.save(target)


def neutralise(text: str) -> str:
    """Text that no spreadsheet runs as a formula, whatever it begins with."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    start = clean.lstrip(" \u00a0\u3000\u200b\ufeff")
    return f"'{clean}" if start and start[0] in TRIGGERS else clean


def _csv_cell(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, datetime | date | time):
        return plain.isoformat(" ", "seconds") if isinstance(plain, datetime) else plain.isoformat()
    return plain


def _xlsx_cell(sheet: WriteOnlyWorksheet, value: Any) -> Cell:
    plain = _plain(value)
    cell: Any = WriteOnlyCell(sheet)
    if isinstance(plain, str):
        # Typed as text by hand: openpyxl takes any text that begins with "=" for a formula.
        cell._value, cell.data_type = plain[:MAX_CELL], "s"
    else:
        cell.value = plain
    made: Cell = cell
    return made


def _plain(value: Any) -> Any:
    """A number, date or truth value as it is; everything else as harmless text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None)
    if isinstance(value, bool | int | date | time):
        return value
    if isinstance(value, float | Decimal) and math.isfinite(value):
        return value
    return neutralise(str(value))


def _groups(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    pending: list[Row] = []
    for row in rows:
        pending.append(row)
        if len(pending) == CHUNK_ROWS:
            yield pending
            pending = []
    yield pending


def _suited(request: HttpRequest, chunks: Iterator[bytes]) -> Iterator[bytes] | AsyncIterator[bytes]:
    return _in_thread(chunks) if isinstance(request, ASGIRequest) else chunks


async def _in_thread(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Under ASGI a plain iterator would be read to its end before the first byte is sent."""
    while (chunk := await sync_to_async(_next)(chunks)) is not None:
        yield chunk


def _next(chunks: Iterator[bytes]) -> bytes | None:
    return next(chunks, None)
