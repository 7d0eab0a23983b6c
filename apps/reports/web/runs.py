"""Runs: papers for a campus, a grade or a section at once."""

import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.academics.models import AcademicSession, GradeLevel, Section, SessionKind
from apps.accounts.models import Campus
from apps.core import files
from apps.core.policy import Actor, added, may, permitted_or_missing, require_verb
from apps.core.web.cells import Badge, Column
from apps.core.web.forms import ServiceForm, dress
from apps.core.web.responses import go, is_partial, say, show_form
from apps.core.web.tables import Empty, Table, table_view
from apps.reports import services
from apps.reports.models import (
    DocumentKind,
    DocumentTemplate,
    EntryState,
    IssuedDocument,
    PrintAs,
    ReportRun,
    ReportRunEntry,
)
from apps.reports.selectors import runs as progress_of
from apps.reports.web.documents import let_out
from apps.timetable.selectors import campuses_with
from apps.timetable.web.asked import actor_of

PART = "reports/run_progress.html"
MOST_FAULTS = 200


class RunForm(ServiceForm):
    campus = forms.ModelChoiceField(label=gettext_lazy("Campus"), queryset=Campus.objects.none())
    template = forms.ModelChoiceField(
        label=gettext_lazy("Template"), queryset=DocumentTemplate.objects.none()
    )
    session = forms.ModelChoiceField(
        label=gettext_lazy("Term or year"), queryset=AcademicSession.objects.none(), required=False
    )
    grade_level = forms.ModelChoiceField(
        label=gettext_lazy("Grade level"),
        queryset=GradeLevel.objects.none(),
        required=False,
        empty_label=gettext_lazy("All grades"),
    )
    section = forms.ModelChoiceField(
        label=gettext_lazy("Section"),
        queryset=Section.objects.none(),
        required=False,
        empty_label=gettext_lazy("All sections"),
    )
    print_as = forms.ChoiceField(label=gettext_lazy("Printed as"), choices=PrintAs.choices)
    reason = forms.CharField(label=gettext_lazy("Wording or reason"), max_length=300, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campuses = campuses_with(actor, ReportRun, "add")
        running = Section.objects.permitted(actor).filter(campus__in=campuses, is_active=True)
        templates = DocumentTemplate.objects.permitted(actor).filter(is_active=True)
        choices: dict[str, Any] = {
            "campus": campuses,
            "template": templates.exclude(kind=DocumentKind.MARK_SHEET),
            "session": AcademicSession.objects.permitted(actor).filter(begin_date__lte=actor.today),
            "grade_level": GradeLevel.objects.permitted(actor),
            "section": running.filter(session__end_date__gt=actor.today, kind="homeroom"),
        }
        for name, rows in choices.items():
            field: Any = self.fields[name]
            field.queryset = rows
        # What is wanted most: the report cards of the running term, as one pile.
        self.initial = {
            "campus": campuses.first(),
            "template": choices["template"].filter(kind=DocumentKind.REPORT_CARD).first(),
            "session": choices["session"].exclude(kind=SessionKind.SCHOOL_YEAR).first(),
            "print_as": PrintAs.ONE_FILE,
        }
        dress(self)


def _state(run: Any) -> Badge:
    if run.ended_at:
        return Badge(_("Printed"), "success")
    if run.is_working:
        return Badge(_("Under way"), "info")
    return Badge(_("Stopped"), "warning")


class RunTable(Table):
    """Runs of the campuses the actor prints for."""

    name = "report-runs"
    caption = gettext_lazy("Print runs")
    default_sort = "-created_at"
    exports = False
    columns = (
        Column("template", gettext_lazy("Template"), link=lambda row: reverse("reports:run", args=[row.pk])),
        Column("campus", gettext_lazy("Campus"), sort="campus__name"),
        Column("session", gettext_lazy("Term or year")),
        Column("created_at", gettext_lazy("Asked"), sort="created_at"),
        Column("state", gettext_lazy("State"), value=_state),
    )
    empty = Empty(
        gettext_lazy("Nothing printed yet"),
        gettext_lazy("Report cards of a whole campus are one run."),
        icon="printer",
    )

    def prepare(self, rows: list[Any]) -> list[Any]:
        working = progress_of.under_way(rows)
        for row in rows:
            row.is_working = row.pk in working
        return rows


@login_required
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "view", ReportRun)
    rows = ReportRun.objects.permitted(actor).select_related("template", "campus", "session")
    return table_view(request, RunTable, rows, template="reports/runs.html")  # type: ignore[return-value]  # no export


@login_required
@require_http_methods(["GET", "POST"])
def run_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", ReportRun)
    form = RunForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        run = form.call(_start, actor=actor, **form.cleaned_data)
        if run is not None:
            return go(request, "reports:run", run.pk)
    context = {
        "title": _("Print documents"),
        "submit_label": _("Begin"),
        "cancel_url": reverse("reports:runs"),
    }
    return show_form(request, "reports/issue_form.html", form, context)


@login_required
@require_GET
def run(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far it is, whom it failed for and why, and the file."""
    row = _found(request, pk)
    actor = actor_of(request)
    entries = ReportRunEntry.objects.permitted(actor).filter(run=row).select_related("student")
    context = {
        **_progress(row),
        "faults": entries.filter(state=EntryState.FAILED)[:MOST_FAULTS],
        "link": files.address_of(row.output_id, actor) if row.output_id else "",
        "may_change": may(actor, "change", row),
        "unreleased": _unreleased(actor, row).exists(),
    }
    return render(request, "reports/run.html", context)


@login_required
@require_GET
def run_progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The bar while work is under way; once it is over the page has something new to say."""
    row = _found(request, pk)
    context = _progress(row)
    if is_partial(request) and context["progress"].is_working:
        return render(request, PART, context)
    if is_partial(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return go(request, "reports:run", pk)


@login_required
@require_POST
def run_cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = _found(request, pk, "change")
    services.cancel_run(actor=actor_of(request), run=row, now=timezone.now())
    say(request, _("The run stops after the papers that are being drawn."))
    return go(request, "reports:run", pk)


@login_required
@require_POST
def run_continue(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    services.continue_run(actor=actor_of(request), run=_found(request, pk, "change"))
    return go(request, "reports:run", pk)


@login_required
@require_POST
def run_release(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """All papers of the run go out to the families."""
    actor, row = actor_of(request), _found(request, pk, "change")
    let_out(request, actor, _unreleased(actor, row))
    return go(request, "reports:run", pk)


def _start(*, actor: Actor, **data: Any) -> ReportRun:
    with transaction.atomic():
        return added(actor, services.start_run(actor=actor, **data))


def _unreleased(actor: Actor, run: ReportRun) -> Any:
    mine = ReportRunEntry.objects.permitted(actor).filter(run=run, document__isnull=False)
    rows = IssuedDocument.objects.permitted(actor, "release").filter(pk__in=mine.values("document"))
    return rows.filter(release_at__isnull=True, revoked_at__isnull=True)


def _progress(run: ReportRun) -> dict[str, Any]:
    return {"run": run, "progress": progress_of.progress(run)}


def _found(request: HttpRequest, pk: uuid.UUID, verb: str = "view") -> ReportRun:
    row: ReportRun = permitted_or_missing(
        ReportRun.objects.select_related("template", "campus", "session", "output"),
        actor_of(request),
        verb,
        pk=pk,
    )
    return row
