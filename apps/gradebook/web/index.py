"""The gradebooks somebody looks after, and how far each has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.academics.models import Section, SectionKind
from apps.academics.selectors import teacher_names
from apps.core.policy import Actor, PermittedQuerySet, active_on, require_verb
from apps.core.web.pages import Page
from apps.gradebook.models import Gradebook, LineItem
from apps.gradebook.selectors.progress import Progress, progress_of
from apps.gradebook.selectors.years import years_of
from apps.timetable.web.asked import actor_of

_SIZE = 30


@dataclass(frozen=True)
class Line:
    """One gradebook of the list."""

    section: Section
    term: str
    url: str
    progress: Progress
    teachers: str = ""

    @property
    def percent(self) -> int:
        return self.progress.marked * 100 // self.progress.expected if self.progress.expected else 0


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """A teacher's own gradebooks, or for heads those of the campus; the running term of each."""
    actor = actor_of(request)
    require_verb(actor, "view", Gradebook)
    query = request.GET.get("search", "").strip()[:60]
    sections = _sections(actor, query)
    page = Page(total=sections.count(), number=request.GET.get("page", ""), size="", sizes=(_SIZE,))
    shown = list(sections.select_related("course")[page.start : page.stop])
    context = {
        "title": _("Gradebooks"),
        "lines": _lines(actor, shown),
        "page": page,
        "links": page.links(lambda number: f"?{urlencode({'search': query, 'page': number})}"),
        "search": query,
        "is_narrowed": bool(query),
    }
    return render(request, "gradebook/index.html", context)


def _sections(actor: Actor, query: str) -> PermittedQuerySet[Section]:
    rows = Section.objects.permitted(actor, "view_roster").filter(
        active_on(actor.today, "session"), is_active=True
    )
    marked = LineItem.objects.permitted(actor).values("section")
    rows = rows.filter(kind=SectionKind.SCHEDULED) | rows.filter(pk__in=marked)
    if query:
        rows = rows.filter(name__icontains=query)
    return rows.order_by("grade_level__position", "name", "pk")


def _lines(actor: Actor, sections: Sequence[Section]) -> list[Line]:
    if not sections or actor.school_id is None:
        return []
    years = years_of(actor.school_id)
    terms = {one.pk: years.running(one.session_id, actor.today) for one in sections}
    progress = progress_of(list(terms.items()), years)
    teachers = teacher_names([one.pk for one in sections], actor.today)
    return [
        Line(
            section=one,
            term=terms[one.pk].name,
            url=reverse("gradebook:grid", args=[one.pk]),
            progress=progress[one.pk],
            teachers=teachers.get(one.pk, ""),
        )
        for one in sections
    ]
