"""The office's board of who has not arrived."""

import uuid

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from apps.academics.models import Guardian, Student
from apps.attendance import services
from apps.attendance.models import AttendanceDay, CallOutcome
from apps.attendance.selectors import board as selectors
from apps.attendance.selectors.sheets import ABSENT, codes_of
from apps.core.policy import permitted_or_missing, require_verb
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show
from apps.timetable.web.asked import actor_of, campus_of, campuses_of


class CallForm(ServiceForm):
    guardian = forms.UUIDField(required=False)
    outcome = forms.ChoiceField(choices=CallOutcome.choices)
    note = forms.CharField(max_length=200, required=False)


class ExplainForm(ServiceForm):
    code = forms.UUIDField(required=False)
    reason = forms.CharField(max_length=200)


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Live: an event on the campus's channel, or fifteen seconds, and the list fetches itself again."""
    actor = actor_of(request)
    require_verb(actor, "view_board", AttendanceDay)
    campuses = campuses_of(actor)
    campus, day = campus_of(request, campuses), timezone.localdate()
    people = selectors.board(actor, day, campus.pk) if campus else []
    codes = codes_of(campus.school_id).active if campus else []
    context = {
        "title": _("Not arrived"),
        "campuses": campuses,
        "campus": campus,
        "day": day,
        "people": people,
        "waiting": selectors.not_arrived(people),
        "outcomes": CallOutcome.choices,
        "codes": [one for one in codes if one.category in ABSENT and not one.is_unexplained],
    }
    return show(request, "attendance/board.html", "attendance/board.html#people", context)


@login_required
@require_POST
def call_add(request: HttpRequest, student_id: uuid.UUID) -> HttpResponse:
    """Note a call and how it went."""
    student = _missing_student(request, student_id)
    form = CallForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        guardian = None
        if data["guardian"]:
            rows = Guardian.objects.permitted(actor_of(request))
            guardian = permitted_or_missing(rows, actor_of(request), pk=data["guardian"])
        services.log_call(
            actor=actor_of(request),
            student=student,
            date=timezone.localdate(),
            outcome=data["outcome"],
            guardian=guardian,
            note=data["note"],
        )
        say(request, _("Call noted."))
    else:
        say(request, _("Choose how the call went."), level=30)
    return go(request, "attendance:board")


@login_required
@require_POST
def explain(request: HttpRequest, student_id: uuid.UUID) -> HttpResponse:
    """The absence is explained; the pupil leaves the board and notices stop."""
    student = _missing_student(request, student_id)
    form = ExplainForm(request.POST)
    if form.is_valid():
        codes = codes_of(student.school_id).by_id
        services.explain_absence(
            actor=actor_of(request),
            student=student,
            date=timezone.localdate(),
            reason=form.cleaned_data["reason"],
            code=codes.get(form.cleaned_data["code"]),
        )
        say(request, _("Explained. The family hears no more of it."))
    else:
        say(request, _("Say what explains the absence."), level=30)
    return go(request, "attendance:board")


def _missing_student(request: HttpRequest, student_id: uuid.UUID) -> Student:
    day = permitted_or_missing(
        AttendanceDay.objects.select_related("student"),
        actor_of(request),
        "explain",
        student=student_id,
        date=timezone.localdate(),
    )
    return day.student
