"""Cells into values, each fault with its place. One Row object walks over all rows of a sheet."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from apps.interop.services.bundles import Sheet
from apps.interop.services.problems import CATALOGUE, ERROR, Problems

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2150, 1, 1)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_NUMERIC: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?: .*)?$")
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,20})?\s*%?$", re.ASCII)
_FOUR_PLACES: Final = Decimal("0.0001")
_EMAIL: Final = re.compile(r"[^@\s<>(),;:\"\[\]\\]+@[^@\s<>(),;:\"\[\]\\.]+(\.[^@\s<>(),;:\"\[\]\\.]+)+$")
_TRUE: Final = frozenset({"true", "t", "1", "yes", "y", "x", "ja", "oui", "si", "हाँ"})
_FALSE: Final = frozenset({"false", "f", "0", "no", "n", "nein", "non", "नहीं"})
_ACTIVE: Final = frozenset({"", "active", "enrolled", "current", "open"})
_ENDED: Final = frozenset(
    "tobedeleted inactive deleted withdrawn graduated transferred left closed dropped completed "
    "deceased".split()
)
_BREAKS: Final = re.compile(r"[\r\n\t\v\f]+")


class Row:
    """The row at hand. `failed` rises with the first error, so that a reader can leave the row out."""

    def __init__(self, sheet: Sheet, problems: Problems, *, month_first: bool = False) -> None:
        self.sheet = sheet
        self.file = sheet.name
        self.problems = problems
        self.month_first = month_first
        self.headers = dict(zip(sheet.part.keys, sheet.part.headers, strict=True))
        self.places = {key: index for index, key in enumerate(sheet.part.keys)}
        self.line = 0
        self.stretch = 0  # rises where the header stands once more
        self.cells: Sequence[Any] = ()
        self.failed = False
        self._dates: dict[str, date | None] = {}

    def take(self, line: int, cells: Sequence[Any]) -> bool:
        """Step on; False when the row is no data."""
        self.line, self.cells, self.failed = line, cells, False
        if cells[-1] > 0:
            self.blame("", "TOO_MANY_CELLS")
        elif cells[-1] < 0:
            self.blame("", "TOO_FEW_CELLS")
        if [str(cell).strip() for cell in cells[:-1]] == self.sheet.part.headers and len(cells) > 1:
            self.stretch += 1
            self.blame("", "REPEATED_HEADER", str(cells[0]))
        return not self.failed

    def has(self, key: str) -> bool:
        return key in self.places

    def raw(self, key: str) -> str:
        place = self.places.get(key)
        return "" if place is None else str(self.cells[place]).strip()

    def first(self, *keys: str) -> str:
        return next((value for key in keys if (value := self.raw(key))), "")

    def text(self, key: str, limit: int = 255, *, required: bool = False) -> str:
        value = _BREAKS.sub(" ", self.raw(key))
        if required and not value:
            self.blame(key, "REQUIRED")
        if len(value) > limit:
            self.blame(key, "TOO_LONG", value, hint=f"≤ {limit}")
        return value

    def list(self, key: str) -> list[str]:
        return [part for piece in self.raw(key).split(",") if (part := piece.strip().strip('"'))]

    def date(self, key: str, *, required: bool = False) -> date | None:
        value = self.raw(key)
        if not value:
            if required:
                self.blame(key, "REQUIRED")
            return None
        if value not in self._dates:
            self._dates[value] = parsed_date(value, month_first=self.month_first)
        found = self._dates[value]
        if found is None:
            self.blame(key, "DATE_INVALID", value)
        elif not EARLIEST <= found <= LATEST:
            self.blame(key, "DATE_UNLIKELY", value)
        return found

    def number(self, key: str, code: str = "NUMBER_INVALID") -> Decimal | None:
        """With a point or a comma before the fraction; a percent sign says nothing new."""
        value = self.raw(key)
        found = parsed_number(value)
        if value and found is None:
            self.blame(key, code, value)
        return found

    def flag(self, key: str) -> bool | None:
        value = self.raw(key).casefold()
        if not value:
            return None
        if value in _TRUE:
            return True
        if value not in _FALSE:
            self.blame(key, "FLAG_INVALID", value)
        return False

    def word(self, key: str, words: Mapping[str, Any], code: str = "KIND_UNKNOWN") -> Any:
        """The value of an enumeration, whatever its case, spaces and signs; None and a fault when unknown."""
        value = self.raw(key)
        found = words.get(plain_word(value))
        if found is None:
            self.blame(key, code if value else "REQUIRED", value, hint=", ".join(words))
        return found

    def email(self, key: str) -> str:
        value = self.raw(key)
        if value and (len(value) > 254 or not _EMAIL.match(value)):
            self.blame(key, "EMAIL_INVALID", value)
            return ""
        return value

    def phone(self, *keys: str) -> str:
        value = self.first(*keys)
        if len(value) > 40:
            self.blame(keys[0], "PHONE_TOO_LONG", value)
            return ""
        return _BREAKS.sub(" ", value)

    def ends(self) -> bool:
        """Whether the row says that the thing is over."""
        word = plain_word(self.raw("status"))
        if word not in _ACTIVE and word not in _ENDED:
            self.blame("status", "STATUS_UNKNOWN", self.raw("status"))
        return word in _ENDED

    def blame(self, key: str, code: str, value: str = "", *, hint: str = "") -> None:
        self.problems.add(self.file, self.line, self.headers.get(key, key), code, value, hint)
        if CATALOGUE[code][0] == ERROR:
            self.failed = True


def parsed_number(value: str) -> Decimal | None:
    """No "nan", no exponent: what a teacher would write."""
    if not _NUMBER.match(value):
        return None
    return Decimal(value.rstrip("% ").replace(",", ".")).quantize(_FOUR_PLACES)


def parsed_date(value: str, *, month_first: bool) -> date | None:
    """ISO, or three numbers whose order the caller knows; a time behind it is passed over."""
    try:
        if match := _ISO.match(value):
            year, month, day = (int(part) for part in match.groups())
            return date(year, month, day)
        if match := _NUMERIC.match(value):
            one, two, year = (int(part) for part in match.groups())
            return date(year, one, two) if month_first else date(year, two, one)
    except ValueError:
        return None
    return None


def order_seen(values: Sequence[str]) -> str:
    """ "dmy", "mdy", or "" when the values fit both; what fits neither is left to the rows."""
    day_first = month_first = 0
    for value in values:
        if match := _NUMERIC.match(value):
            day_first += int(match[1]) > 12
            month_first += int(match[2]) > 12
    if day_first == month_first:
        return ""
    return "dmy" if day_first > month_first else "mdy"


def is_numeric_date(value: str) -> bool:
    return bool(_NUMERIC.match(value))


def plain_word(value: str) -> str:
    return re.sub(r"[\s_\-.]+", "", value.casefold())
