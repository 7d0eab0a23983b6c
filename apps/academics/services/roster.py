"""Whole rosters at once: rows by COPY, changes by one statement a thousand. For imports and seeds only.

The rules of single verbs are the caller's to keep; what the database holds (keys, dates, seats) it holds
here too, and the audit triggers see every row.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from django.db import connection, models
from django.db.models import Count, F, Q
from django.db.models.functions import Greatest

from apps.academics.models import Enrollment, EnrollmentStatus, Section, WaitingListEntry, WaitingState
from apps.academics.services.seats import offer_seats
from apps.academics.services.statistics import figures_changed
from apps.core.errors import StaleVersion
from apps.core.models import SchoolRow, VersionedRow
from apps.core.rows import told_as_rule

STEP: Final = 5000
_Change = tuple[uuid.UUID, int | None, Mapping[str, Any]]


def create_rows(
    model: type[SchoolRow], rows: Iterable[Mapping[str, Any]], *, school_id: uuid.UUID, now: datetime
) -> int:
    """COPY rows given as column values; what a row does not name takes the model's default."""
    columns = list(_defaults(model))
    defaults = {**_defaults(model), "school_id": school_id, "created_at": now, "updated_at": now}
    names = ", ".join(f'"{column}"' for column in columns)
    source, count = iter(rows), 0
    table = f'"{model._meta.db_table}"'
    with told_as_rule():
        while part := list(islice(source, STEP)):
            with connection.cursor() as cursor:
                # The lock COPY takes anyway; said as a statement, since those carry the audit trail's actor.
                cursor.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in part:
                        copy.write_row([row.get(column, defaults[column]) for column in columns])
            count += len(part)
    return count


def change_rows(model: type[SchoolRow], changes: Sequence[_Change], *, now: datetime) -> int:
    """Write each row's new values; a row that somebody changed since it was read (by `version`) refuses
    all.
    """
    by_fields: dict[tuple[str, ...], list[_Change]] = {}
    for change in changes:
        by_fields.setdefault(tuple(sorted(change[2])), []).append(change)
    with told_as_rule():
        for fields, group in by_fields.items():
            for start in range(0, len(group), STEP):
                _change(model, fields, group[start : start + STEP], now)
    return len(changes)


def settle_sections(section_ids: Iterable[uuid.UUID], *, school_id: uuid.UUID) -> None:
    """Count the seats anew, widen sections that hold more than they said, and let waiting lists move."""
    ids = list(section_ids)
    for start in range(0, len(ids), STEP):
        count_seats(ids[start : start + STEP])
    waiting = Section.objects.filter(
        pk__in=ids, seats_taken__lt=F("capacity"), waiting_list__state=WaitingState.WAITING
    )
    for section in waiting.distinct():
        offer_seats(section)
    figures_changed(school_id)


def count_seats(ids: Sequence[uuid.UUID]) -> None:
    """Say of each section how many hold a place in it; one that holds more than it said grows."""
    active = Q(status=EnrollmentStatus.ACTIVE, section__in=ids)
    counted = dict(
        Enrollment.objects.filter(active)
        .values_list("section")
        .annotate(n=Count("pk"))
        .values_list("section", "n")
    )
    by_count: dict[int, list[uuid.UUID]] = {}
    for pk in ids:
        by_count.setdefault(counted.get(pk, 0), []).append(pk)
    for taken, sections in by_count.items():
        # Only what differs, so that history holds no row in which nothing happened.
        Section.objects.filter(pk__in=sections).exclude(seats_taken=taken).update(
            seats_taken=taken, capacity=Greatest(F("capacity"), taken)
        )


def leave_queues(student_ids: Sequence[uuid.UUID]) -> None:
    """Pupils who left wait for nothing."""
    WaitingListEntry.objects.filter(student__in=student_ids, state=WaitingState.WAITING).update(
        state=WaitingState.REMOVED
    )


def _change(model: type[SchoolRow], fields: Sequence[str], group: Sequence[_Change], now: datetime) -> None:
    columns = {field.attname: field for field in model._meta.concrete_fields}
    types = [columns[name].db_type(connection) for name in fields]
    versioned = issubclass(model, VersionedRow)
    sets = [f'"{name}" = v."{name}"' for name in fields] + ['"updated_at" = %s']
    sets += ['"version" = t."version" + 1'] if versioned else []
    same = 'AND t."version" = v."version_"' if versioned else ""
    arrays = ", ".join(["%s::uuid[]", "%s::int[]", *(f"%s::{kind}[]" for kind in _array_types(types))])
    names = ", ".join(['"id_"', '"version_"', *(f'"{name}"' for name in fields)])
    sql = (
        f'UPDATE "{model._meta.db_table}" t SET {", ".join(sets)} '  # noqa: S608  # names are the model's own
        f'FROM unnest({arrays}) AS v({names}) WHERE t."id" = v."id_" {same}'
    )
    values = [[change[2][name] for change in group] for name in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [now, [change[0] for change in group], [change[1] or 0 for change in group], *values]
        )
        if cursor.rowcount != len(group):
            raise StaleVersion(yours={"rows": len(group)}, theirs={"rows": cursor.rowcount})


def _array_types(types: Iterable[str | None]) -> list[str]:
    """A varchar's length says nothing in an array; the column itself refuses what is too long."""
    return ["text" if kind and kind.startswith("varchar") else str(kind) for kind in types]


@lru_cache(maxsize=32)
def _defaults(model: type[models.Model]) -> Mapping[str, Any]:
    """Column -> default as the database takes it."""
    return {
        field.attname: field.get_db_prep_save(field.get_default(), connection)
        if field.has_default() or not field.null
        else None
        for field in model._meta.concrete_fields
        if not field.primary_key
    } | {"id": None}
