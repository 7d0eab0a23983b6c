"""What waits for a teacher: marks that are due, and terms that are over and not posted."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from apps.academics.models import AcademicSession, Enrollment, EnrollmentStatus, Section
from apps.gradebook.models import LineItem, PostedGrade, ScoreStatus
from apps.gradebook.selectors.years import Years

# So long after it was due a mark is late.
PATIENCE: Final = timedelta(days=14)
# So long before its end a term may be posted without being early.
SOON: Final = timedelta(days=7)
_DONE: Final = ~Q(results__status__in=(ScoreStatus.UNMARKED, ScoreStatus.SUBMITTED))


@dataclass(frozen=True)
class ToMark:
    """An item that was due, with so many pupils still without a mark."""

    item: LineItem
    count: int
    is_late: bool


@dataclass(frozen=True)
class ToPost:
    """A term of a section that is over, or nearly, and has no grades posted."""

    section: Section
    session: AcademicSession


def to_mark(items: QuerySet[LineItem], today: date) -> list[ToMark]:
    """Of items somebody looks after those that were due and are not all marked, the oldest first."""
    rows = list(
        items.filter(due_date__lte=today, is_counted=True)
        .annotate(marked=Count("results", filter=_DONE & Q(results__isnull=False), distinct=True))
        .select_related("section__course")
        .order_by("due_date")
    )
    seats = seated({one.section_id for one in rows})
    waits = [(one, seats.get(one.section_id, 0) - getattr(one, "marked", 0)) for one in rows]
    return [
        ToMark(one, count, one.due_date is not None and one.due_date + PATIENCE <= today)
        for one, count in waits
        if count > 0
    ]


def to_post(sections: Iterable[Section], years: Years, today: date) -> list[ToPost]:
    """Terms of these sections that end soon or are over, hold marks, and have no grade that stands."""
    sections = list(sections)
    ids = [one.pk for one in sections]
    posted = set(
        PostedGrade.objects.standing().filter(section__in=ids).values_list("section_id", "session_id")
    )
    marked = {
        (section, years.term_of(session).pk)
        for section, session in LineItem.objects.filter(section__in=ids, results__isnull=False)
        .values_list("section_id", "session_id")
        .distinct()
    }
    return [
        ToPost(section, term)
        for section in sections
        for term in years.terms_in(section.session_id)
        if _is_over(term, today) and (section.pk, term.pk) in marked - posted
    ]


def seated(sections: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many pupils sit in each section."""
    rows = Enrollment.objects.filter(section__in=sections, status=EnrollmentStatus.ACTIVE)
    return dict(rows.values_list("section_id").annotate(Count("pk")).order_by())


def _is_over(term: AcademicSession, today: date) -> bool:
    return term.end_date is not None and term.end_date - SOON <= today
