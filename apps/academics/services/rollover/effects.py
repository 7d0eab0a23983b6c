"""What a rollover writes, remembered so that it can be taken back to the letter."""

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext as _

from apps.academics.models import Rollover, RolloverEffect
from apps.academics.services.roster import create_rows
from apps.core.errors import Conflict
from apps.core.models import VersionedRow, uuid7
from apps.core.rows import told_as_rule

# Stamps are put back as they were, unless somebody else has touched the row since.
_STAMPS: Final = ("updated_at", "version")
Model = type[models.Model]


class Effects:
    """Writes for one rollover, and keeps what it wrote."""

    def __init__(self, rollover: Rollover, now: datetime) -> None:
        self.rollover, self.now = rollover, now
        self._position = rollover.effects.count()

    def create(self, model: Any, rows: Iterable[Mapping[str, Any]]) -> list[uuid.UUID]:
        """Make rows given as column values; those without an id get one."""
        made = [{"id": uuid7(), **row} for row in rows]
        if made:
            create_rows(model, made, school_id=self.rollover.school_id, now=self.now)
            self._keep(model, created=[row["id"] for row in made])
        return [row["id"] for row in made]

    def change(
        self, model: Model, ids: Collection[uuid.UUID], columns: Sequence[str], write: Callable[[], object]
    ) -> None:
        """Let `write` change these columns of these rows, and keep them as they were and as they are then."""
        if not ids:
            return
        before = _states(model, ids, columns)
        write()
        self._keep(model, columns=list(columns), before=before, after=_states(model, ids, columns))

    def _keep(self, model: Model, **facts: Any) -> None:
        RolloverEffect.objects.create(
            school_id=self.rollover.school_id,
            rollover=self.rollover,
            position=self._position,
            model=model._meta.label_lower,
            **facts,
        )
        self._position += 1


def take_back(effect: RolloverEffect, *, now: datetime) -> None:
    """Undo one effect: rows that were made go, rows that were changed are as they were."""
    model = apps.get_model(effect.model)
    with told_as_rule():
        if effect.created:
            _delete(model, effect.created)
        if effect.before:
            _restore(model, effect, now)


def require_untouched(effect: RolloverEffect) -> None:
    """Refuse to put a row back that somebody has changed in the same place since."""
    if not effect.after:
        return
    model = apps.get_model(effect.model)
    ids = [row["id"] for row in effect.after]
    is_now = {row["id"]: row for row in _states(model, ids, effect.columns)}
    for row in effect.after:
        found = is_now.get(row["id"])
        if found is None or any(found[name] != row[name] for name in effect.columns):
            raise Conflict(
                "CHANGED_SINCE",
                _("%(what)s has been changed since (%(kind)s). Put that right by hand first.")
                % {"what": _name_of(model, row["id"]), "kind": model._meta.verbose_name},
            )


def require_nothing_hangs_on(effects: Sequence[RolloverEffect]) -> None:
    """Refuse to delete a row that something not made by the rollover refers to."""
    made: dict[str, set[uuid.UUID]] = {}
    for effect in effects:
        made.setdefault(effect.model, set()).update(effect.created)
    for label, ids in made.items():
        if ids:
            _require_free(apps.get_model(label), ids, made)


def _require_free(model: Model, ids: set[uuid.UUID], made: Mapping[str, set[uuid.UUID]]) -> None:
    for relation in model._meta.related_objects:
        theirs: Any = relation.related_model
        if relation.many_to_many or hasattr(theirs, "pgh_tracked_model"):
            continue
        rows = theirs._base_manager.filter(**{f"{relation.field.name}__in": ids})
        own = made.get(theirs._meta.label_lower)
        found = (rows.exclude(pk__in=own) if own else rows).values_list(relation.field.attname, flat=True)
        if (target := found.first()) is not None:
            raise Conflict(
                "IN_USE_SINCE",
                _("Something has been added to %(what)s since (%(kind)s). Take it away first.")
                % {"what": _name_of(model, target), "kind": theirs._meta.verbose_name},
            )


def _states(model: Model, ids: Collection[Any], columns: Sequence[str]) -> list[dict[str, Any]]:
    names = ", ".join(f'"{name}"' for name in ("id", *columns, *_stamps(model)))
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT to_jsonb(t)::text FROM (SELECT {names} FROM "{table}"'  # noqa: S608  # names are the model's own
            " WHERE id = ANY(%s::uuid[]) ORDER BY id) t",
            [[str(one) for one in ids]],
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


def _delete(model: Model, ids: Sequence[uuid.UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE id = ANY(%s)', [list(ids)])  # noqa: S608  # as above


def _restore(model: Model, effect: RolloverEffect, now: datetime) -> None:
    """One statement. Where the stamps have moved on, they move on once more instead of back."""
    table = f'"{model._meta.db_table}"'
    sets = [f'"{name}" = b."{name}"' for name in effect.columns]
    for name, otherwise in (("updated_at", "%s"), ("version", 't."version" + 1')):
        if name in _stamps(model):
            sets.append(f'"{name}" = CASE WHEN t."{name}" = a."{name}" THEN b."{name}" ELSE {otherwise} END')
    sql = (
        f"UPDATE {table} t SET {', '.join(sets)}"  # noqa: S608  # as above
        f" FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) b"
        f" JOIN jsonb_populate_recordset(NULL::{table}, %s::jsonb) a ON a.id = b.id WHERE t.id = b.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [now, json.dumps(effect.before), json.dumps(effect.after)])


def _stamps(model: Model) -> tuple[str, ...]:
    return _STAMPS if issubclass(model, VersionedRow) else _STAMPS[:1]


def _name_of(model: Model, row_id: Any) -> str:
    """Whom or what a person would look for."""
    row: Any = model._base_manager.filter(pk=row_id).first()
    for link in ("student", "section"):
        row = getattr(row, link, None) or row
    return str(row or model._meta.verbose_name)
