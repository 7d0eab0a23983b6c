"""Rows the school has already, as small tuples found by id, by sourced id, or by what else names them."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from django.db.models import QuerySet

AMBIGUOUS: Final = uuid.UUID(int=0)


class Known:
    """One kind's rows. `natural` makes keys out of a row's values; a key of two rows finds none of them."""

    def __init__(
        self,
        rows: QuerySet[Any],
        fields: Sequence[str],
        natural: Callable[[dict[str, Any]], Sequence[Any]] = lambda values: (),
    ) -> None:
        self.fields = tuple(fields)
        self.place = {name: index for index, name in enumerate(self.fields)}
        self._rows: dict[uuid.UUID, tuple[Any, ...]] = {}
        self.by_sourced: dict[str, uuid.UUID] = {}
        self.by_natural: dict[Any, uuid.UUID] = {}
        self.changed: dict[uuid.UUID, dict[str, Any]] = {}
        self.settled: set[uuid.UUID] = set()
        for pk, *values in rows.values_list("id", *self.fields).iterator(chunk_size=5000):
            self._rows[pk] = tuple(values)
            if (sourced := self.get(pk, "sourced_id")) and isinstance(sourced, str):
                self.by_sourced[sourced] = pk
            for key in natural(self.values(pk)):
                self.by_natural[key] = AMBIGUOUS if key in self.by_natural else pk

    def __contains__(self, pk: uuid.UUID) -> bool:
        return pk in self._rows

    def __iter__(self) -> Iterator[uuid.UUID]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, pk: uuid.UUID) -> tuple[Any, ...]:
        return self._rows[pk]

    def get(self, pk: uuid.UUID, name: str) -> Any:
        place = self.place.get(name)
        return None if place is None else self._rows[pk][place]

    def values(self, pk: uuid.UUID) -> dict[str, Any]:
        return dict(zip(self.fields, self._rows[pk], strict=True))

    def version(self, pk: uuid.UUID) -> int | None:
        version: int | None = self.get(pk, "version")
        return version

    def match(self, sourced_id: str, *natural: Any, even_claimed: bool = False) -> uuid.UUID | None:
        """By the other system's id; by what else names it only a row no other system claims.

        `even_claimed` is for links: a system may give the same link a new id.
        """
        if sourced_id and sourced_id in self.by_sourced:
            return self.by_sourced[sourced_id]
        for key in natural:
            pk = self.by_natural.get(key)
            claimed = bool(sourced_id) and not even_claimed
            if pk is not None and pk != AMBIGUOUS and not (claimed and self.get(pk, "sourced_id")):
                return pk
        return None
