"""Columns of a table, and how one value becomes the text of a cell.

A list of fifty rows has five hundred cells, so a row is joined from prepared strings; a template loop with a
lookup and an escape for each cell costs several times as much.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from operator import attrgetter, itemgetter
from typing import Any, Final, Literal

from django.utils import timezone
from django.utils.formats import date_format, number_format, time_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

Tone = Literal["plain", "primary", "success", "info", "warning", "danger"]
NOTHING: Final = "–"


@dataclass(frozen=True)
class Badge:
    """A short state with a colour; exports get its words."""

    label: Any
    tone: Tone = "plain"

    def __str__(self) -> str:
        return str(self.label)

    def __html__(self) -> str:
        tone = "secondary" if self.tone == "plain" else self.tone
        return format_html('<span class="badge bg-{}-lt">{}</span>', tone, self.label)


@dataclass(frozen=True)
class Column:
    """One column: `key` is a dotted path or a name in a `.values()` row, unless `value` says how to get it.

    `sort` names the database fields to order by; `link` makes the value a door, with `verb` only on rows the
    reader holds that verb on; `html` draws it another way on the page only; `shown=False` keeps a column for
    exports, `export=False` for the page.
    """

    key: str
    label: Any
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str] | None = None
    verb: str = ""
    html: Callable[[Any], Any] | None = None
    sort: str | Sequence[str] = ()
    numeric: bool = False
    shown: bool = True
    export: bool = True
    wide_only: bool = False

    @property
    def order(self) -> tuple[str, ...]:
        return (self.sort,) if isinstance(self.sort, str) else tuple(self.sort)

    @property
    def css(self) -> str:
        return " ".join(name for name, on in (("num", self.numeric), ("wide-only", self.wide_only)) if on)

    def getter(self, sample: Any) -> Callable[[Any], Any]:
        """How to take the value out of rows like `sample`, decided once for the page."""
        if self.value is not None:
            return self.value
        return itemgetter(self.key) if isinstance(sample, dict) else attrgetter(self.key)


def display(value: Any) -> str:
    """A value as people read it, escaped."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return conditional_escape(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int):
        return str(value)
    return conditional_escape(_formatted(value))


def _formatted(value: Any) -> Any:
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j M Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if isinstance(value, time):
        return time_format(value, "H:i")
    if isinstance(value, Decimal | float):
        return number_format(value, use_l10n=True)
    return value


def body(columns: Sequence[Column], rows: Sequence[Any], row_key: Callable[[Any], str] | None) -> SafeString:
    """All rows of a page. With `row_key` every row begins with a checkbox."""
    if not rows:
        return SafeString()
    makers = [_CellMaker(column, rows[0], first=index == 0) for index, column in enumerate(columns)]
    parts: list[str] = []
    for row in rows:
        parts.append('<tr role="row">')
        if row_key is not None:
            parts.append(_checkbox(row_key(row), display(makers[0].get(row))))
        parts.extend(maker(row) for maker in makers)
        parts.append("</tr>")
    # Every part is a literal of this file or went through display().
    return mark_safe("".join(parts))  # noqa: S308


def _checkbox(key: str, name: str) -> str:
    label = conditional_escape(_("Select {name}").replace("{name}", "\0")).replace("\0", name)
    return (
        '<td role="cell" class="pick"><input type="checkbox" class="form-check-input" name="selected" '
        f'value="{conditional_escape(key)}" aria-label="{label}"></td>'
    )


class _CellMaker:
    """Holds what the cells of one column share."""

    def __init__(self, column: Column, sample: Any, *, first: bool) -> None:
        self.get = column.getter(sample)
        self.link, self.html = column.link, column.html
        tag = 'th scope="row" role="rowheader"' if first else 'td role="cell"'
        css = f' class="{column.css}"' if column.css else ""
        self.open = f'<{tag}{css} data-label="{conditional_escape(column.label)}">'
        self.close = "</th>" if first else "</td>"

    def __call__(self, row: Any) -> str:
        text = conditional_escape(self.html(row)) if self.html else display(self.get(row))
        if self.link and (url := self.link(row)):
            text = f'<a href="{conditional_escape(url)}">{text}</a>'
        return f"{self.open}{text}{self.close}"
