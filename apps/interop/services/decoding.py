"""From bytes to rows of text: encodings, separators, quotes."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO, Final

from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError

CHUNK: Final = 256 * 1024
HEAD: Final = 64 * 1024
MAX_COLUMNS: Final = 500
TITLE_LINES: Final = 5  # that may stand above a header
DELIMITERS: Final = ",;\t|"
# Files that are surely not text; everything else is judged by its bytes.
_MAGIC: Final = (
    b"PK\x03\x04",
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"MZ",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BZh",
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Line = tuple[int, list[str]]


class FileRefused(DomainError):
    """A file that cannot be read at all; nothing of the upload is kept."""

    def __init__(self, code: str, message: object, name: str) -> None:
        super().__init__(code, f"{name}: {message}" if name else message, "file")


def encoding_of(content: IO[bytes], name: str) -> str:
    """The encoding by mark, by the pattern of zero bytes, by trying UTF-8; Western European text
    otherwise.
    """
    content.seek(0)
    head = content.read(HEAD)
    if any(head.startswith(magic) for magic in _MAGIC):
        raise FileRefused("NOT_A_TABLE", _("This is neither a table nor text."), name)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if b"\x00" in head:
        return _wide(head, name)
    return "utf-8" if _is_utf8(content, name) else "cp1252"


def rows_of(content: IO[bytes], encoding: str, name: str) -> Iterator[Line]:
    """(line the row begins on, cells); blank rows are passed over."""
    content.seek(0)
    # cp1252 leaves five bytes open; they become a visible replacement instead of a fault.
    errors = "replace" if encoding == "cp1252" else "strict"
    text = io.TextIOWrapper(content, encoding=encoding, errors=errors, newline="")
    try:
        yield from _parsed(text, name)
    except UnicodeError as fault:
        raise FileRefused("ENCODING_UNREADABLE", _("The text is damaged; save it as UTF-8."), name) from fault
    except csv.Error as fault:
        message = _("The quotes in this file do not match, or a cell is far too long.")
        raise FileRefused("TABLE_UNREADABLE", message, name) from fault
    finally:
        text.detach()


def _parsed(text: io.TextIOWrapper, name: str) -> Iterator[Line]:
    delimiter = _delimiter_in(text)
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter)
    begins = 1
    for cells in reader:
        if len(cells) > MAX_COLUMNS:
            raise FileRefused("TOO_MANY_COLUMNS", _("No roster has so many columns."), name)
        if any(cell and not cell.isspace() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _delimiter_in(text: io.TextIOWrapper) -> str:
    """That of the first line with several pieces: a title may stand above the header."""
    for _line in range(TITLE_LINES + 1):
        line = text.readline(HEAD)
        delimiter = delimiter_of(line)
        if delimiter in line:
            return delimiter
    return DELIMITERS[0]


def delimiter_of(header: str) -> str:
    """The separator that cuts the header into most pieces, looking past quoted ones."""
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))


def _wide(head: bytes, name: str) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 5 and even < len(head) // 50:
        return "utf-16-le"
    if even > len(head) // 5 and odd < len(head) // 50:
        return "utf-16-be"
    raise FileRefused("NOT_A_TABLE", _("This file holds zero bytes, so it is no text."), name)


def _is_utf8(content: IO[bytes], name: str) -> bool:
    content.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := content.read(CHUNK):
            if b"\x00" in chunk:
                raise FileRefused("NOT_A_TABLE", _("This file holds zero bytes, so it is no text."), name)
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
