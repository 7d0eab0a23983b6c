"""The jobs of the gradebook."""

import uuid
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.jobs import job
from apps.gradebook.services import asking, notices


@job("gradebook.tell_released", label=_("Marks are announced"))
def tell_released(*, section_id: str, released_at: str) -> dict[str, int]:
    """Tell families of results at the moment they come out; once, however often this runs."""
    pupils = notices.tell_released(
        section_id=uuid.UUID(section_id),
        released_at=datetime.fromisoformat(released_at),
        today=timezone.localdate(),
        now=timezone.now(),
    )
    return {"pupils": pupils}


@job("gradebook.tell_posted", label=_("Grades are announced"))
def tell_posted(*, section_id: str, released_at: str) -> dict[str, int]:
    """Tell families of grades at the moment they come out; once, however often this runs."""
    pupils = notices.tell_posted(
        section_id=uuid.UUID(section_id),
        released_at=datetime.fromisoformat(released_at),
        today=timezone.localdate(),
        now=timezone.now(),
    )
    return {"pupils": pupils}


@job("gradebook.tell_pupils", label=_("Pupils and families are told of marks"))
def tell_pupils(
    *, item_id: str, student_ids: list[str], text: str, with_guardians: bool, key: str
) -> dict[str, int]:
    """Send a teacher's words to the chosen pupils; once, however often this runs."""
    people = asking.tell_pupils(
        item_id=uuid.UUID(item_id),
        student_ids=student_ids,
        text=text,
        with_guardians=with_guardians,
        key=key,
        today=timezone.localdate(),
        now=timezone.now(),
    )
    return {"people": people}
