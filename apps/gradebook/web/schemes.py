"""Pages of grading schemes: the school's, a section's own, and trying one out while it is written."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.core.policy import Actor, may, permitted_or_missing, require_verb
from apps.core.web.cells import Badge, Column
from apps.core.web.responses import go, say, show_form
from apps.core.web.tables import Empty, Table, table_view
from apps.gradebook.models import Category, GradingScheme, LineItem, ScoreScale
from apps.gradebook.services import schemes as services
from apps.gradebook.services.opening import opened_gradebook
from apps.gradebook.web.scales import state
from apps.gradebook.web.setup_forms import (
    CategoryForm,
    SchemeChoiceForm,
    SchemeForm,
    are_right,
    as_written,
    category_rows,
)
from apps.gradebook.web.trying import tried
from apps.timetable.web.asked import actor_of


def _use(row: Any) -> Any:
    return Badge(_("For new gradebooks"), "primary") if row.is_default else state(row)


class SchemeTable(Table):
    """The schemes of the school; sections' own are reached from their gradebooks."""

    name = "grading-schemes"
    caption = gettext_lazy("Grading schemes")
    default_sort = "name"
    columns = (
        Column(
            "name",
            gettext_lazy("Name"),
            link=lambda row: reverse("gradebook:scheme-change", args=[row.pk]),
            sort="name",
        ),
        Column(
            "weighting",
            gettext_lazy("Totals"),
            value=lambda row: row.get_weighting_display(),
            sort="weighting",
        ),
        Column("scale.name", gettext_lazy("Scale"), sort="scale__name"),
        Column(
            "pass_mark",
            gettext_lazy("Pass mark"),
            value=lambda row: row.pass_mark.normalize(),
            numeric=True,
            sort="pass_mark",
        ),
        Column("is_active", gettext_lazy("State"), value=_use),
    )
    empty = Empty(
        gettext_lazy("No schemes yet"),
        gettext_lazy("A scheme says how scores become a total, and when a pupil has passed."),
    )


@login_required
@require_http_methods(["GET"])
def schemes(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "change", ScoreScale)
    rows = GradingScheme.objects.permitted(actor, "change").filter(section__isnull=True)
    table = rows.select_related("scale")
    return table_view(request, SchemeTable, table, template="gradebook/schemes.html")  # type: ignore[return-value]  # a file is streamed


@login_required
@require_http_methods(["GET", "POST"])
def scheme_add(request: HttpRequest) -> HttpResponse:
    """A scheme of the school, for whoever may add its scales; sections get theirs as a copy."""
    actor = actor_of(request)
    require_verb(actor, "add", ScoreScale)
    data = request.POST if request.method == "POST" else None
    form, rows = SchemeForm(data, actor=actor), category_rows(data)
    if are_right(form, rows):
        values = _values(form, rows)
        if form.call(services.add_scheme, actor=actor, **values):
            say(request, _("Saved."))
            return go(request, "gradebook:schemes")
    return _show(request, form, rows, {"title": _("New scheme"), "cancel_url": reverse("gradebook:schemes")})


@login_required
@require_http_methods(["GET", "POST"])
def scheme_change(request: HttpRequest, scheme_id: uuid.UUID) -> HttpResponse:
    """One scheme. A section's own leads back to its gradebook."""
    actor = actor_of(request)
    scheme = permitted_or_missing(
        GradingScheme.objects.select_related("section"), actor, "change", pk=scheme_id
    )
    data = request.POST if request.method == "POST" else None
    form = SchemeForm(data, actor=actor, of_section=scheme.section_id is not None, initial=_initial(scheme))
    rows = category_rows(data, initial=[_row(one) for one in scheme.categories.all()])
    back = reverse("gradebook:section-scheme", args=[scheme.section_id]) if scheme.section_id else None
    if are_right(form, rows):
        expected = form.cleaned_data["version"] or 0
        values = _values(form, rows)
        if form.call(services.change_scheme, actor=actor, scheme=scheme, expected=expected, **values):
            say(request, _("Saved."))
            return go(request, back or "gradebook:schemes")
    context = {
        "title": scheme.name,
        "scheme": scheme,
        "cancel_url": back or reverse("gradebook:schemes"),
        "may_delete": scheme.section_id is None and may(actor, "delete", scheme),
    }
    return _show(request, form, rows, context)


@login_required
@require_http_methods(["POST"])
def scheme_delete(request: HttpRequest, scheme_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    scheme = permitted_or_missing(GradingScheme.objects.all(), actor, "delete", pk=scheme_id)
    services.remove_scheme(actor=actor, scheme=scheme)
    say(request, _("Removed."))
    return go(request, "gradebook:schemes")


@login_required
@require_http_methods(["POST"])
def scheme_try(request: HttpRequest) -> HttpResponse:
    """What made-up scores come to by the form as it stands; nothing is saved."""
    actor = actor_of(request)
    require_verb(actor, "change", GradingScheme)
    form, rows = SchemeForm(request.POST, actor=actor), category_rows(request.POST)
    section = request.GET.get("section", "")
    trial = tried(form, rows, _item_codes(actor, section))
    return render(request, "gradebook/scheme_tried.html", {"trial": trial})


@login_required
@require_http_methods(["GET", "POST"])
def section_scheme(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """Which scheme makes a section's totals; another may be chosen, or a copy made the section's own."""
    actor = actor_of(request)
    book = opened_gradebook(actor=actor, section_id=section_id, verb="change")
    schemes = GradingScheme.objects.permitted(actor).filter(is_active=True)
    choices = schemes.filter(section__isnull=True) | schemes.filter(section=section_id)
    form = SchemeChoiceForm(request.POST or None, schemes=choices, initial={"scheme": book.scheme_id})
    if request.method == "POST" and form.is_valid():
        scheme = form.cleaned_data["scheme"]
        if form.call(services.use_scheme, actor=actor, gradebook=book, scheme=scheme):
            say(request, _("Saved."))
            return go(request, "gradebook:grid", section_id)
    context = {
        "title": _("How totals are made"),
        "section": book.section,
        "scheme": book.scheme,
        "categories": book.scheme.categories.all(),
        "is_own": book.scheme.section_id is not None,
        "cancel_url": reverse("gradebook:grid", args=[section_id]),
    }
    return show_form(request, "gradebook/scheme_section.html", form, context)


@login_required
@require_http_methods(["POST"])
def section_customise(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """Give the section a scheme of its own to change."""
    actor = actor_of(request)
    book = opened_gradebook(actor=actor, section_id=section_id, verb="change")
    own = services.customise_scheme(actor=actor, section=book.section)
    return go(request, "gradebook:scheme-change", own.pk)


def _values(form: SchemeForm, rows: Any) -> dict[str, Any]:
    return {**form.values, "categories": [one.values for one in rows.kept]}


def _initial(scheme: GradingScheme) -> dict[str, Any]:
    names = [name for name in SchemeForm.base_fields if name != "sample"]
    return as_written(scheme, names)


def _row(category: Category) -> dict[str, Any]:
    names = [name for name in CategoryForm.base_fields if name != "sample"]
    return {**as_written(category, names), "sample": "85, 70"}


def _item_codes(actor: Actor, section: str) -> tuple[str, ...]:
    try:
        wanted = uuid.UUID(section)
    except ValueError:
        return ()
    rows = LineItem.objects.permitted(actor).filter(section=wanted).exclude(code="")
    return tuple(rows.values_list("code", flat=True))


def _show(request: HttpRequest, form: Any, rows: Any, context: dict[str, Any]) -> HttpResponse:
    return show_form(request, "gradebook/scheme_form.html", form, {**context, "rows": rows})
