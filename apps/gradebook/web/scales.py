"""Pages of score scales: the list, and one scale with its bands."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.core.policy import permitted_or_missing, require_verb
from apps.core.web.cells import Badge, Column
from apps.core.web.responses import go, say, show_form
from apps.core.web.tables import Empty, Table, table_view
from apps.gradebook.models import ScoreScale
from apps.gradebook.services import scales as services
from apps.gradebook.web.setup_forms import BandForm, ScaleForm, are_right, as_written, band_rows
from apps.timetable.web.asked import actor_of


def state(row: Any) -> Badge:
    return Badge(_("In use"), "success") if row.is_active else Badge(_("Retired"))


class ScaleTable(Table):
    """The scales of the school."""

    name = "score-scales"
    caption = gettext_lazy("Score scales")
    default_sort = "name"
    columns = (
        Column(
            "name",
            gettext_lazy("Name"),
            link=lambda row: reverse("gradebook:scale-change", args=[row.pk]),
            sort="name",
        ),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort="kind"),
        Column("band_count", gettext_lazy("Bands"), numeric=True),
        Column("is_active", gettext_lazy("State"), value=state),
    )
    empty = Empty(
        gettext_lazy("No scales yet"),
        gettext_lazy("A scale reads a percentage as a letter, a level or grade points."),
    )


@login_required
@require_http_methods(["GET"])
def scales(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "change", ScoreScale)
    rows = ScoreScale.objects.permitted(actor, "change").annotate(band_count=Count("bands"))
    return table_view(request, ScaleTable, rows, template="gradebook/scales.html")  # type: ignore[return-value]  # a file is streamed


@login_required
@require_http_methods(["GET", "POST"])
def scale_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", ScoreScale)
    data = request.POST if request.method == "POST" else None
    form, rows = ScaleForm(data), band_rows(data)
    if are_right(form, rows):
        values = _values(form, rows)
        if form.call(services.add_scale, actor=actor, **values):
            say(request, _("Saved."))
            return go(request, "gradebook:scales")
    return _show(request, form, rows, _("New scale"))


@login_required
@require_http_methods(["GET", "POST"])
def scale_change(request: HttpRequest, scale_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    scale = permitted_or_missing(ScoreScale.objects.all(), actor, "change", pk=scale_id)
    data = request.POST if request.method == "POST" else None
    form = ScaleForm(data, initial={name: getattr(scale, name) for name in ScaleForm.base_fields})
    bands = [as_written(band, BandForm.base_fields) for band in scale.bands.all()]
    rows = band_rows(data, initial=bands)
    if are_right(form, rows):
        expected = form.cleaned_data["version"] or 0
        values = _values(form, rows)
        if form.call(services.change_scale, actor=actor, scale=scale, expected=expected, **values):
            say(request, _("Saved."))
            return go(request, "gradebook:scales")
    return _show(request, form, rows, scale.name, scale)


@login_required
@require_http_methods(["POST"])
def scale_delete(request: HttpRequest, scale_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    scale = permitted_or_missing(ScoreScale.objects.all(), actor, "delete", pk=scale_id)
    services.remove_scale(actor=actor, scale=scale)
    say(request, _("Removed."))
    return go(request, "gradebook:scales")


def _values(form: Any, rows: Any) -> dict[str, Any]:
    data = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    bands = [{name: one.cleaned_data[name] for name in BandForm.base_fields} for one in rows.kept]
    return {**data, "bands": bands}


def _show(
    request: HttpRequest, form: Any, rows: Any, title: str, scale: ScoreScale | None = None
) -> HttpResponse:
    context = {"title": title, "rows": rows, "scale": scale, "cancel_url": reverse("gradebook:scales")}
    return show_form(request, "gradebook/scale_form.html", form, context)
