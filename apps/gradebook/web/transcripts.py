"""What a pupil earned elsewhere, kept by the office."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.academics.models import Student
from apps.core.errors import Missing
from apps.core.policy import Actor, added, may, permitted_or_missing, require_verb
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form
from apps.gradebook.models import CourseTranscript
from apps.gradebook.services.transcripts import add_transcript, change_transcript, delete_transcript
from apps.gradebook.web.pupils import may_add_transcript
from apps.timetable.web.asked import actor_of

_NOT_NEGATIVE = Decimal(0)


class TranscriptForm(ServiceForm):
    course_title = forms.CharField(label=gettext_lazy("Course"), max_length=200)
    course_code = forms.CharField(label=gettext_lazy("Course code"), max_length=100, required=False)
    school_name = forms.CharField(label=gettext_lazy("School"), max_length=200, required=False)
    year_label = forms.CharField(label=gettext_lazy("School year"), max_length=40, required=False)
    term_label = forms.CharField(label=gettext_lazy("Term"), max_length=60, required=False)
    percent = forms.DecimalField(
        label=gettext_lazy("Percent"), max_digits=7, decimal_places=4, min_value=_NOT_NEGATIVE, required=False
    )
    label = forms.CharField(label=gettext_lazy("Grade"), max_length=20, required=False)
    points = forms.DecimalField(
        label=gettext_lazy("Grade points"),
        max_digits=5, decimal_places=2, min_value=_NOT_NEGATIVE, required=False,
        help_text=gettext_lazy("On the scale of this school; empty leaves the line out of the average."),
    )  # fmt: skip
    credits_attempted = forms.DecimalField(
        label=gettext_lazy("Credits attempted"),
        max_digits=6, decimal_places=2, min_value=_NOT_NEGATIVE, required=False,
    )  # fmt: skip
    credits_earned = forms.DecimalField(
        label=gettext_lazy("Credits earned"),
        max_digits=6, decimal_places=2, min_value=_NOT_NEGATIVE, required=False,
    )  # fmt: skip
    is_final = forms.BooleanField(
        label=gettext_lazy("Closes the course"), required=False, initial=True,
        help_text=gettext_lazy("Only such lines count in the average over the years."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, student_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", CourseTranscript)
    pupil = permitted_or_missing(Student.objects.all(), actor, pk=student_id)
    if not may_add_transcript(actor, pupil):
        raise Missing
    form = TranscriptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = form.call(_add, actor=actor, student=pupil, **form.cleaned_data)
        if row is not None:
            say(request, _("Added."))
            return go(request, "gradebook:student", row.student_id)
    context = {
        "title": _("A grade from elsewhere"),
        "lead": pupil.full_name,
        "cancel_url": reverse("gradebook:student", args=[pupil.pk]),
    }
    return show_form(request, "gradebook/form.html", form, context)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    row = permitted_or_missing(
        CourseTranscript.objects.select_related("student"), actor, "change", pk=transcript_id
    )
    values = {name: getattr(row, name) for name in TranscriptForm.base_fields}
    form = TranscriptForm(request.POST or None, initial=values)
    if request.method == "POST" and form.is_valid():
        done = form.call(change_transcript, actor=actor, transcript=row, **form.cleaned_data)
        if done is not None:
            say(request, _("Saved."))
            return go(request, "gradebook:student", row.student_id)
    context = {
        "title": _("A grade from elsewhere"),
        "lead": row.student.full_name,
        "cancel_url": reverse("gradebook:student", args=[row.student_id]),
        "delete_url": reverse("gradebook:transcript-delete", args=[row.pk])
        if may(actor, "delete", row)
        else "",
    }
    return show_form(request, "gradebook/form.html", form, context)


@login_required
@require_POST
def delete(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    row = permitted_or_missing(CourseTranscript.objects.all(), actor, "delete", pk=transcript_id)
    student_id = row.student_id
    delete_transcript(actor=actor, transcript=row)
    say(request, _("Deleted."))
    return go(request, "gradebook:student", student_id)


def _add(*, actor: Actor, **data: Any) -> CourseTranscript:
    with transaction.atomic():
        return added(actor, add_transcript(actor=actor, **data))
