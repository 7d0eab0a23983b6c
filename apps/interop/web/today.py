"""The Today card of the office: how the last import stands."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.web.today import TodayCard, Tone
from apps.interop.models import ImportRun, RunState


def last_import(request: HttpRequest) -> TodayCard | None:
    """Nothing to say once it is applied."""
    rows = ImportRun.objects.permitted(request.actor)  # type: ignore[attr-defined]  # set by ActorMiddleware
    run = rows.select_related("plan_job", "apply_job").first()
    if run is None or run.state == RunState.APPLIED:
        return None
    text = ngettext("%(n)d problem in %(file)s", "%(n)d problems in %(file)s", run.errors)
    tone: Tone = "attention" if run.errors or run.state in {RunState.MAPPING, RunState.FAILED} else "plain"
    return TodayCard(
        key="last-import",
        title=_("Last import"),
        icon="file-import",
        number=run.state.label,
        text=text % {"n": run.errors, "file": run.name} if run.planned_at else run.name,
        tone=tone,
        url=reverse("interop:import-detail", args=[run.pk]),
        url_label=_("Open"),
    )
