"""Search, filters and ordering: only what a view lists, never a name out of the request."""

from typing import Any

from django.db.models import ForeignKey, OneToOneField
from django_filters.rest_framework import DjangoFilterBackend, FilterSet, UUIDFilter
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.request import Request


class RowFilterSet(FilterSet):
    """Relations are asked for by id: one out of reach finds nothing, like one that does not exist."""

    FILTER_DEFAULTS = FilterSet.FILTER_DEFAULTS | {
        ForeignKey: {"filter_class": UUIDFilter},
        OneToOneField: {"filter_class": UUIDFilter},
    }


class Filters(DjangoFilterBackend):
    filterset_base = RowFilterSet


class Search(SearchFilter):
    """`?search=` over the view's `search_fields`; a view without any offers none."""

    search_param = "search"


class Ordering(OrderingFilter):
    """`?ordering=-name,code` over the view's `ordering_fields`; another name is a mistake, told as one.

    The primary key always comes last, so that two pages never show the same row.
    """

    ordering_param = "ordering"

    def remove_invalid_fields(self, queryset: Any, fields: Any, view: Any, request: Request) -> list[str]:
        allowed = {name for name, _ in self.get_valid_fields(queryset, view, {"request": request})}
        for field in fields:
            if field.removeprefix("-") not in allowed:
                offered = ", ".join(sorted(allowed)) or "-"
                raise ValidationError({self.ordering_param: [f"{field} ({offered})"]}, code="invalid_choice")
        return list(fields)

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        ordering = list(self.get_ordering(request, queryset, view) or queryset.query.order_by or ())
        if not {"pk", "-pk", "id", "-id"} & set(map(str, ordering)):
            ordering.append("pk")
        return queryset.order_by(*ordering)
