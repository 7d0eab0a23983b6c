"""Lists: search, filters, sort and page live in the URL; rows swap by htmx; two queries whatever the size.

class StudentTable(Table):
    name = "students"
    caption = _("Students")
    columns = (Column("full_name", _("Name"), link=..., sort=("last_name", "first_name")), ...)
    search_fields = ("last_name", "first_name", "admission_number")
    filterset = StudentFilter
    default_sort = "full_name"

def student_list(request):
    return table_view(request, StudentTable, Student.objects.permitted(request.actor))
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_filters import FilterSet

from apps.core import jobs
from apps.core.errors import Missing
from apps.core.export import KINDS, Kind, Row, export_response
from apps.core.long_exports import begin_export, is_written_by_worker
from apps.core.policy import Actor, reached
from apps.core.proof import require_proof
from apps.core.web import cells, pages
from apps.core.web.cells import Column
from apps.core.web.forms import dress
from apps.core.web.responses import go, say, show

EXPORT_CHUNK: Final = 500
EXPORT: Final = "export-"
# As many rows are written while the browser waits; a spreadsheet is complete before its first byte leaves.
AT_ONCE: Final[dict[str, int]] = {"csv": 5000, "xlsx": 1000}
# More rows than these leave only with fresh proof of who asks.
UNPROVED: Final = 100
# Parameters that say where in the list one stands, not what the list is.
PLACE: Final = ("page", "export")


@dataclass(frozen=True)
class Empty:
    """What a list says when it has no rows at all, and the door out of that."""

    title: Any = gettext_lazy("Nothing here yet")
    text: Any = ""
    icon: str = "inbox"
    url: str = ""
    url_label: Any = ""


@dataclass(frozen=True)
class BulkAction:
    """Something done to the chosen rows: `run(request, rows)` calls a service, may answer with a page."""

    name: str
    label: Any
    icon: str
    run: Callable[[HttpRequest, QuerySet[Any]], HttpResponse | None]
    confirm: Any = ""
    danger: bool = False
    allowed: Callable[[Actor], bool] = lambda actor: True


@dataclass(frozen=True)
class Heading:
    """A column's head; `url` sorts by it."""

    label: Any
    css: str
    url: str = ""
    aria_sort: str = ""


