"""The weekly plan as a list."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from apps.core.errors import DomainError
from apps.core.policy import require_verb
from apps.core.web.cells import Column
from apps.core.web.responses import say
from apps.core.web.tables import BulkAction, Empty, Table, table_view
from apps.timetable import services
from apps.timetable.models import MeetingPattern
from apps.timetable.web.asked import actor_of


def _end_today(request: HttpRequest, rows: QuerySet[Any]) -> None:
    """Today is the last day of the chosen lines."""
    actor, tomorrow = actor_of(request), timezone.localdate() + timedelta(days=1)

    def end(row: MeetingPattern) -> None:
        services.end_pattern(actor=actor, pattern=row, end_date=tomorrow)

    _each(request, rows, end, _("Today is their last day."))


def _remove(request: HttpRequest, rows: QuerySet[Any]) -> None:
    actor, today = actor_of(request), timezone.localdate()

    def remove(row: MeetingPattern) -> None:
        services.remove_pattern(actor=actor, pattern=row, today=today)

    _each(request, rows, remove, _("Removed, with their lessons after today."))


def _each(request: HttpRequest, rows: QuerySet[Any], do: Callable[[MeetingPattern], None], done: Any) -> None:
    """All of them or none: the first refusal undoes the others and is told."""
    try:
        with transaction.atomic():
            for row in rows:
                do(row)
    except DomainError as refusal:
        say(request, refusal, level=messages.ERROR)
    else:
        say(request, done)


def _last_day(row: MeetingPattern) -> date | None:
    return row.end_date - timedelta(days=1) if row.end_date else None


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
        Column("last_day", _("Last day"), value=_last_day, sort="end_date"),
        Column(
            "pk",
            _("Change"),
            value=lambda row: _("End or remove"),
            link=lambda row: reverse("timetable:pattern-end", args=[row.pk]),
            export=False,
        ),
    )
    actions = (
        BulkAction(
            "end",
            _("End today"),
            "calendar-off",
            _end_today,
            confirm=_("Make today the last day of the chosen lines? Their later lessons are taken away."),
        ),
        BulkAction(
            "remove",
            _("Remove"),
            "trash",
            _remove,
            confirm=_("Remove the chosen lines and their lessons after today?"),
            danger=True,
        ),
    )
    empty = Empty(
        _("The weekly plan is empty"),
        _("Add lines one by one, or read them from a file."),
        "calendar-week",
    )


@login_required
@require_http_methods(["GET", "POST"])
def patterns(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "change", MeetingPattern)
    rows: Any = MeetingPattern.objects.permitted(actor, "change")
    rows = rows.select_related("section", "period", "teacher", "room")
    return table_view(request, PatternTable, rows, template="timetable/patterns.html")  # type: ignore[return-value]  # a file is streamed
