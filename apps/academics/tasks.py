"""The jobs of this app."""

from django.utils import timezone

from apps.academics.models import Section
from apps.academics.services import INVITE, KINDS, fill_free_seats, invite_people, tell_invited
from apps.academics.services.seats import FILL
from apps.accounts.models import User
from apps.core.jobs import job


@job(FILL)
def fill(*, section_id: str) -> dict[str, int]:
    section = Section.objects.select_related("session", "campus").filter(pk=section_id).first()
    if section is None:
        return {"moved": 0}
    return {"moved": len(fill_free_seats(section=section, today=timezone.localdate(), now=timezone.now()))}


@job(INVITE)
def invite(*, owner: str, kind: str, ids: list[str]) -> dict[str, int]:
    """With the rights of who asked, as they are now."""
    now, today = timezone.now(), timezone.localdate()
    actor = User.objects.get(pk=owner).actor(today)
    people = KINDS[kind].objects.permitted(actor, "invite").filter(pk__in=ids).distinct()
    told = invite_people(actor=actor, people=people.select_related("user"), now=now, today=today)
    tell_invited(actor=actor, told=told, now=now)
    return {"invited": told.count, "refused": len(told.refused)}
