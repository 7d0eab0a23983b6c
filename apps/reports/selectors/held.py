"""Grades on papers that no family may know yet."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from apps.academics.models import AcademicSession
from apps.gradebook.models import PostedGrade
from apps.reports.models import DocumentKind, IssuedDocument
from apps.reports.selectors.marks import terms_of

_OF_TERMS = frozenset({DocumentKind.REPORT_CARD, DocumentKind.PROGRESS})


def held_papers(documents: Iterable[IssuedDocument], at: datetime) -> set[uuid.UUID]:
    """Those with a grade on them that will not be out at that moment; the queries are few, however many."""
    marked = [one for one in documents if one.kind in {*_OF_TERMS, DocumentKind.TRANSCRIPT}]
    grades = _not_out({one.student_id for one in marked}, at)
    printed = _printed({one.session for one in marked if one.kind in _OF_TERMS})
    return {
        one.pk
        for one in marked
        if any(
            _stood(grade, one.created_at)
            and (one.kind == DocumentKind.TRANSCRIPT or grade.session_id in printed[one.session_id])
            for grade in grades[one.student_id]
        )
    }


def _not_out(students: Iterable[uuid.UUID | None], at: datetime) -> dict[uuid.UUID | None, list[PostedGrade]]:
    rows = PostedGrade.objects.filter(
        Q(release_at__isnull=True) | Q(release_at__gt=at), student__in=[pk for pk in students if pk]
    ).only("student_id", "session_id", "created_at", "replaced_at")
    found: defaultdict[uuid.UUID | None, list[PostedGrade]] = defaultdict(list)
    for row in rows:
        found[row.student_id].append(row)
    return found


def _printed(sessions: Iterable[AcademicSession | None]) -> dict[uuid.UUID | None, set[uuid.UUID]]:
    """The sessions with a column on a paper of each."""
    return {one.pk: {one.pk, *(term.pk for term in terms_of(one))} for one in sessions if one}


def _stood(grade: PostedGrade, moment: datetime) -> bool:
    return grade.created_at <= moment and (grade.replaced_at is None or grade.replaced_at > moment)
