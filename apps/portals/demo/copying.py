"""Many rows at once: PostgreSQL's COPY, with the keys and times that every row has."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

from apps.accounts.models import School
from apps.core.models import uuid7


def copy(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    school: School,
    now: datetime,
) -> int:
    """Write rows of `fields`; id, school and times are added. Triggers and constraints hold as always."""
    has_id = "id" in fields
    names = [*([] if has_id else ["id"]), "school", "created_at", "updated_at", *fields]
    columns = [model._meta.get_field(name).column for name in names]  # type: ignore[union-attr]  # no relations back
    quoted = ", ".join(connection.ops.quote_name(str(column)) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    head = (school.pk, now, now)
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row((*head, *row) if has_id else (uuid7(), *head, *row))
            count += 1
    return count
