"""Marks many at once, by COPY: what an import or a seed brings. The audit triggers see every row."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.academics.services import roster
from apps.gradebook.models import CourseTranscript, LineItem, Result

Marks = type[LineItem] | type[Result] | type[CourseTranscript]
_Change = tuple[uuid.UUID, int | None, Mapping[str, Any]]


@transaction.atomic
def write_marks(
    model: Marks,
    *,
    created: Iterable[Mapping[str, Any]],
    changed: Sequence[_Change],
    school_id: uuid.UUID,
    now: datetime,
) -> int:
    """New rows as column values, and changes by id (with the version they were read at, where there is
    one); how many in all. Changes come first: they may free what a new row takes.
    """
    count = roster.change_rows(model, changed, now=now)
    return count + roster.create_rows(model, created, school_id=school_id, now=now)
