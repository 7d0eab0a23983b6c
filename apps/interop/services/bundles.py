"""An upload becomes a clean bundle: only tables, only columns we carry, never a password.

The bundle is a zip of our own making, one file of JSON lines per table, `[line, cell, ...]`. Nothing of the
original is kept, so nothing hidden in it survives.
"""

import io
import json
import stat
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from typing import IO, Any, Final

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from apps.core.sniffing import XLSX, ZIP, media_type_of
from apps.interop.services import decoding, headless, tables, workbooks
from apps.interop.services.decoding import FileRefused, Line

MB: Final = 1024 * 1024
MAX_UPLOAD: Final = 100 * MB
MAX_FILES: Final = 60
MAX_UNPACKED: Final = 300 * MB
MAX_CELL: Final = 10_000
_TABLE_ENDINGS: Final = (".csv", ".tsv", ".txt", ".tab")
_LITTER: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass
class Part:
    """One table of an upload, as it is remembered: `headers` of the kept columns, `dropped` the others."""

    name: str
    table: str
    headers: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    rows: int = 0
    encoding: str = ""
    note: str = ""
    sample: list[list[str]] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [tables.key_of(header) for header in self.headers]


@dataclass(frozen=True)
class Sheet:
    """A part with its rows."""

    part: Part
    source: zipfile.ZipFile
    member: str

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def table(self) -> str:
        return self.part.table

    def rows(self) -> Iterator[Line]:
        with self.source.open(self.member) as lines:
            for text in lines:
                line, *cells = json.loads(text)
                yield line, cells


def pack(uploads: "Sequence[File[Any]]", target: IO[bytes]) -> list[Part]:
    """Read every table of the uploads into `target`; refuse what is no roster, naming the file and the
    reason.
    """
    if not uploads:
        raise FileRefused("FILE_MISSING", _("Choose a file first."), "")
    if sum(upload.size for upload in uploads) > MAX_UPLOAD:
        raise FileRefused("FILE_TOO_LARGE", _("Together the files are larger than 100 MB."), "")
    parts: list[Part] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as bundle:
        for upload in uploads:
            for name, rows, encoding in _tables_in(upload):
                _refuse_twice(name, parts)
                parts.append(_packed(bundle, f"{len(parts)}.jsonl", name, rows, encoding))
    if not any(part.rows or part.note == "no_header" for part in parts):
        raise FileRefused("NOTHING_INSIDE", _("There is no table with rows in this upload."), "")
    return parts


def unpack(source: IO[bytes], outline: Iterable[dict[str, Any]]) -> list[Sheet]:
    archive = zipfile.ZipFile(source)
    sheets = [
        Sheet(Part(**part), archive, f"{index}.jsonl") for index, part in enumerate(outline) if part["rows"]
    ]
    return sorted(sheets, key=lambda sheet: tables.ORDER.get(sheet.table, len(tables.ORDER)))


def outline_of(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [asdict(part) for part in parts]


# --- what is inside an upload ---


def _tables_in(upload: "File[Any]", *, inside: bool = False) -> Iterator[tuple[str, Iterator[Line], str]]:
    name = (upload.name or "file").replace("\\", "/").rsplit("/", 1)[-1]
    if not upload.size:
        raise FileRefused("FILE_EMPTY", _("This file is empty."), name)
    upload.seek(0)
    if upload.read(4) != b"PK\x03\x04":
        encoding = decoding.encoding_of(upload, name)
        yield name, decoding.rows_of(upload, encoding, name), encoding
        return
    kind = media_type_of(upload, name)  # refuses bombs, escapes, macros
    upload.seek(0)
    if kind == XLSX:
        for title, rows in workbooks.sheets_of(upload, name):
            yield title, rows, "xlsx"
    elif kind == ZIP and not inside:
        yield from _tables_in_archive(upload, name)
    else:
        raise FileRefused("NOT_A_TABLE", _("This is neither a table nor an archive of tables."), name)


def _tables_in_archive(upload: "File[Any]", name: str) -> Iterator[tuple[str, Iterator[Line], str]]:
    with zipfile.ZipFile(upload) as archive:
        entries = [entry for entry in archive.infolist() if not _is_litter(entry)]
        _refuse_entries(entries, name)
        for entry in entries:
            short = entry.filename.rsplit("/", 1)[-1]
            if not short.lower().endswith((*_TABLE_ENDINGS, ".xlsx")) or not entry.file_size:
                continue
            with _content(archive, entry) as content:
                yield from _tables_in(File(content, name=short), inside=True)


def _is_litter(entry: zipfile.ZipInfo) -> bool:
    return entry.is_dir() or any(litter in entry.filename for litter in _LITTER)


def _refuse_entries(entries: Sequence[zipfile.ZipInfo], name: str) -> None:
    if len(entries) > MAX_FILES:
        raise FileRefused("TOO_MANY_FILES", _("No roster has so many files."), name)
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("ENCRYPTED", _("The archive is locked with a password; send it unlocked."), name)
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise FileRefused("LINKS_INSIDE", _("The archive holds links instead of files."), name)
    if any("\\" in entry.filename or ":" in entry.filename for entry in entries):
        raise FileRefused("ODD_PLACES", _("The archive wants to unpack to odd places."), name)
    if any(entry.filename.lower().endswith((".zip", ".7z", ".gz", ".rar")) for entry in entries):
        raise FileRefused(
            "ARCHIVE_INSIDE", _("There is an archive inside the archive; unpack it first."), name
        )


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes]:
    """The entry's bytes, counted while they come: what the archive says about sizes is not believed."""
    content = tempfile.SpooledTemporaryFile(max_size=8 * MB)  # noqa: SIM115  # lives as long as its rows are read
    total = 0
    try:
        with archive.open(entry) as packed:
            while chunk := packed.read(decoding.CHUNK):
                total += len(chunk)
                if total > min(MAX_UNPACKED, entry.file_size):
                    raise FileRefused(
                        "ARCHIVE_REFUSED", _("It unpacks to more than it says."), entry.filename
                    )
                content.write(chunk)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as fault:
        raise FileRefused("ARCHIVE_UNREADABLE", _("The archive is damaged."), entry.filename) from fault
    content.seek(0)
    return content


