"""The weekly plan as a list."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from apps.core.policy import require_verb
from apps.core.web.cells import Column
from apps.core.web.tables import Empty, Table, table_view
from apps.timetable.models import MeetingPattern
from apps.timetable.web.asked import actor_of


class PatternTable(Table):
    """Lines of the weekly plan."""

    name = "weekly-plan"
    caption = _("Weekly plan")
    search_fields = (
        "section__name",
        "section__code",
        "teacher__given_name",
        "teacher__family_name",
        "room__name",
    )
    search_label = _("Section, teacher or room")
    default_sort = "weekday"
    columns = (
        Column(
            "section.name",
            _("Section"),
            link=lambda row: reverse("timetable:section-week", args=[row.section_id]),
            sort="section__name",
        ),
        Column(
            "weekday",
            _("Weekday"),
            value=lambda row: row.get_weekday_display(),
            sort=("weekday", "period__begin_time"),
        ),
        Column("period.name", _("Period"), sort="period__begin_time"),
        Column("teacher", _("Teacher"), sort=("teacher__given_name", "teacher__family_name")),
        Column("room", _("Room"), sort="room__name"),
        Column("begin_date", _("From"), sort="begin_date"),
        Column("end_date", _("Until (exclusive)")),
    )
    empty = Empty(
        _("The weekly plan is empty"),
        _("Add lines one by one, or read them from a file."),
        "calendar-week",
    )


@login_required
@require_GET
def patterns(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "change", MeetingPattern)
    rows: Any = MeetingPattern.objects.permitted(actor)
    rows = rows.select_related("section", "period", "teacher", "room")
    return table_view(request, PatternTable, rows, template="timetable/patterns.html")  # type: ignore[return-value]  # a file is streamed
