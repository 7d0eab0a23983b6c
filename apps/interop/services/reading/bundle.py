"""All sheets of an upload into one stage, whatever their formats."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from apps.interop.services import formats, tables
from apps.interop.services.bundles import Sheet
from apps.interop.services.problems import Problems
from apps.interop.services.reading.edp import Edp
from apps.interop.services.reading.marks import SECTION_MARKS, Marks
from apps.interop.services.reading.plain import Plain, keys_of
from apps.interop.services.reading.results import Results
from apps.interop.services.reading.rostered import Reader, Rostered
from apps.interop.services.reading.sds_one import SdsOne
from apps.interop.services.staging import Pointer, Stage
from apps.interop.services.values import Row, is_numeric_date, order_seen

STEP: Final = 2000
# Countries that write the month first; files of others are read day first when nothing tells.
MONTH_FIRST: Final = frozenset({"US", "PH", "FM", "PW", "MH", "GU", "AS", "PR"})
_DATE_KEYS: Final = (
    "startdate",
    "enddate",
    "begindate",
    "birthdate",
    "rolestartdate",
    "roleenddate",
    "termstartdate",
    "termenddate",
    "assigndate",
    "duedate",
)

Tick = Callable[[int], None]


class Reading:
    """Reads sheet after sheet in the order of their tables; `stage` is what comes out."""

    def __init__(
        self,
        sheets: Sequence[Sheet],
        *,
        mapping: Mapping[str, Any],
        date_order: str,
        country: str,
        tick: Tick,
    ) -> None:
        self.sheets, self.mapping, self.tick = sheets, mapping, tick
        self.stage = Stage(Problems(), inclusive_ends=formats.is_school_data_sync([s.part for s in sheets]))
        self.date_order = date_order
        month_first = country in MONTH_FIRST or {sheet.table for sheet in sheets} & tables.SDS_ONE
        self.default_order = "mdy" if month_first else "dmy"
        self.rostered = Rostered(self.stage)
        self.readers = {
            **self.rostered.readers,
            **SdsOne(self.stage).readers,
            **Edp(self.stage).readers,
            **Results(self.stage).readers,
        }

    def run(self) -> Stage:
        for sheet in self.sheets:
            self._sheet(sheet)
        self.rostered.finish()
        return self.stage

    def _sheet(self, sheet: Sheet) -> None:
        if sheet.table == "manifest":
            return
        row = Row(sheet, self.stage.problems)
        reader, date_keys = self._reader(sheet)
        row.month_first = self._order(row, date_keys) == "mdy"
        if sheet.part.encoding == "cp1252":
            self.stage.problems.add(sheet.name, 1, "", "ENCODING_GUESSED")
        for count, (line, cells) in enumerate(sheet.rows(), start=1):
            if row.take(line, cells):
                reader(row)
            if count % STEP == 0:
                self.tick(STEP)
        self.tick(sheet.part.rows % STEP)

    def _reader(self, sheet: Sheet) -> tuple[Reader, list[str]]:
        if sheet.table == tables.PLAIN:
            self.stage.has_plain = True
            meaning = self.mapping[sheet.name]
            if meaning["kind"] == "mark":
                return Marks(self.stage, keys_of(meaning["columns"])).read, []
            plain = Plain(self.stage, meaning)
            return plain.read, plain.date_keys()
        if sheet.table == "marks":
            return Marks(self.stage, SECTION_MARKS).read, []
        known = self.readers.get(sheet.table) or self._pointers_of(tables.BY_NAME[sheet.table])
        return known, [key for key in _DATE_KEYS if key in sheet.part.keys]

    def _pointers_of(self, table: tables.Table) -> Reader:
        """Rows we do not carry still say when they point at nobody."""

        def reader(row: Row) -> None:
            for key, kind in table.refers.items():
                pointer = Pointer(row.file, row.line, row.headers[key], kind, row.raw(key))
                self.stage.pointers.append(pointer)

        return reader

    def _order(self, row: Row, keys: Sequence[str]) -> str:
        """What somebody chose, what the file shows, or what the format and the country make likely."""
        if self.date_order or not keys:
            return self.date_order
        seen = [(line, key, value) for line, key, value in _dates(row, keys) if is_numeric_date(value)]
        if not seen:
            return self.default_order
        found = order_seen([value for _, _, value in seen])
        if not found:
            line, key, value = seen[0]
            hint = "MM/DD/YYYY" if self.default_order == "mdy" else "DD/MM/YYYY"
            self.stage.problems.add(row.file, line, row.headers[key], "DATE_ORDER_ASSUMED", value, hint)
        return found or self.default_order


def _dates(row: Row, keys: Sequence[str]) -> list[tuple[int, str, str]]:
    """Each different date of the file once, with the place where it stands first."""
    found: dict[str, tuple[int, str, str]] = {}
    for line, cells in row.sheet.rows():
        for key in keys:
            place = row.places.get(key)
            value = str(cells[place]).strip() if place is not None else ""
            if value and value not in found:
                found[value] = (line, key, value)
    return list(found.values())
