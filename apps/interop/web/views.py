"""Pages of imports: bring files in, name columns, read the dry run, apply, watch."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import jobs
from apps.core.errors import DomainError
from apps.core.policy import Actor, added, permitted_or_missing, require_verb
from apps.core.web.responses import go, is_partial, say, show_form
from apps.core.web.tables import table_view
from apps.interop import services
from apps.interop.models import ImportLine, ImportProblem, ImportRun, RunState
from apps.interop.services import mapping
from apps.interop.services.problems import message_of, remedy_of
from apps.interop.services.tables import is_carried
from apps.interop.web.forms import MappingForm, UploadForm
from apps.interop.web.tables import KINDS, LineTable, ProblemTable, RunTable, state_badge, told_changes

SAMPLE = 8
DETAIL = "interop:import-detail"


@login_required
def import_list(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    require_verb(actor, "view", ImportRun)
    rows = ImportRun.objects.permitted(actor).select_related("plan_job", "apply_job", "campus", "owner")
    return _listed(request, RunTable, rows, "interop/import_list.html", {"title": _("Imports")})


@login_required
def import_add(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    require_verb(actor, "add", ImportRun)
    form = UploadForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        run = form.call(_start, actor=actor, **form.cleaned_data)
        if run is not None:
            return go(request, DETAIL, run.pk)
    context = {"cancel_url": reverse("interop:import-list"), "submit_label": _("Check the files")}
    return show_form(request, "interop/import_form.html", form, context)


def _start(*, actor: Actor, **data: Any) -> ImportRun:
    with transaction.atomic():
        return added(actor, services.start_import(actor=actor, **data))


@login_required
@require_GET
def import_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    run = _run(request, pk)
    if run.state == RunState.MAPPING:
        return go(request, "interop:import-mapping", run.pk)
    return render(request, "interop/import_detail.html", _report(request, run))


@login_required
def import_mapping(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One block for each plain file; choosing another kind draws its fields anew."""
    run = _run(request, pk, "add")
    plain = [part for part in run.outline if part["table"] == "plain" and part["name"] not in run.mapping]
    if not plain:
        return go(request, DETAIL, run.pk)
    forms = [_mapping_form(request, index, part) for index, part in enumerate(plain)]
    if request.method == "POST" and all(form.is_valid() for form in forms):
        named = {form.part["name"]: form.meaning for form in forms}
        if forms[0].call(services.name_columns, actor=_actor(request), run=run, named=named) is not None:
            return go(request, DETAIL, run.pk)
    refused = any(form.is_bound and form.errors for form in forms)
    context = {"run": run, "forms": forms, "kinds": mapping.KINDS.items()}
    return render(request, "interop/import_mapping.html", context, status=422 if refused else 200)


def _mapping_form(request: HttpRequest, index: int, part: dict[str, Any]) -> MappingForm:
    asked = (request.POST if request.method == "POST" else request.GET).get(f"part{index}-kind", "")
    kind = asked if asked in mapping.KINDS else mapping.guess(part["headers"], part["name"])["kind"]
    return MappingForm(request.POST or None, prefix=f"part{index}", part=part, kind=kind)


@login_required
@require_GET
def import_progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The bar while work is under way; once it is over the whole page has something new to say."""
    run = _run(request, pk)
    if run.job is None or not run.job.is_open:
        return (
            HttpResponse(headers={"HX-Refresh": "true"}) if is_partial(request) else go(request, DETAIL, pk)
        )
    return render(request, "components/job_progress.html", _progress(run))


@login_required
@require_POST
def import_cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    run = _run(request, pk, "apply")
    if run.job is not None and run.job.is_open:
        jobs.cancel(run.job, now=timezone.now())
    if not is_partial(request):
        return go(request, DETAIL, run.pk)
    return render(request, "components/job_progress.html", _progress(_run(request, pk)))


@login_required
@require_POST
def import_apply(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _do(request, services.apply_run, _run(request, pk, "apply"))


@login_required
@require_POST
def import_check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    order = request.POST.get("date_order")
    wanted = {"date_order": order} if order in {"", "dmy", "mdy"} else {}
    return _do(request, services.plan_again, _run(request, pk, "apply"), **wanted)


@login_required
@require_POST
def import_discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    run = _run(request, pk, "delete")
    try:
        services.discard_run(actor=_actor(request), run=run)
    except DomainError as refusal:
        say(request, refusal, level=messages.ERROR)
        return go(request, DETAIL, run.pk)
    say(request, _("The import and its file are forgotten."))
    return go(request, "interop:import-list")


@login_required
def import_problems(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    run = _run(request, pk)
    rows = ImportProblem.objects.permitted(_actor(request)).filter(run=run)
    return _listed(
        request, ProblemTable, rows, "interop/import_part.html", {"run": run, "title": _("Problems")}
    )


@login_required
def import_lines(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    run = _run(request, pk)
    rows = ImportLine.objects.permitted(_actor(request)).filter(run=run)
    return _listed(request, LineTable, rows, "interop/import_part.html", {"run": run, "title": _("Effects")})


def _do(request: HttpRequest, service: Any, run: ImportRun, **wanted: Any) -> HttpResponse:
    try:
        service(actor=_actor(request), run=run, **wanted)
    except DomainError as refusal:
        say(request, refusal, level=messages.ERROR)
    return go(request, DETAIL, run.pk)


def _report(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    actor = _actor(request)
    context: dict[str, Any] = {
        "run": run,
        "badge": format_html("{}", state_badge(run)),
        "kinds": [(label, run.totals[kind]) for kind, label in KINDS.items() if kind in run.totals],
        "files": sorted(run.summary.get("files", {}).items()),
        "parts": [{**part, "carried": is_carried(part["table"])} for part in run.outline],
        "problems": [
            {**model_to_dict(row), "message": message_of(row.code), "remedy": remedy_of(row.code)}
            for row in ImportProblem.objects.permitted(actor).filter(run=run)[:SAMPLE]
        ],
        "lines": [
            (line, told_changes(line))
            for line in ImportLine.objects.permitted(actor).filter(run=run).exclude(action="created")[:SAMPLE]
        ],
        "may_apply": ImportRun.policy.allows(actor, "apply"),
        "asks_date_order": ImportProblem.objects.permitted(actor)
        .filter(run=run, code="DATE_ORDER_ASSUMED")
        .exists(),
    }
    return context | _progress(run)


def _progress(run: ImportRun) -> dict[str, Any]:
    job = run.job
    if job is None:
        return {}
    done, total, note = jobs.progress(job)
    return {
        "job": job,
        "job_title": _("Bringing the roster in") if run.apply_job else _("Checking the files"),
        "progress": {"done": done, "total": total, "note": note},
        "job_url": reverse("interop:import-progress", args=[run.pk]),
        "cancel_url": reverse("interop:import-cancel", args=[run.pk]),
    }


def _listed(
    request: HttpRequest, table: Any, rows: Any, template: str, context: dict[str, Any]
) -> HttpResponse:
    response: HttpResponse = table_view(request, table, rows, template=template, context=context)  # type: ignore[assignment]  # or its export, a stream
    return response


def _run(request: HttpRequest, pk: uuid.UUID, verb: str = "view") -> ImportRun:
    joined = ("plan_job", "apply_job", "campus", "owner", "file")
    run: ImportRun = permitted_or_missing(
        ImportRun.objects.select_related(*joined), _actor(request), verb, pk=pk
    )
    return run


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