class Table:
    """Declare a subclass; `table_view` does the rest."""

    name: ClassVar[str]
    caption: ClassVar[Any]
    columns: ClassVar[Sequence[Column]]
    search_fields: ClassVar[Sequence[str]] = ()
    search_label: ClassVar[Any] = gettext_lazy("Search")
    filterset: ClassVar[type[FilterSet] | None] = None
    default_sort: ClassVar[str] = ""
    actions: ClassVar[Sequence[BulkAction]] = ()
    empty: ClassVar[Empty] = Empty()
    page_sizes: ClassVar[Sequence[int]] = (50, 25, 100)
    exports: ClassVar[bool] = True

    def __init__(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self.request = request
        self.params: QueryDict = request.GET
        self.all_rows = rows

    # --- for subclasses ---

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Every word must occur in one of the search fields."""
        for word in text.split():
            found = Q()
            for field in self.search_fields:
                found |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(found)
        return rows

    def prepare(self, rows: list[Any]) -> list[Any]:
        """Add what the cells need to the rows of a page or export chunk, in a fixed number of queries."""
        return rows

    def row_key(self, row: Any) -> str:
        return str(row["pk"] if isinstance(row, dict) else row.pk)

    # --- what is asked ---

    @property
    def dom_id(self) -> str:
        return f"table-{self.name}"

    @property
    def q(self) -> str:
        return self.params.get("q", "").strip()[:100]

    @cached_property
    def filters(self) -> FilterSet | None:
        if self.filterset is None:
            return None
        filters = self.filterset(self.params, queryset=self.all_rows, request=self.request)
        dress(filters.form)
        return filters

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether search or a filter hides rows (so an empty list says another thing)."""
        names = self.filters.form.fields if self.filters is not None else ()
        return bool(self.q) or any(self.params.get(name) for name in names)

    @cached_property
    def sort(self) -> str:
        asked = self.params.get("sort", "")
        known = {column.key for column in self.columns if column.order}
        return asked if asked.removeprefix("-") in known else self.default_sort

    # --- rows ---

    @cached_property
    def matching(self) -> QuerySet[Any]:
        """All rows that search and filters leave, in order."""
        rows: QuerySet[Any] = self.all_rows if self.filters is None else self.filters.qs
        if self.q and self.search_fields:
            rows = self.search(rows, self.q)
        order = self._order()
        return rows.order_by(*order) if order else rows

    @cached_property
    def page(self) -> pages.Page:
        return pages.Page(
            total=self.matching.count(),
            number=self.params.get("page", ""),
            size=self.params.get("per", ""),
            sizes=self.page_sizes,
        )

    @cached_property
    def rows(self) -> list[Any]:
        page = self.page
        return self.prepare(list(self.matching[page.start : page.stop])) if page.total else []

    def chosen(self, data: QueryDict) -> QuerySet[Any]:
        """The rows a bulk action was asked for: the ticked ones, or everything that matches."""
        if data.get("everything"):
            return self.matching
        return self.matching.filter(pk__in=[key for key in data.getlist("selected") if _is_key(key)])

    # --- drawing ---

    @cached_property
    def shown_columns(self) -> list[Column]:
        return [column for column in self.columns if column.shown]

    @cached_property
    def permitted_actions(self) -> list[BulkAction]:
        actor: Actor = self.request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
        return [action for action in self.actions if action.allowed(actor)]

    @property
    def body(self) -> SafeString:
        columns = [self._with_doors(column) for column in self.shown_columns]
        return cells.body(columns, self.rows, self.row_key if self.permitted_actions else None)

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.shown_columns]

    @property
    def width(self) -> int:
        return len(self.shown_columns) + bool(self.permitted_actions)

    @property
    def page_links(self) -> list[pages.PageLink]:
        return self.page.links(lambda number: self.url(page=number))

    @property
    def export_links(self) -> list[tuple[str, str]]:
        """Kinds of files that are short enough to be sent at once, with their addresses."""
        return [(kind, self.url(export=kind)) for kind in KINDS if self.exports and not self.is_long(kind)]

    @property
    def long_exports(self) -> list[tuple[str, str]]:
        """Kinds a worker has to write, with the names of their buttons."""
        return [(kind, f"{EXPORT}{kind}") for kind in KINDS if self.exports and self.is_long(kind)]

    def is_long(self, kind: str) -> bool:
        return self.page.total > AT_ONCE[kind]

    def url(self, **changes: Any) -> str:
        """This list with other parameters; a change of what is listed goes back to the first page."""
        params = self.params.copy()
        for name in PLACE:
            params.pop(name, None)
        for name, value in changes.items():
            params[name] = str(value)
        return f"?{params.urlencode()}"

    def export_rows(self) -> Iterator[Row]:
        """Every matching row as typed values, read in chunks."""
        columns = [column for column in self.columns if column.export]
        chunk: list[Any] = []
        done = 0
        for row in self.matching.iterator(chunk_size=EXPORT_CHUNK):
            chunk.append(row)
            if len(chunk) == EXPORT_CHUNK:
                yield from self._values(columns, chunk)
                done, chunk = done + EXPORT_CHUNK, []
                jobs.report(done, self.page.total)
        yield from self._values(columns, chunk)

    def export_header(self) -> list[str]:
        return [str(column.label) for column in self.columns if column.export]

    def _values(self, columns: list[Column], chunk: list[Any]) -> Iterator[Row]:
        if not chunk:
            return
        getters = [column.getter(chunk[0]) for column in columns]
        for row in self.prepare(chunk):
            yield [get(row) for get in getters]

    def _with_doors(self, column: Column) -> Column:
        """The column as this reader meets it: no link leads to a refusal."""
        link = column.link
        if link is None or not column.verb:
            return column
        actor: Actor = self.request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
        held = reached(actor, column.verb, self.all_rows.model, [row.pk for row in self.rows])
        return replace(column, link=lambda row: link(row) if row.pk in held else "")

    def _order(self) -> list[str]:
        wanted = self.sort.removeprefix("-")
        column = next((c for c in self.columns if c.key == wanted), None)
        if column is None:
            return []
        flip = self.sort.startswith("-")
        return [*(_flipped(field) if flip else field for field in column.order), "pk"]

    def _heading(self, column: Column) -> Heading:
        if not column.order:
            return Heading(column.label, column.css)
        state = {column.key: "ascending", f"-{column.key}": "descending"}.get(self.sort, "")
        turned = f"-{column.key}" if state == "ascending" else column.key
        return Heading(column.label, column.css, self.url(sort=turned), state)


