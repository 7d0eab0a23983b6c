"""Which marks may be read, and how much of them."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from apps.attendance.models import AttendanceEvent
from apps.core.policy import Actor


def marks_with_rights(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Say of each mark whether the actor may read what staff noted on it."""
    noted = AttendanceEvent.objects.permitted(actor, "view_note").filter(pk=OuterRef("pk"))
    rights: QuerySet[Any] = rows.annotate(may_see_note=Exists(noted))
    return rights
