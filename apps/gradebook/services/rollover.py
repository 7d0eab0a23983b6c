"""What a new school year takes over from gradebooks: who has passed, and how a section counts."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.academics.models import AcademicSession, ProgramCourse
from apps.academics.services.rollover import (
    Blocker,
    Contributor,
    Draft,
    Line,
    Standing,
    Work,
    key_of,
    within,
)
from apps.gradebook.models import Gradebook, PostedGrade, Result, ScoreStatus

GRADEBOOK: Final = "gradebook"


def standings(year: AcademicSession, students: Collection[uuid.UUID]) -> dict[uuid.UUID, Standing] | None:
    """By the posted grades of the year that stand; a passed resit counts. None where none were posted.

    A course the pupil's program leaves to choice holds nobody back.
    """
    rows = PostedGrade.objects.filter(session=year, replaced_at__isnull=True, is_passing__isnull=False)
    found = list(
        rows.filter(student__in=students)
        .order_by("section__course__name", "section__name")
        .values_list(
            "student_id", "student__program_id", "section__course_id", "section__course__name", "is_passing"
        )
    )
    if not found:
        return None
    optional = set(
        ProgramCourse.objects.filter(school=year.school_id, is_required=False).values_list(
            "program_id", "course_id"
        )
    )
    passed: dict[uuid.UUID, dict[str, bool]] = defaultdict(dict)
    for student, program, course, name, is_passing in found:
        grades = passed[student]
        holds = is_passing or (program, course) in optional
        grades[name or ""] = grades.get(name or "", False) or holds
    return {student: _standing(grades) for student, grades in passed.items()}


def draw(draft: Draft) -> Iterator[Line]:
    """The school's schemes go on; a section's own scheme was made for that section and stays with it."""
    copied = dict(draft.copied())
    rows = Gradebook.objects.filter(section__in=copied, scheme__section__isnull=True, scheme__is_active=True)
    for row in rows.select_related("scheme").order_by("section_id"):
        planned = copied[row.section_id]
        yield Line(
            GRADEBOOK, key_of(GRADEBOOK, row.pk), planned.name, planned.campus_id, section_id=row.section_id,
            source=planned.name, goal=row.scheme.name, detail={"scheme": str(row.scheme_id)},
        )  # fmt: skip


def write(work: Work) -> None:
    work.create(Gradebook, (_row(work, line) for line in work.wanted(GRADEBOOK)))


def blockers(year: AcademicSession) -> Iterator[Blocker]:
    """The first mark of the new year."""
    rows = Result.objects.filter(within(year, "line_item__section__session"))
    mark = rows.exclude(status=ScoreStatus.UNMARKED).select_related("line_item__section").first()
    if mark is not None:
        item = mark.line_item
        named = {"item": item.title, "section": item.section.name}
        yield Blocker(
            _("A mark has been entered for %(item)s in %(section)s.") % named,
            reverse("gradebook:grid", args=[item.section_id]),
        )


def _standing(grades: dict[str, bool]) -> Standing:
    failed = tuple(name for name, holds in grades.items() if not holds)
    return Standing(not failed, failed)


def _row(work: Work, line: Line) -> dict[str, Any]:
    return {
        "section_id": work.section_after(line.section_id),
        "scheme_id": uuid.UUID(line.detail["scheme"]),
    }


CONTRIBUTOR: Final = Contributor(
    GRADEBOOK,
    kinds={GRADEBOOK: gettext_lazy("Gradebooks")},
    standings=standings,
    draw=draw,
    write=write,
    blockers=blockers,
)
