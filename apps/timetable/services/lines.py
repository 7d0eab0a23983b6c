"""Reading an uploaded CSV line by line, with every fault told as line, column, value and remedy."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from apps.core.errors import DomainError

MOST_LINES: Final = 200_000
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "cp1252")


@dataclass(frozen=True)
class LineFault:
    """One thing wrong in a file; `message` says how to mend it. Line 1 is the header."""

    line: int
    column: str
    code: str
    value: str
    message: str


@dataclass(frozen=True)
class Line:
    """One line by column name (lower case, no spaces around)."""

    number: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def fault(self, column: str, code: str, message: object) -> LineFault:
        return LineFault(self.number, column, code, self[column][:100], str(message))


def read_lines(content: bytes, *, required: Sequence[str]) -> Iterator[Line]:
    """The lines after the header; refuses a file without the required columns."""
    reader = csv.reader(io.StringIO(text_of(content), newline=""), strict=False)
    header = [name.strip().casefold() for name in next(reader, [])]
    missing = [name for name in required if name not in header]
    if missing:
        raise DomainError(
            "COLUMNS_MISSING",
            _("The file lacks the columns %s. Its first line names the columns.") % ", ".join(missing),
            "file",
        )
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if reader.line_num > MOST_LINES:
            raise DomainError("TOO_LONG", _("The file has more than %d lines. Cut it.") % MOST_LINES, "file")
        padded = [*cells, *[""] * (len(header) - len(cells))]
        yield Line(reader.line_num, {name: cell.strip() for name, cell in zip(header, padded, strict=False)})


def text_of(content: bytes) -> str:
    """UTF-8, else what spreadsheets of older systems write."""
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DomainError(
            "NOT_TEXT", _("This is not a CSV file. Save the sheet as CSV and try again."), "file"
        )
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    raise DomainError("NOT_TEXT", _("This is not a CSV file. Save the sheet as CSV and try again."), "file")
