"""What lies behind a figure: who changed a mark, and why a total is what it is."""

import uuid
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.academics.models import Student
from apps.core.errors import Missing
from apps.core.policy import permitted_or_missing
from apps.core.trail import Change, Difference, changes_of
from apps.gradebook.models import Result
from apps.gradebook.selectors.sheets import sheet, term_in
from apps.gradebook.selectors.steps import sentence
from apps.gradebook.selectors.years import years_of
from apps.gradebook.services.opening import opened_gradebook
from apps.gradebook.web.panels import panel
from apps.gradebook.web.reach import item_of
from apps.timetable.web.asked import actor_of

_TYPED: Final = ("status", "score", "text_score", "days_late", "comment")


@login_required
@require_GET
def cell_history(request: HttpRequest, item_id: uuid.UUID, student_id: uuid.UUID) -> HttpResponse:
    """Who changed this mark, when and from what to what; the newest first."""
    actor = actor_of(request)
    row = item_of(actor, item_id)
    student = permitted_or_missing(Student.objects.all(), actor, pk=student_id)
    results = Result.objects.permitted(actor, "view_history")
    found = results.filter(line_item=row, student=student).first()
    changes = [(one, _told(one)) for one in changes_of(found)] if found else []
    context = {"title": row.title, "item": row, "student": student, "changes": changes}
    return panel(request, "gradebook/cell_history.html", row.section_id, context)


def _told(change: Change) -> list[Difference]:
    """What a person typed; the rest follows from it."""
    typed = {str(one.verbose_name) for one in Result._meta.fields if one.name in _TYPED}
    return [one for one in change.differences if one.field in typed]


@login_required
@require_GET
def total_why(request: HttpRequest, section_id: uuid.UUID, student_id: uuid.UUID) -> HttpResponse:
    """Each step of a pupil's totals, in words."""
    book = opened_gradebook(actor=actor_of(request), section_id=section_id)
    term = term_in(years_of(book.school_id), book.section.session_id, request.GET.get("term", ""))
    made = sheet(gradebook=book, session=term, today=timezone.localdate())
    row = next((one for one in made.rows if one.student.pk == student_id), None)
    if row is None:
        raise Missing
    sums = made.sums(student_id, explained=True)
    totals = [(made.session.name, sums.term)]
    if len(made.sessions) > 1:
        totals.append((made.section.session.name, sums.year))
    context = {
        "title": row.student.full_name,
        "student": row.student,
        "totals": [
            (name, total, [(step.depth, sentence(step)) for step in total.steps]) for name, total in totals
        ],
    }
    return panel(request, "gradebook/total_why.html", section_id, context)
