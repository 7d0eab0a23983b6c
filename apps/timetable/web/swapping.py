"""Two lessons change places: choose the other, see what changes, swap."""

import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.core.policy import Actor, permitted_or_missing
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form
from apps.timetable import services
from apps.timetable.models import Meeting
from apps.timetable.selectors import shown, week_of
from apps.timetable.web.asked import actor_of
from apps.timetable.web.views import week_url


class _LessonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the type checker only
    def label_from_instance(self, lesson: Any) -> str:
        return f"{when(lesson)} · {title(lesson)}"


class SwapForm(ServiceForm):
    other = _LessonField(
        label=gettext_lazy("Swap with"),
        queryset=Meeting.objects.none(),
        empty_label=gettext_lazy("Choose a lesson"),
        help_text=gettext_lazy("Lessons of the section and of the teacher in the same week."),
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = others


@login_required
@require_http_methods(["GET", "POST"])
def meeting_swap(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """The choice by GET, so that what changes is seen before anything does."""
    actor = actor_of(request)
    first = permitted_or_missing(shown(Meeting.objects.all()), actor, "change", pk=meeting_id)
    form = SwapForm(request.POST or request.GET or None, others=_near(actor, first))
    second = form.cleaned_data["other"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and second is not None:
        if form.call(services.swap_meetings, actor=actor, first=first, second=second):
            say(request, _("The two lessons have changed places."))
            return go(request, week_url(first.section_id, first.date))
        second = None
    back = week_url(first.section_id, first.date)
    context = {"title": _("Swap two lessons"), "first": first, "cancel_url": back}
    return show_form(request, "timetable/swap.html", form, {**context, "moves": _moves(first, second)})


def when(lesson: Meeting) -> str:
    begin = timezone.localtime(lesson.begin_at)
    return date_format(begin, "D j M, H:i")


def title(lesson: Meeting) -> str:
    named = [lesson.section.name, lesson.teacher.full_name if lesson.teacher else ""]
    return ", ".join(filter(None, named))


def _near(actor: Actor, first: Meeting) -> "QuerySet[Meeting]":
    begin, end = week_of(first.date)
    mine = Q(section=first.section_id)
    if first.teacher_id:
        mine |= Q(teacher=first.teacher_id)
    rows = Meeting.objects.permitted(actor, "change").filter(mine, date__gte=begin, date__lt=end)
    return shown(rows.filter(is_cancelled=False).exclude(pk=first.pk))


def _moves(first: Meeting, second: Meeting | None) -> list[dict[str, str]]:
    """Which lesson goes from when to when."""
    if second is None:
        return []
    return [
        {"title": title(one), "before": when(one), "after": when(other)}
        for one, other in ((first, second), (second, first))
    ]
