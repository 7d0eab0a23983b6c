"""The average so far, where nothing has been posted yet: made of released results only, never final."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from apps.academics.models import AcademicSession
from apps.reports.selectors.marks import Mark, Place


def averages(
    students: Iterable[uuid.UUID], terms: Sequence[AcademicSession], *, now: datetime
) -> dict[Place, Mark]:
    """By pupil, section and term."""
    return {}
