"""The panel beside the grid: one item, how it came out, and what can be done with it."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.academics.models import AcademicSession
from apps.core.errors import DomainError
from apps.core.policy import may, permitted_or_missing
from apps.core.web.charts import Chart, Series
from apps.core.web.forms import ServiceForm
from apps.core.web.pages import number_in
from apps.core.web.responses import go, say
from apps.gradebook.models import Category, Gradebook, LineItem, ScoreScale
from apps.gradebook.selectors.columns import Statistics, bucket_labels
from apps.gradebook.selectors.entries import shown
from apps.gradebook.selectors.years import years_of
from apps.gradebook.services import items as services
from apps.gradebook.services.opening import opened_gradebook
from apps.gradebook.services.release import release_line_item, take_back_release
from apps.gradebook.web.forms import ItemForm, ReleaseForm
from apps.gradebook.web.panels import panel
from apps.gradebook.web.reach import item_of, sheet_of
from apps.timetable.web.asked import actor_of


@login_required
@require_GET
def item(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """How an item came out: figures, a picture, and its doors."""
    row = item_of(actor_of(request), item_id)
    return _panel(request, row)


@login_required
@require_http_methods(["GET", "POST"])
def item_add(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    book = opened_gradebook(actor=actor, section_id=section_id, verb="grade")
    years = years_of(book.school_id)
    running = years.running(book.section.session_id, actor.today).pk
    form = _item_form(request, book, {"session": request.GET.get("term") or running})
    if request.method == "POST" and form.is_valid():
        made = form.call(services.add_item, actor=actor, section=book.section, **form.cleaned_data)
        if made is not None:
            return _to_grid(request, made)
    where = reverse("gradebook:item-add", args=[section_id])
    return _show_item_form(request, form, section_id, {"title": _("New item"), "where": where})


@login_required
@require_http_methods(["GET", "POST"])
def item_change(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    row = item_of(actor, item_id, "grade")
    book = permitted_or_missing(
        Gradebook.objects.select_related("section", "scheme"), actor, section=row.section_id
    )
    form = _item_form(request, book, ItemForm.values_of(row))
    if request.method == "POST" and form.is_valid():
        expected = number_in(request.POST.get("version", ""), 0)
        done = form.call(services.change_item, actor=actor, item=row, expected=expected, **form.cleaned_data)
        if done is not None:
            return _to_grid(request, row)
    where = reverse("gradebook:item-change", args=[item_id])
    context = {"title": row.title, "where": where, "item": row}
    return _show_item_form(request, form, row.section_id, context)


@login_required
@require_POST
def item_move(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """One place to the left or to the right among the items of its term."""
    actor = actor_of(request)
    row = item_of(actor, item_id, "grade")
    peers = [one.pk for one in sheet_of(actor, row).items]
    at = peers.index(row.pk)
    # In front of whom it shall stand; nobody is left of the first.
    goal = max(at - 1, 0) if request.POST.get("to") == "left" else at + 2
    before = LineItem.objects.permitted(actor).filter(pk__in=peers[goal : goal + 1]).first()
    if before is None or before.pk != row.pk:
        services.move_item(actor=actor, item=row, before=before)
    return _to_grid(request, row)


@login_required
@require_POST
def item_delete(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    row = item_of(actor_of(request), item_id, "grade")
    return _done(request, row, services.delete_item, _("Deleted."))


@login_required
@require_POST
def item_release(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """Families see the results from now on, or from a time that lies ahead."""
    row = item_of(actor_of(request), item_id, "release")
    form = ReleaseForm(request.POST)
    if form.is_valid():
        at: datetime | None = form.cleaned_data["at"]
        done = form.call(release_line_item, actor=actor_of(request), item=row, at=at, now=timezone.now())
        if done is not None:
            return _to_grid(request, row)
    return _panel(request, row, form, status=form.status or 422)


@login_required
@require_POST
def item_take_back(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    row = item_of(actor_of(request), item_id, "release")
    return _done(request, row, take_back_release, _("Families no longer see these results."))


def _panel(
    request: HttpRequest, row: LineItem, form: ServiceForm | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    made = sheet_of(actor, row)
    figures = made.statistics(row)
    context = {
        "title": row.title,
        "item": row,
        "figures": [(label, value or "–") for label, value in _figures(figures)],
        "chart": _chart(row, figures) if figures.marked else None,
        "may_grade": may(actor, "grade", made.gradebook),
        "is_out": row.release_at is not None and row.release_at <= timezone.now(),
        "release_form": form or ReleaseForm(),
    }
    return panel(request, "gradebook/item_panel.html", row.section_id, context, status=status)


def _figures(one: Statistics) -> list[tuple[str, str]]:
    return [
        (_("Marked"), f"{one.marked} / {one.expected}"),
        (_("Mean"), shown(one.mean)),
        (_("Median"), shown(one.median)),
        (_("Lowest"), shown(one.lowest)),
        (_("Highest"), shown(one.highest)),
    ]


def _chart(row: LineItem, figures: Statistics) -> Chart:
    labels, spread = bucket_labels(), figures.spread
    if not spread[-1]:
        labels, spread = labels[:-1], spread[:-1]
    series = [Series(_("Pupils"), spread)]
    return Chart(f"spread-{row.pk}", _("How the marks are spread"), _("Marks"), labels, series, kind="bar")


def _item_form(request: HttpRequest, book: Gradebook, initial: dict[str, Any]) -> ItemForm:
    years = years_of(book.school_id)
    inside = [pk for term in years.terms_in(book.section.session_id) for pk in years.inside(term.pk)]
    actor = actor_of(request)
    choices: dict[str, Any] = {
        "session": AcademicSession.objects.permitted(actor).filter(pk__in=inside).order_by("begin_date"),
        "category": Category.objects.permitted(actor).filter(scheme=book.scheme_id),
        "scale": ScoreScale.objects.permitted(actor).filter(is_active=True),
    }
    weighting = book.scheme.weighting
    return ItemForm(request.POST or None, weighting=weighting, choices=choices, initial=initial)


def _show_item_form(
    request: HttpRequest, form: ItemForm, section_id: uuid.UUID, context: dict[str, Any]
) -> HttpResponse:
    return panel(request, "gradebook/item_form.html", section_id, context, form=form)


def _done(request: HttpRequest, row: LineItem, service: Callable[..., Any], said: str) -> HttpResponse:
    try:
        service(actor=actor_of(request), item=row)
    except DomainError as refusal:
        form = ReleaseForm({})
        form.is_valid()
        form.refuse(refusal)
        return _panel(request, row, form, status=refusal.status)
    say(request, said)
    return _to_grid(request, row)


def _to_grid(request: HttpRequest, row: LineItem) -> HttpResponse:
    term = years_of(row.school_id).term_of(row.session_id).pk
    return go(request, f"{reverse('gradebook:grid', args=[row.section_id])}?term={term}")
