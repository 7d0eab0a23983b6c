"""What a rehearsal comes to, for the page and the API: counted over the lines a reader may see."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.academics.models import Rollover, RolloverDecision, SectionKind
from apps.academics.services.rollover import problems
from apps.academics.services.rollover.drawing import draw
from apps.academics.services.rollover.plan import (
    PUPIL,
    SECTION,
    SESSION,
    TEACHING,
    Decided,
    PlannedSection,
    contributors,
)


@dataclass
class Overview:
    """Pupils by decision, other lines by kind, exceptions by code and how many of those are open."""

    pupils: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    exceptions: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)

    @property
    def undecided(self) -> int:
        return self.open.total()

    @property
    def is_decided(self) -> bool:
        return self.undecided == 0

    @property
    def told_exceptions(self) -> list[dict[str, Any]]:
        """Those that somebody has to decide about first."""
        rows = [
            {
                "code": code,
                "count": count,
                "open": self.open[code],
                "problem": problems.PROBLEMS.get(code),
            }
            for code, count in self.exceptions.items()
        ]
        return sorted(rows, key=lambda row: (-row["open"], -row["count"]))


def overview(lines: QuerySet[Any]) -> Overview:
    """One query, whatever the size."""
    found = Overview()
    rows = lines.order_by().values_list("kind", "decision", "exception").annotate(n=Count("pk"))
    for kind, decision, exception, count in rows:
        if kind == PUPIL:
            found.pupils[decision] += count
        elif decision == RolloverDecision.MAKE:
            found.kinds[kind] += count
        if exception:
            found.exceptions[exception] += count
        if decision == RolloverDecision.UNDECIDED:
            found.open[exception] += count
    return found


def kinds() -> dict[str, Any]:
    """The kinds of lines with what people call them; upper floors add theirs."""
    own = {
        SESSION: _("Year and terms"),
        PUPIL: _("Pupils"),
        SECTION: _("Sections"),
        TEACHING: _("Teaching assignments"),
    }
    return own | {kind: label for one in contributors() for kind, label in one.kinds.items()}


def homerooms_to_choose(rollover: Rollover) -> list[PlannedSection]:
    """The homerooms of the new year a person may send a pupil to, those of one campus together."""
    drawn = draw(rollover.from_year, rollover.to_year, decided_of(rollover.lines.all()))
    rows = [
        one
        for one in drawn.draft.sections.values()
        if one.kind == SectionKind.HOMEROOM and not one.is_left_out
    ]
    return sorted(
        rows, key=lambda one: (str(one.campus_id), drawn.facts.position_of(one.grade_level_id), one.name)
    )


def decided_of(lines: Iterable[Any]) -> dict[str, Decided]:
    """What people have asked for, by line."""
    return {row.key: Decided(row.asked, row.chosen, row.reason) for row in lines if row.asked}