# --- one table ---


def _packed(bundle: zipfile.ZipFile, member: str, name: str, rows: Iterator[Line], encoding: str) -> Part:
    first, rows = _header_in(rows)
    if first is None:
        return Part(name, tables.NOT_CARRIED, note="empty")
    header = [cell.strip("\ufeff \t\r\n") for cell in first[1]]
    if unwritten := headless.header_of(tables.stem_of(name), header):
        header, rows = unwritten, chain([first], rows)
    part, kept = _part(name, header, encoding)
    if part.table == tables.NOT_CARRIED:
        return part
    width = len(header)
    with bundle.open(member, "w") as target:
        out = io.TextIOWrapper(target, encoding="utf-8", write_through=False)
        for line, cells in rows:
            out.write(json.dumps([line, *_kept(cells, kept, width, name, line)], ensure_ascii=False) + "\n")
            part.rows += 1
            if part.table == tables.PLAIN and len(part.sample) < 3:
                part.sample.append([cell[:60] for cell in _kept(cells, kept, width, name, line)[: len(kept)]])
        out.flush()
        out.detach()
    return part


def _header_in(rows: Iterator[Line]) -> tuple[Line | None, Iterator[Line]]:
    """The first row with several cells, past lines of a title, and the rows behind it."""
    titles: list[Line] = []
    for row in islice(rows, decoding.TITLE_LINES + 1):
        if sum(bool(cell.strip()) for cell in row[1]) > 1:
            return row, rows
        titles.append(row)
    return (titles[0], chain(titles[1:], rows)) if titles else (None, rows)


def _part(name: str, header: Sequence[str], encoding: str) -> tuple[Part, list[int]]:
    """What this header is, and which columns stay."""
    keys = [tables.key_of(cell) for cell in header]
    table = tables.table_of(header, name)
    if table is None:
        if len(header) < 2 or tables.looks_like_data(header):
            return Part(name, tables.NOT_CARRIED, encoding=encoding, note="no_header"), []
        kept = [i for i, key in enumerate(keys) if key and not tables.is_secret(key)]
    else:
        wanted = table.keeps | table.refers.keys()
        kept = [i for i, key in enumerate(keys) if key in wanted and not tables.is_secret(key)]
    kept = [i for i in kept if keys.index(keys[i]) == i]  # a column named twice: the first counts
    dropped = [header[i] for i in range(len(header)) if i not in kept and header[i]]
    table_name = table.name if table else tables.PLAIN
    return Part(name, table_name, [header[i] for i in kept], dropped, encoding=encoding), kept


def _kept(cells: Sequence[str], kept: Sequence[int], width: int, name: str, line: int) -> list[Any]:
    """The kept cells, then how the row's length differs from the header's (0 when it fits)."""
    width_seen = len(cells)
    while width_seen > width and not cells[width_seen - 1].strip():
        width_seen -= 1
    values = [cells[i] if i < width_seen else "" for i in kept]
    if any(len(value) > MAX_CELL for value in values):
        raise FileRefused(
            "CELL_TOO_LONG", _("Line %(line)s has a cell as long as a book.") % {"line": line}, name
        )
    if any("\x00" in value for value in values):
        raise FileRefused("NOT_A_TABLE", _("This file holds zero bytes, so it is no text."), name)
    return [*values, width_seen - width]


def _refuse_twice(name: str, parts: Sequence[Part]) -> None:
    if any(part.name.casefold() == name.casefold() for part in parts):
        raise FileRefused("FILE_TWICE", _("There are two files with this name; send one of them."), name)
