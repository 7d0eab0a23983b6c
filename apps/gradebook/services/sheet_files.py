"""A gradebook as a workbook: out, and in again by way of a list of what would change."""

import csv
import io
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

import openpyxl
from defusedxml import DefusedXmlException
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from apps.academics.models import Section
from apps.core import files
from apps.core.errors import DomainError
from apps.core.models import StoredFile
from apps.core.policy import Actor
from apps.core.sniffing import XLSX, media_type_of, require_light
from apps.gradebook.models import LineItem
from apps.gradebook.selectors.entries import Entry, plain
from apps.gradebook.selectors.sheets import Row, Sheet
from apps.gradebook.services.results import REFUSED, SAVED, Cell, Saved, rehearse_results, save_all_results
from apps.timetable.services import kept

if TYPE_CHECKING:
    from django.core.files.base import File

PURPOSE: Final = "gradebook-sheet"
MOST_BYTES: Final = 5 * files.MB
_MOST_UNPACKED: Final = 16 * files.MB
_MOST_ROWS: Final = 1000
_MOST_COLUMNS: Final = 300
_FIXED: Final = 2
# What empties a cell; an empty one in the file leaves the mark as it is.
_EMPTIES: Final = frozenset({"-", "–"})
_STEP: Final = Decimal("0.001")
_FAULTS: Final = (
    BadZipFile, KeyError, ValueError, OSError, EOFError, TypeError, SyntaxError, DefusedXmlException,
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One cell of the file that says something else than the gradebook."""

    student: str
    item: str
    old: str
    new: str


@dataclass(frozen=True)
class Problem:
    """One cell that does not fit: its row, the letter of its column, and how to mend it."""

    row: int
    column: str
    value: str
    message: str


@dataclass
class SheetUpload:
    """What a file would do. `file` is the plan, kept until it is applied."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    file: StoredFile | None = None


@dataclass(frozen=True)
class _Found:
    """A cell of the file and where it stands."""

    cell: Cell
    row: int
    column: str


def sheet_header(made: Sheet) -> list[str]:
    return [_("Admission number"), _("Name"), *_headings(made.items).values(), _("Total"), _("Grade")]


def sheet_rows(made: Sheet) -> Iterator[list[Any]]:
    """One pupil a row: marks as numbers, anything else as it is typed."""
    for row in made.rows:
        total = made.sums(row.student.pk).term
        cells = [made.cell(row.student.pk, one.pk) for one in made.items]
        marks = [_written(one.entry) if one else "" for one in cells]
        yield [row.student.admission_number, row.student.full_name, *marks, total.percent, total.label]


def check_sheet(*, actor: Actor, made: Sheet, file: "File[Any]") -> SheetUpload:
    """The dry run of a workbook; where it changes something its plan is kept for a while."""
    upload = SheetUpload()
    found = list(_cells(made, _lines(file), upload))
    saved = rehearse_results(actor=actor, section=made.section, cells=[one.cell for one in found])
    planned = []
    names = {row.student.pk: row.student.full_name for row in made.rows}
    titles = _headings(made.items)
    for one, outcome in zip(found, saved.outcomes, strict=True):
        cell = one.cell
        if outcome.state == REFUSED and outcome.problem:
            upload.problems.append(Problem(one.row, one.column, str(cell.entry), outcome.problem.message))
        elif outcome.state == SAVED and outcome.result:
            standing = made.cell(cell.student_id, cell.line_item_id)
            old = str(standing.entry) if standing else ""
            new = str(Entry.of(outcome.result))
            upload.changes.append(Change(names[cell.student_id], titles[cell.line_item_id], old, new))
            planned.append(cell)
        else:
            upload.unchanged += 1
    if planned:
        upload.file = kept.keep_upload(actor=actor, content=_plan(planned), purpose=PURPOSE)
    return upload


@transaction.atomic
def apply_sheet(
    *, actor: Actor, section: Section, file_id: uuid.UUID, now: datetime, reason: str = ""
) -> Saved:
    """Write what the dry run showed, all or nothing: a mark changed meanwhile refuses the whole."""
    file = kept.kept_upload(actor=actor, file_id=file_id, purpose=PURPOSE, now=now)
    cells = list(_planned(kept.content_of(file)))
    saved = save_all_results(actor=actor, section=section, cells=cells, now=now, reason=reason)
    files.discard(file)
    return saved


def _headings(items: Sequence[LineItem]) -> dict[uuid.UUID, str]:
    """Title and maximum; items that look alike are numbered, so that each column finds its item again."""
    seen: Counter[str] = Counter()
    names = {}
    for one in items:
        name = f"{one.title} ({plain(one.maximum)})"
        seen[name] += 1
        names[one.pk] = name if seen[name] == 1 else f"{name} #{seen[name]}"
    return names


def _written(entry: Entry) -> Any:
    if entry.score is None or entry.text_score or entry.days_late:
        return str(entry)
    return entry.score.normalize() if entry.score else Decimal(0)


def _lines(file: "File[Any]") -> list[list[str]]:
    """The first sheet as text. Formulas give their last value; nothing runs."""
    if file.size > MOST_BYTES:
        raise DomainError("FILE_TOO_LARGE", _("The file is larger than 5 MB."), "file")
    content = io.BytesIO(file.read())
    if media_type_of(content, file.name or "") != XLSX:
        raise DomainError(
            "NOT_A_WORKBOOK", _("This is not an XLSX workbook. Save the sheet as XLSX."), "file"
        )
    require_light(content, _MOST_UNPACKED)
    try:
        book = openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # the size a workbook declares is not always true
        rows = sheet.iter_rows(values_only=True, max_row=_MOST_ROWS, max_col=_MOST_COLUMNS)
        return [[_text(value) for value in row] for row in rows]
    except (*_FAULTS, IndexError) as fault:
        raise DomainError("DAMAGED", _("This workbook is damaged."), "file") from fault


def _cells(made: Sheet, lines: list[list[str]], upload: SheetUpload) -> Iterator[_Found]:
    columns = _columns(made, lines[0] if lines else [], upload)
    rows = {one.student.admission_number: one for one in made.rows}
    seen: set[str] = set()
    for number, line in enumerate(lines[1:], start=2):
        key = line[0].removeprefix("'") if line else ""
        if not any(line):
            continue
        if key not in rows or key in seen:
            message = _("This pupil stands twice.") if key in seen else _("No pupil here has this number.")
            upload.problems.append(Problem(number, "A", key, message))
            continue
        seen.add(key)
        yield from _of_row(made, rows[key], number, line, columns)


def _of_row(
    made: Sheet, row: Row, number: int, line: list[str], columns: Mapping[int, LineItem]
) -> Iterator[_Found]:
    for index, item in columns.items():
        text = line[index] if index < len(line) else ""
        if not text:
            continue
        standing = made.cell(row.student.pk, item.pk)
        # Our own writer disarms a dash that stands alone.
        entry = "" if text.removeprefix("'") in _EMPTIES else text
        cell = Cell(item.pk, row.student.pk, standing.version if standing else 0, entry)
        yield _Found(cell, number, get_column_letter(index + 1))


def _columns(made: Sheet, header: list[str], upload: SheetUpload) -> dict[int, LineItem]:
    """Which item each column is of: by our own heading, or by a title or code that is one item's only."""
    known: dict[str, LineItem | None] = {}
    for each, heading in zip(made.items, _headings(made.items).values(), strict=True):
        for name in {each.title.casefold(), each.code.casefold()} - {""}:
            known[name] = None if name in known else each
        known[heading.casefold()] = each
    ours = {name.casefold() for name in (_("Total"), _("Grade"))}
    found: dict[int, LineItem] = {}
    for index, name in enumerate(header[_FIXED:], start=_FIXED):
        item = known.get(name.removeprefix("'").casefold())
        if item is None or item in found.values():
            if name and name.casefold() not in ours:
                message = _("No item of this term has that name, or more than one has.")
                upload.problems.append(Problem(1, get_column_letter(index + 1), name, message))
        else:
            found[index] = item
    if not found:
        raise DomainError(
            "COLUMNS_MISSING",
            _("No column of the file is an item of this term. Begin with a download."),
            "file",
        )
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return plain(Decimal(str(value)).quantize(_STEP))
        except InvalidOperation:
            return str(value)
    return str(value).replace("\x00", "").strip()


def _plan(cells: Sequence[Cell]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    for one in cells:
        writer.writerow([one.line_item_id, one.student_id, one.version, one.entry])
    return text.getvalue().encode()


def _planned(content: bytes) -> Iterator[Cell]:
    for item, student, version, entry in csv.reader(io.StringIO(content.decode())):
        yield Cell(uuid.UUID(item), uuid.UUID(student), int(version), entry)
