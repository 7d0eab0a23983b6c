"""What a client may ask about the shape of an answer: `?fields=id,name` and `?expand=guardians`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, ListSerializer, ModelSerializer

from apps.core.policy import Actor


def _as_they_are(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


@dataclass(frozen=True)
class Expand:
    """A relation a client may have in full: only rows the actor may view come along, in one query.

    `source` is the attribute of the row when it is not the public name; `shape` joins what the serializer
    reads.
    """

    serializer: type[ModelSerializer[Any]]
    many: bool = False
    source: str = ""
    shape: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=_as_they_are)

    def prefetch(self, name: str, actor: Actor) -> "Prefetch[Any]":
        rows = self.serializer.Meta.model.objects.permitted(actor)  # type: ignore[attr-defined]  # a SchoolRow
        return Prefetch(self.source or name, queryset=self.shape(rows))

    def field(self, name: str, context: Mapping[str, Any]) -> BaseSerializer[Any]:
        renamed: dict[str, Any] = {"source": self.source} if self.source not in {"", name} else {}
        return self.serializer(many=self.many, read_only=True, context=dict(context), **renamed)


def asked(request: Request, parameter: str) -> list[str]:
    return [name for name in request.query_params.get(parameter, "").split(",") if name]


def expanded(request: Request, expandable: Mapping[str, Expand]) -> dict[str, Expand]:
    """The relations the request wants in full; a name that is not offered is a mistake."""
    names = asked(request, "expand")
    _require_known("expand", names, expandable)
    return {name: expandable[name] for name in names}


def trim(serializer: BaseSerializer[Any], names: list[str]) -> None:
    """Leave only the asked fields; unasked ones are not even computed."""
    row = serializer.child if isinstance(serializer, ListSerializer) else serializer
    fields: Any = getattr(row, "fields", {})
    _require_known("fields", names, fields)
    for name in set(fields) - set(names):
        fields.pop(name)


def _require_known(parameter: str, names: list[str], known: Mapping[str, Any]) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        offered = ", ".join(known) or "-"
        raise ValidationError({parameter: [f"{', '.join(unknown)} ({offered})"]}, code="invalid_choice")
