"""Pages of a list: by number where people leaf, by cursor where a list only grows."""

from typing import Any

from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.response import Response

PER_PAGE = 20
PER_PAGE_MAXIMUM = 100


class PageNumbers(PageNumberPagination):
    """`?page=2&per_page=50`; the numbers stand in `meta`."""

    page_size = PER_PAGE
    page_size_query_param = "per_page"
    max_page_size = PER_PAGE_MAXIMUM

    def get_paginated_response(self, data: Any) -> Response:
        page = self.page
        assert page is not None
        return page_of(
            data,
            page=page.number,
            per_page=page.paginator.per_page,
            total=page.paginator.count,
            total_pages=page.paginator.num_pages,
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return _listing(schema, _PAGE_META)


class Cursors(CursorPagination):
    """`?cursor=...`; the newest first, and no count over a list that has no end."""

    page_size = PER_PAGE
    page_size_query_param = "per_page"
    max_page_size = PER_PAGE_MAXIMUM
    # UUIDv7 keys are in the order of their creation.
    ordering = "-id"

    def get_paginated_response(self, data: Any) -> Response:
        return page_of(
            data, per_page=self.page_size, next=self.get_next_link(), previous=self.get_previous_link()
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return _listing(schema, _CURSOR_META)


def page_of(data: Any, **meta: Any) -> Response:
    """A response whose envelope carries `meta` beside the request id."""
    response = Response(data)
    response.page = meta  # type: ignore[attr-defined]  # read by EnvelopeRenderer
    return response


def _listing(schema: dict[str, Any], meta: dict[str, Any]) -> dict[str, Any]:
    """Only the rows and the page's own numbers; EnvelopeSchema adds what every envelope has."""
    return {"type": "object", "x-rows": schema, "x-meta": meta}


_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_PAGE_META: dict[str, Any] = {name: _COUNT for name in ("page", "per_page", "total", "total_pages")}
_CURSOR_META: dict[str, Any] = {
    "per_page": _COUNT,
    "next": {"type": ["string", "null"], "format": "uri"},
    "previous": {"type": ["string", "null"], "format": "uri"},
}
