"""Who stands where: by the school's way with ties, in a section, a homeroom or a grade level."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import accumulate

from django.db.models import Avg, Q, QuerySet

from apps.academics.models import AcademicSession, Section, SectionKind, Student
from apps.gradebook.models import Attempt, MarkingRules, PostedGrade, RankMethod
from apps.gradebook.selectors.places import places_of

Ranks = dict[uuid.UUID, int]


def ranks(figures: Mapping[uuid.UUID, Decimal | None], method: str) -> Ranks:
    """The place of each who has a figure, the highest first; equal figures share a place."""
    counts = Counter(figure for figure in figures.values() if figure is not None)
    if method == RankMethod.NONE:
        return {}
    ordered = sorted(counts, reverse=True)
    sizes = [counts[figure] for figure in ordered]
    through = list(accumulate(sizes))
    places = {
        RankMethod.DENSE: range(1, len(ordered) + 1),
        RankMethod.LAST: through,
        RankMethod.COMPETITION: [end - size + 1 for end, size in zip(through, sizes, strict=True)],
    }[RankMethod(method)]
    place_of = dict(zip(ordered, places, strict=True))
    return {pk: place_of[figure] for pk, figure in figures.items() if figure is not None}


def section_ranks(section: Section, session: AcademicSession) -> Ranks:
    """By the grades that stand posted in one section. A resit earns the credit, not the place."""
    rows = _standing(session).filter(section=section)
    return ranks(dict(rows.values_list("student", "percent")), method_of(section.campus_id))


def homeroom_ranks(homeroom: Section, session: AcademicSession, out: Q = Q()) -> Ranks:
    """By the mean over all subjects, among those who sit in the homeroom in that time.

    `out` narrows it to the grades that somebody may know of.
    """
    there = [pk for pk, place in places_of(homeroom.pk).items() if place.covers(session)]
    return ranks(means(_standing(session).filter(out, student__in=there)), method_of(homeroom.campus_id))


def homeroom_rank_of(student_id: uuid.UUID, session: AcademicSession, out: Q = Q()) -> int | None:
    """The pupil's place in the homeroom of that time."""
    homeroom = Section.objects.filter(
        kind=SectionKind.HOMEROOM,
        enrollments__student=student_id,
        enrollments__begin_date__lt=session.end_date,
        enrollments__end_date__gt=session.begin_date,
    ).order_by("-enrollments__begin_date")
    found = homeroom.first()
    return homeroom_ranks(found, session, out).get(student_id) if found else None


def level_ranks(campus_id: uuid.UUID, grade_level_id: uuid.UUID, session: AcademicSession) -> Ranks:
    """By the mean over all subjects, among the pupils of a grade level on a campus."""
    pupils = Student.objects.filter(campus=campus_id, grade_level=grade_level_id).values("pk")
    return ranks(means(_standing(session).filter(student__in=pupils)), method_of(campus_id))


def means(grades: QuerySet[PostedGrade]) -> dict[uuid.UUID, Decimal | None]:
    """The exact mean of each pupil's percentages, so that ties are ties; every subject weighs the same."""
    rows = grades.filter(percent__isnull=False).order_by().values("student")
    return dict(rows.annotate(mean=Avg("percent")).values_list("student", "mean"))


def method_of(campus_id: uuid.UUID) -> str:
    known: Iterable[str] = MarkingRules.objects.filter(campus=campus_id).values_list("rank_method", flat=True)
    return next(iter(known), RankMethod.NONE)


def _standing(session: AcademicSession) -> QuerySet[PostedGrade]:
    return PostedGrade.objects.standing().filter(session=session, attempt=Attempt.REGULAR)