def table_view(
    request: HttpRequest,
    table_class: type[Table],
    rows: QuerySet[Any],
    *,
    template: str = "components/table_page.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse | StreamingHttpResponse:
    """The list page, its htmx part, its export, and its bulk actions. `rows` must already be permitted."""
    table = table_class(request, rows)
    if request.method == "POST":
        return _act(request, table)
    kind = request.GET.get("export", "")
    if kind in KINDS and table.exports:
        return _exported(request, table, kind)
    return show(request, template, "components/table.html", {"table": table, **(context or {})})


def asks_export(request: HttpRequest) -> bool:
    """Whether the rows leave as a file: a view whose policy has a verb for that asks for those rows."""
    return "export" in request.GET or request.POST.get("action", "").startswith(EXPORT)


def _exported(request: HttpRequest, table: Table, kind: Kind) -> HttpResponse | StreamingHttpResponse:
    if is_written_by_worker(request):
        return _file(request, table, kind)
    if table.is_long(kind):
        # An address alone starts no work; the button above the list does.
        say(request, _("This list is long. Ask for the file with the button above it."))
        return go(request, f"{request.path}{table.url()}")
    _require_proof(request, table)
    return _file(request, table, kind)


def _export_chosen(request: HttpRequest, table: Table, kind: Kind) -> HttpResponse | StreamingHttpResponse:
    """The ticked rows at once; the whole of a long list by a worker, whose page comes next."""
    is_choice = bool(request.POST.getlist("selected")) and not request.POST.get("everything")
    if is_choice:
        table.matching = table.chosen(request.POST)
    _require_proof(request, table)
    if not is_choice and table.is_long(kind):
        actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
        query = table.url(export=kind).removeprefix("?")
        job = begin_export(actor=actor, path=request.path, query=query, language=get_language() or "en")
        return go(request, "core:job-detail", job.pk)
    return _file(request, table, kind)


def _require_proof(request: HttpRequest, table: Table) -> None:
    """Before much leaves at once; the way back is the list, since a file changes no page."""
    if table.page.total > UNPROVED:
        require_proof(request, timezone.now(), back=f"{request.path}{table.url()}")


def _file(request: HttpRequest, table: Table, kind: Kind) -> StreamingHttpResponse:
    return export_response(request, kind, table.name, table.export_header(), table.export_rows())


def _act(request: HttpRequest, table: Table) -> HttpResponse | StreamingHttpResponse:
    wanted = request.POST.get("action", "")
    kind: Any = wanted.removeprefix(EXPORT)
    if wanted.startswith(EXPORT) and kind in KINDS and table.exports:
        return _export_chosen(request, table, kind)
    action = next((a for a in table.permitted_actions if a.name == wanted), None)
    if action is None:
        raise Missing
    rows = table.chosen(request.POST)
    if not rows.exists():
        say(request, _("Choose at least one row first."), level=messages.WARNING)
        return go(request, request.get_full_path())
    return action.run(request, rows) or go(request, request.get_full_path())


def _is_key(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _flipped(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
