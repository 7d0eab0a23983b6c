"""Pages of a list: by number where people leaf, by cursor where a list only grows."""

from typing import Any

from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.response import Response

from apps.core.api.envelopes import META

PER_PAGE = 20
PER_PAGE_MAXIMUM = 100


class PageNumbers(PageNumberPagination):
    """`?page=2&per_page=50`; the numbers stand in `meta`."""

    page_size = PER_PAGE
    page_size_query_param = "per_page"
    max_page_size = PER_PAGE_MAXIMUM

    def get_paginated_response(self, data: Any) -> Response:
        page: Any = self.page
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


def _listing(rows: dict[str, Any], numbers: dict[str, Any]) -> dict[str, Any]:
    meta = {**META, "properties": {**META["properties"], **numbers}}
    return {"type": "object", "required": ["data", "meta"], "properties": {"data": rows, "meta": meta}}


_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_LINK: dict[str, Any] = {"type": ["string", "null"], "format": "uri"}
_PAGE_META: dict[str, Any] = dict.fromkeys(("page", "per_page", "total", "total_pages"), _COUNT)
_CURSOR_META: dict[str, Any] = {"per_page": _COUNT, "next": _LINK, "previous": _LINK}
