"""The marks a paper shows: posted grades first; where the template says so, the average so far, not final."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import Q

from apps.academics.models import AcademicSession, SessionKind
from apps.gradebook.models import Attempt, PostedGrade, Posting, ScoreBand

TENTH: Final = Decimal("0.1")
HUNDREDTH: Final = Decimal("0.01")
Place = tuple[uuid.UUID, uuid.UUID, uuid.UUID]
"""(student, section, session)"""


@dataclass(frozen=True)
class Mark:
    """What a pupil has in a subject and session."""

    percent: Decimal | None = None
    label: str = ""
    points: Decimal | None = None
    is_passing: bool | None = None
    credits_earned: Decimal = Decimal(0)
    is_final: bool = True
    is_resit: bool = False


@dataclass(frozen=True)
class Band:
    """A line of the legend: the grade is given from `lower` percent upwards."""

    label: str
    lower: Decimal
    points: Decimal | None = None
    description: str = ""
    is_passing: bool = True


@dataclass(frozen=True)
class Posted:
    """What was posted for some pupils, and the scales the grades were read by."""

    marks: Mapping[Place, Mark]
    postings: Mapping[Place, uuid.UUID]
    scales: Mapping[uuid.UUID, tuple[Band, ...]]

    def bands_of(self, student_id: uuid.UUID) -> tuple[Band, ...]:
        """The scale of the pupil's grades, as it was when they were posted; of several, the most used."""
        used = [self.postings[place] for place in self.marks if place[0] == student_id]
        counts: dict[tuple[Band, ...], int] = defaultdict(int)
        for posting in used:
            counts[self.scales.get(posting, ())] += 1
        return max(counts, key=lambda bands: counts[bands], default=())


def terms_of(session: AcademicSession) -> list[AcademicSession]:
    """The columns of a paper: the year's parts, or those up to the one asked for."""
    if session.kind == SessionKind.SCHOOL_YEAR:
        return list(session.children.order_by("begin_date"))
    if session.parent_id is None:
        return [session]
    before = AcademicSession.objects.filter(parent=session.parent_id, begin_date__lte=session.begin_date)
    return list(before.order_by("begin_date"))


def posted(students: Iterable[uuid.UUID], sessions: Iterable[uuid.UUID]) -> Posted:
    """The grades that stand, a resit before the regular attempt, in three queries."""
    rows = PostedGrade.objects.filter(
        student__in=list(students), session__in=list(sessions), replaced_at__isnull=True
    ).order_by("attempt")
    marks: dict[Place, Mark] = {}
    postings: dict[Place, uuid.UUID] = {}
    # "regular" comes before "resit", so that the resit is what stays.
    for row in rows:
        place = (row.student_id, row.section_id, row.session_id)
        marks[place], postings[place] = _mark(row), row.posting_id
    return Posted(marks, postings, _scales(set(postings.values())))


def mean(values: Iterable[Decimal | None]) -> Decimal | None:
    """The plain mean of what is there, to a tenth, rounded once."""
    known = [value for value in values if value is not None]
    return (sum(known, Decimal(0)) / len(known)).quantize(TENTH, ROUND_HALF_UP) if known else None


def grade_point_average(pairs: Sequence[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """The mean of (points, credits), weighted by credits; without any, every course weighs the same."""
    known = [(points, weight) for points, weight in pairs if points is not None]
    if not known:
        return None
    if not any(weight for _points, weight in known):
        known = [(points, Decimal(1)) for points, _weight in known]
    total = sum((points * weight for points, weight in known), Decimal(0))
    whole = sum((weight for _points, weight in known), Decimal(0))
    return (total / whole).quantize(HUNDREDTH, ROUND_HALF_UP)


def decimals_of(percents: Iterable[Decimal | None]) -> int:
    """As many decimals as the finest of them needs, so that a column stands straight."""
    return max((_decimals(one) for one in percents if one is not None), default=0)


def _decimals(value: Decimal) -> int:
    exponent: Any = value.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _mark(row: PostedGrade) -> Mark:
    return Mark(
        percent=row.percent,
        label=row.label,
        points=row.points,
        is_passing=row.is_passing,
        credits_earned=row.credits_earned,
        is_resit=row.attempt == Attempt.RESIT,
    )


def _scales(postings: set[uuid.UUID]) -> dict[uuid.UUID, tuple[Band, ...]]:
    """By posting: the bands frozen with it, with what the school says they mean."""
    rows = list(Posting.objects.filter(pk__in=postings).values_list("pk", "school_id", "rules"))
    said = ScoreBand.objects.filter(~Q(description=""), school__in={school for _pk, school, _rules in rows})
    meanings = {(band.school_id, band.label, band.lower): band.description for band in said}
    return {
        pk: tuple(_band(band, school, meanings) for band in (rules or {}).get("bands", ()))
        for pk, school, rules in rows
    }


def _band(
    band: Mapping[str, Any], school: uuid.UUID, meanings: Mapping[tuple[uuid.UUID, str, Decimal], str]
) -> Band:
    lower = Decimal(str(band["lower"]))
    points = band.get("points")
    return Band(
        label=band["label"],
        lower=lower,
        points=None if points is None else Decimal(str(points)),
        description=meanings.get((school, band["label"], lower), ""),
        is_passing=band.get("is_passing", True),
    )
