"""One posted grade: why it is what it is, what stood before, and changing it with a reason."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.policy import may, permitted_or_missing
from apps.core.trail import changes_of
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form
from apps.gradebook.models import Attempt, PostedGrade
from apps.gradebook.selectors.rules import Rules
from apps.gradebook.selectors.standing import may_see_workings
from apps.gradebook.selectors.years import years_of
from apps.gradebook.services.amending import amend_grade, record_resit
from apps.timetable.web.asked import actor_of

_JOINS = ("student", "section__course", "session", "posting__posted_by")


class GradeForm(ServiceForm):
    """A percentage, or a grade of the scale it was posted with."""

    percent = forms.DecimalField(
        label=gettext_lazy("Percent"), max_digits=7, decimal_places=4, min_value=Decimal(0), required=False
    )
    label = forms.ChoiceField(label=gettext_lazy("Grade, where there is no percentage"), required=False)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["label"]
        field.choices = [("", "–"), *((one.label, one.label) for one in rules.bands)]
        if not rules.bands:
            del self.fields["label"]


@login_required
@require_GET
def grade(request: HttpRequest, grade_id: uuid.UUID) -> HttpResponse:
    """Families see the steps once every result behind them is out; the office sees what stood before, too."""
    actor = actor_of(request)
    row = permitted_or_missing(PostedGrade.objects.select_related(*_JOINS), actor, pk=grade_id)
    explains = may(actor, "explain", row)
    others = PostedGrade.objects.permitted(actor).filter(
        student=row.student_id, section=row.section_id, session=row.session_id
    )
    context = {
        "title": _("%(name)s in %(subject)s") % {
            "name": row.student.full_name, "subject": row.section.course or row.section,
        },
        "grade": row,
        "steps": row.workings if may_see_workings(actor, row, years_of(row.school_id)) else [],
        "others": others.exclude(pk=row.pk).select_related("posting__posted_by").order_by("-created_at"),
        "explains": explains,
        "changes": _changes(row) if explains else [],
        "may_amend": row.replaced_at is None and may(actor, "amend", row),
        "is_regular": row.attempt == Attempt.REGULAR,
    }  # fmt: skip
    return render(request, "gradebook/grade.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, grade_id: uuid.UUID) -> HttpResponse:
    return _change(request, grade_id, amend_grade, _("Change a posted grade"), _("Changed."))


@login_required
@require_http_methods(["GET", "POST"])
def resit(request: HttpRequest, grade_id: uuid.UUID) -> HttpResponse:
    return _change(
        request, grade_id, record_resit, _("Record a resit"), _("The resit stands beside the grade.")
    )


def _change(
    request: HttpRequest, grade_id: uuid.UUID, service: Callable[..., PostedGrade], title: str, done: str
) -> HttpResponse:
    actor = actor_of(request)
    row = permitted_or_missing(PostedGrade.objects.select_related(*_JOINS), actor, "amend", pk=grade_id)
    form = GradeForm(request.POST or None, rules=Rules.from_json(row.posting.rules))
    if request.method == "POST" and form.is_valid():
        new = form.call(service, actor=actor, grade=row, now=timezone.now(), **form.cleaned_data)
        if new is not None:
            say(request, done)
            return go(request, "gradebook:grade", new.pk)
    context = {
        "title": title,
        "lead": _("%(name)s, %(subject)s, %(term)s. What stands now stays in the history.") % {
            "name": row.student.full_name, "subject": row.section.course or row.section, "term": row.session,
        },
        "cancel_url": reverse("gradebook:grade", args=[row.pk]),
    }  # fmt: skip
    return show_form(request, "gradebook/form.html", form, context)


def _changes(row: PostedGrade) -> list[Any]:
    """When it was let out, replaced or withdrawn, and by whom."""
    return [one for one in changes_of(row) if one.differences]
