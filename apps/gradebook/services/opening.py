"""Opening a section's gradebook: whoever may see it finds it ready, with all its pupils."""

import uuid

from django.db import transaction

from apps.academics.models import Section
from apps.core.policy import Actor, added, permitted_or_missing, require_verb
from apps.gradebook.models import Gradebook
from apps.gradebook.services.gradebooks import open_gradebook


def opened_gradebook(*, actor: Actor, section_id: uuid.UUID, verb: str = "view") -> Gradebook:
    """The gradebook of a section within the actor's reach for the verb, made at the first visit."""
    require_verb(actor, verb, Gradebook)
    rows = Section.objects.select_related("session", "campus", "course")
    with transaction.atomic():
        section = permitted_or_missing(rows, actor, pk=section_id)
        book = added(actor, open_gradebook(actor=actor, section=section), verb)
    book.section = section
    return book
