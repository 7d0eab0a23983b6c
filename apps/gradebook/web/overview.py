"""The head's and the homeroom teacher's view of a term."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.academics.models import AcademicSession, Section, SectionKind
from apps.core.policy import Actor, active_on, permitted_or_missing, require_verb
from apps.core.web.pages import Page
from apps.core.web.responses import go
from apps.gradebook.models import PostedGrade, Result
from apps.gradebook.selectors.overview import homeroom_table, section_lines, sections_in
from apps.gradebook.selectors.standing import current_year
from apps.gradebook.selectors.years import Years, years_of
from apps.timetable.web.asked import actor_of, campus_of, campuses_of

_SIZE = 60


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """A campus in a term: marked, out, posted, and who is late; the late ones first."""
    actor = actor_of(request)
    require_verb(actor, "release", PostedGrade)
    campuses = campuses_of(actor)
    campus = campus_of(request, campuses)
    years = years_of(campus.school_id) if campus else None
    terms = _terms(years, actor) if years else []
    session = _chosen(request, terms, actor)
    context: dict[str, Any] = {
        "title": _("Closing the term"),
        "campuses": campuses,
        "campus": campus,
        "sessions": terms,
        "session": session,
    }
    if campus and years and session:
        lines = section_lines(sections_in(actor, campus.pk, session, years), session, years, actor.today)
        page = Page(total=len(lines), number=request.GET.get("page", ""), size="", sizes=(_SIZE,))
        context |= {
            "lines": lines[page.start : page.stop],
            "page": page,
            "late": sum(one.is_late for one in lines),
            "posted": sum(one.progress.is_posted for one in lines),
            "total": len(lines),
            "homerooms": Section.objects.permitted(actor, "view_roster")
            .filter(active_on(actor.today, "session"), campus=campus, kind=SectionKind.HOMEROOM)
            .order_by("grade_level__position", "name"),
        }
    return render(request, "gradebook/overview.html", context)


@login_required
@require_GET
def my_homeroom(request: HttpRequest) -> HttpResponse:
    """The homeroom of whoever asks."""
    actor = actor_of(request)
    require_verb(actor, "view_roster", Section)
    own = Section.objects.permitted(actor).filter(
        active_on(actor.today, "teaching_assignments"),
        active_on(actor.today, "session"),
        teaching_assignments__staff__user=actor.user_id,
        kind=SectionKind.HOMEROOM,
    )
    found = own.order_by("name").first()
    if found is not None:
        return go(request, "gradebook:homeroom", found.pk)
    return render(request, "gradebook/no_homeroom.html", {"title": _("Marks of my homeroom")})


@login_required
@require_GET
def homeroom(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """Pupils by subjects, for who looks after them: posted grades, or what stands so far."""
    actor = actor_of(request)
    require_verb(actor, "view", Result)
    section = permitted_or_missing(
        Section.objects.select_related("session", "campus"),
        actor,
        "view_roster",
        pk=section_id,
        kind=SectionKind.HOMEROOM,
    )
    years = years_of(section.school_id)
    terms = years.postable(section.session_id)
    session = _chosen(request, terms, actor) or terms[0]
    titles, table = homeroom_table(actor, section, session, years)
    context = {
        "title": section.name,
        "section": section,
        "sessions": terms,
        "session": session,
        "titles": titles,
        "rows": table,
    }
    return render(request, "gradebook/homeroom.html", context)


def _terms(years: Years, actor: Actor) -> list[AcademicSession]:
    year = current_year(years, actor.today)
    return years.postable(year.pk) if year else []


def _chosen(request: HttpRequest, terms: list[AcademicSession], actor: Actor) -> AcademicSession | None:
    """The term in the address, else the one that runs."""
    wanted = request.GET.get("term", "")
    begun = [
        one for one in terms if one.begin_date <= actor.today and one.end_date and one.end_date > actor.today
    ]
    default = begun[0] if begun else (terms[0] if terms else None)
    return next((one for one in terms if str(one.pk) == wanted), default)
