"""How far a section's marking has come in a term."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from apps.academics.models import AcademicSession, Enrollment, EnrollmentStatus
from apps.gradebook.access import released
from apps.gradebook.models import LineItem, Posting, ScoreStatus
from apps.gradebook.selectors.years import Years


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one section in one term: cells that have a mark, items families see, whether grades are posted."""

    items: int = 0
    released: int = 0
    marked: int = 0
    expected: int = 0
    is_posted: bool = False


def progress_of(
    sections: Collection[tuple[uuid.UUID, AcademicSession]], years: Years
) -> dict[uuid.UUID, Progress]:
    """By section, each in its own term, in a fixed number of queries."""
    ids = [section for section, _term in sections]
    pupils = _pupils(ids)
    items, results = _items(ids), _marked(ids)
    posted = set(Posting.objects.filter(section__in=ids).values_list("section_id", "session_id"))
    found = {}
    for section, term in sections:
        inside = years.inside(term.pk)
        counts = [items.get((section, one), (0, 0)) for one in inside]
        total = sum(count for count, _out in counts)
        found[section] = Progress(
            items=total,
            released=sum(out for _count, out in counts),
            marked=sum(results.get((section, one), 0) for one in inside),
            expected=total * pupils.get(section, 0),
            is_posted=(section, term.pk) in posted,
        )
    return found


def _pupils(sections: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    seated = Enrollment.objects.filter(section__in=sections, status=EnrollmentStatus.ACTIVE)
    return dict(seated.values_list("section_id").annotate(Count("pk")).order_by())


def _items(sections: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], tuple[int, int]]:
    rows = LineItem.objects.filter(section__in=sections).order_by().values_list("section_id", "session_id")
    counted = rows.annotate(Count("pk"), out=Count("pk", filter=released()))
    return {(section, session): (count, out) for section, session, count, out in counted}


def _marked(sections: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], int]:
    rows = LineItem.objects.filter(section__in=sections).order_by().values_list("section_id", "session_id")
    done = ~Q(results__status__in=(ScoreStatus.UNMARKED, ScoreStatus.SUBMITTED))
    counted = rows.annotate(count=Count("results", filter=done & Q(results__isnull=False)))
    return {(section, session): count for section, session, count in counted}
