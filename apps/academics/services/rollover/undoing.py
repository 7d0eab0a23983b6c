"""Taking an applied rollover back, for as long as nobody has begun to work in the new year."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from apps.academics.models import Enrollment, Rollover, RolloverEffect
from apps.academics.services.rollover.effects import require_nothing_hangs_on, require_untouched, take_back
from apps.academics.services.rollover.plan import Blocker, contributors
from apps.academics.services.roster import count_seats
from apps.academics.services.statistics import figures_changed
from apps.core.errors import Conflict
from apps.core.protections import stands
from apps.core.rows import told_as_rule


def undo_blockers(rollover: Rollover) -> list[Blocker]:
    """What the apps above say against an undo: the first register, the first mark."""
    year = rollover.to_year
    if year is None or rollover.undone_at is not None:
        return []
    return [blocker for one in contributors() for blocker in one.blockers(year)]


def take_all_back(rollover: Rollover, *, now: datetime) -> None:
    """In the caller's transaction, in the opposite order of writing."""
    effects = list(rollover.effects.all())
    if stands("rollover_undo"):
        _require_undoable(rollover, effects)
    sections = _sections_of(effects)
    _let_go(rollover, effects)
    for effect in reversed(effects):
        take_back(effect, now=now)
    count_seats(sections)
    with told_as_rule(), connection.cursor() as cursor:
        # What still refers to a row that is gone is heard of now, not at commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    rollover.effects.all().delete()
    figures_changed(rollover.school_id)


def _require_undoable(rollover: Rollover, effects: Sequence[RolloverEffect]) -> None:
    if blockers := undo_blockers(rollover):
        raise Conflict("NEW_YEAR_BEGUN", blockers[0].text)
    for effect in effects:
        require_untouched(effect)
    require_nothing_hangs_on(effects)


def _sections_of(effects: Sequence[RolloverEffect]) -> list[uuid.UUID]:
    """Every section whose places change."""
    places = Q()
    for effect in effects:
        if effect.model == Enrollment._meta.label_lower:
            places |= Q(pk__in=[*effect.created, *(row["id"] for row in effect.before)])
    if not places:
        return []
    return sorted(set(Enrollment.objects.filter(places).values_list("section_id", flat=True)))


def _let_go(rollover: Rollover, effects: Sequence[RolloverEffect]) -> None:
    """A year the rollover made goes with it, so the rollover forgets it first."""
    made = {pk for effect in effects for pk in effect.created}
    if rollover.to_year_id in made:
        rollover.to_year = None
        rollover.save(update_fields=["to_year", "updated_at"])
