"""Search and ordering: only what a view lists, never a name out of the request."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.request import Request
from rest_framework.views import APIView


class Search(SearchFilter):
    """`?search=` over the view's `search_fields`; a view without any offers none."""

    search_param = "search"


class Ordering(OrderingFilter):
    """`?ordering=-name,code` over the view's `ordering_fields`; another name is a mistake, told as one.

    The primary key always comes last, so that two pages never show the same row.
    """

    ordering_param = "ordering"

    def get_default_valid_fields(self, queryset: Any, view: APIView, context: Any = None) -> Any:
        return []

    def remove_invalid_fields(self, queryset: Any, fields: Any, view: APIView, request: Request) -> list[str]:
        allowed = {name for name, _ in self.get_valid_fields(queryset, view, {"request": request})}
        for field in fields:
            if field.lstrip("-") not in allowed:
                raise ValidationError({self.ordering_param: [f"{field}: {sorted(allowed)}"]}, code="invalid_choice")
        return list(fields)

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        ordering = list(self.get_ordering(request, queryset, view) or queryset.query.order_by or ())
        if not {"pk", "-pk", "id", "-id"} & set(map(str, ordering)):
            ordering.append("pk")
        return queryset.order_by(*ordering)
