"""What an address of the gradebook points at, within the reach of whoever asks."""

import uuid

from apps.core.policy import Actor, permitted_or_missing, require_verb
from apps.gradebook.models import Gradebook, LineItem
from apps.gradebook.selectors.sheets import Sheet, sheet
from apps.gradebook.selectors.years import years_of


def item_of(actor: Actor, item_id: uuid.UUID, verb: str = "view") -> LineItem:
    """An item of a gradebook the actor holds the verb on. Families see their results elsewhere."""
    require_verb(actor, verb, Gradebook)
    books = Gradebook.objects.permitted(actor, verb)
    item: LineItem = permitted_or_missing(
        LineItem.objects.filter(section__gradebook__in=books)
        .select_related("section__session", "session", "category", "scale")
        .prefetch_related("scale__bands"),
        actor,
        pk=item_id,
    )
    return item


def sheet_of(actor: Actor, item: LineItem) -> Sheet:
    """The sheet the item stands on."""
    book = permitted_or_missing(
        Gradebook.objects.select_related("section__session"), actor, section=item.section_id
    )
    term = years_of(book.school_id).term_of(item.session_id)
    return sheet(gradebook=book, session=term, today=actor.today)
