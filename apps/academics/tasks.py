"""The jobs of this app."""

from django.utils import timezone

from apps.academics.models import Section
from apps.academics.services import fill_free_seats
from apps.academics.services.seats import FILL
from apps.core.jobs import job


@job(FILL)
def fill(*, section_id: str) -> dict[str, int]:
    section = Section.objects.select_related("session", "campus").filter(pk=section_id).first()
    if section is None:
        return {"moved": 0}
    return {"moved": len(fill_free_seats(section=section, today=timezone.localdate()))}
