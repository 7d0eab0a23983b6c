"""XLSX sheets as rows of text, read as a stream; formulas give their last value, nothing runs."""

import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

import openpyxl
from defusedxml import DefusedXmlException
from django.utils.translation import gettext_lazy as _

from apps.interop.services.decoding import HEAD, MAX_COLUMNS, FileRefused, Line

MAX_ROWS: Final = 500_000
# Its texts are held in memory, so a workbook may unpack to far less than a CSV file.
MAX_UNPACKED: Final = 64 * 1024 * 1024
_FAULTS: Final = (
    BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    TypeError,
    DefusedXmlException,
)


def sheets_of(content: IO[bytes], name: str) -> Iterator[tuple[str, Iterator[Line]]]:
    """(name, rows) of each visible sheet."""
    with ZipFile(content) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise FileRefused("WORKBOOK_TOO_LARGE", _("This workbook is too large; save it as CSV."), name)
        if any(_declares_a_type(archive, entry) for entry in archive.infolist()):
            raise FileRefused("WORKBOOK_UNREADABLE", _("This workbook is damaged."), name)
    try:
        book = openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
    except (*_FAULTS, SyntaxError) as fault:
        raise FileRefused("WORKBOOK_UNREADABLE", _("This workbook is damaged."), name) from fault
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            title = f"{name} · {sheet.title}" if len(sheets) > 1 else name
            yield title, _rows(sheet, name)
    finally:
        book.close()


def _declares_a_type(archive: ZipFile, entry: ZipInfo) -> bool:
    """A workbook needs no document type, where entities would be declared; which parser reads it matters
    not.
    """
    try:
        with archive.open(entry) as part:
            return b"<!DOCTYPE" in part.read(HEAD)
    except (*_FAULTS, RuntimeError, NotImplementedError):
        return False  # what cannot be read is refused where it is read


def _rows(sheet: Any, name: str) -> Iterator[Line]:
    sheet.reset_dimensions()  # the size a workbook declares is not always true
    try:
        for line, values in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1):
            if line > MAX_ROWS:
                raise FileRefused("TOO_MANY_ROWS", _("No roster has so many rows."), name)
            cells = [_text(value) for value in values]
            if any(cells):
                yield line, cells
    except (*_FAULTS, SyntaxError) as fault:
        raise FileRefused("WORKBOOK_UNREADABLE", _("This workbook is damaged."), name) from fault


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\x00", "")
