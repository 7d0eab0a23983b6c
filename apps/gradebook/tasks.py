"""The jobs of the gradebook."""

import uuid
from datetime import datetime

from django.utils import timezone

from apps.core.jobs import job
from apps.gradebook.services import notices


@job("gradebook.tell_released")
def tell_released(*, section_id: str, released_at: str) -> dict[str, int]:
    """Tell families of results at the moment they come out; once, however often this runs."""
    pupils = notices.tell_released(
        section_id=uuid.UUID(section_id),
        released_at=datetime.fromisoformat(released_at),
        today=timezone.localdate(),
        now=timezone.now(),
    )
    return {"pupils": pupils}


@job("gradebook.tell_posted")
def tell_posted(*, section_id: str, released_at: str) -> dict[str, int]:
    """Tell families of grades at the moment they come out; once, however often this runs."""
    pupils = notices.tell_posted(
        section_id=uuid.UUID(section_id),
        released_at=datetime.fromisoformat(released_at),
        today=timezone.localdate(),
        now=timezone.now(),
    )
    return {"pupils": pupils}
