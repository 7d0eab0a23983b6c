"""A pupil's marks: for the pupil, for the family with all children side by side, and for the school."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.academics.models import AcademicSession, Student
from apps.academics.web.students import JOINS, student_page
from apps.core.policy import Actor, may, permitted_or_missing, require_verb
from apps.core.web.responses import go
from apps.gradebook.access import released
from apps.gradebook.models import CourseTranscript, PostedGrade, Result
from apps.gradebook.selectors.gpa import Record, record_of
from apps.gradebook.selectors.ranks import homeroom_rank_of
from apps.gradebook.selectors.standing import (
    Shown,
    current_term,
    family_of,
    marks_of_pupils,
    shown_to_families,
)
from apps.gradebook.selectors.years import Years, years_of
from apps.gradebook.web.charts import progress_chart
from apps.timetable.web.asked import actor_of


@login_required
@require_GET
def student(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A tab of the pupil: grades by term, results by subject with what they come to, and the years before."""
    actor = actor_of(request)
    require_verb(actor, "view", Result)
    pupil = permitted_or_missing(Student.objects.select_related(*JOINS), actor, pk=pk)
    years = years_of(pupil.school_id)
    session = _session(request, years, actor)
    context: dict[str, Any] = {"pupil": pupil, "session": session}
    if session is not None:
        year = years.year_of(session.pk)
        [marks] = marks_of_pupils(actor, [pupil], session, years)
        context |= {
            "marks": marks,
            "holds_back": any(not line.is_out for one in marks.subjects for line in one.lines),
            "sessions": years.postable(year.pk),
            "years": [one for one in years.by_id.values() if years.is_year(one.pk)],
            "year": year,
            "chart": progress_chart(marks),
            "record": _record(actor, pupil),
            "rank": _rank(actor, pupil, session)
            if any(session.pk in one.posted for one in marks.subjects)
            else None,
            "may_add": may_add_transcript(actor, pupil),
        }
    return student_page(request, pupil, "marks", "gradebook/student.html", context)


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """All children side by side; who has one door only is sent through it."""
    actor = actor_of(request)
    require_verb(actor, "view", Result)
    who = Q(user=actor.user_id) | Q(guardianships__guardian__user=actor.user_id)
    pupils = list(Student.objects.permitted(actor).filter(who).distinct().order_by("given_name"))
    if len(pupils) == 1:
        return go(request, "gradebook:student", pupils[0].pk)
    years = years_of(pupils[0].school_id) if pupils else None
    session = _session(request, years, actor) if years else None
    marks = marks_of_pupils(actor, pupils, session, years) if years and session else []
    return render(
        request, "gradebook/mine.html", {"title": _("Marks"), "children": marks, "session": session}
    )


def may_add_transcript(actor: Actor, pupil: Student) -> bool:
    """Whether the office may write what the pupil earned elsewhere."""
    return CourseTranscript.policy.allows(actor, "add") and may(actor, "change", pupil)


def _session(request: HttpRequest, years: Years, actor: Actor) -> AcademicSession | None:
    """The year or term in the address, the term that runs without one."""
    wanted = request.GET.get("term", "")
    chosen = next((one for pk, one in years.by_id.items() if str(pk) == wanted), None)
    return chosen or current_term(years, actor.today)


def _record(actor: Actor, pupil: Student) -> Record:
    return record_of(
        PostedGrade.objects.permitted(actor).filter(student=pupil),
        CourseTranscript.objects.permitted(actor).filter(student=pupil),
    )


def _rank(actor: Actor, pupil: Student, session: AcademicSession) -> int | None:
    """The place in the homeroom, for families only where the campus shows it."""
    shown = shown_to_families([pupil.campus_id]).get(pupil.campus_id, Shown())
    is_family = bool(family_of(actor, [pupil]))
    if is_family and not shown.rank:
        return None
    # A place would tell of grades that are not out.
    return homeroom_rank_of(pupil.pk, session, released() if is_family else Q())
