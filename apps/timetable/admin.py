"""The back office of the timetable: set-up data by form, lessons by services."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.admin import PermittedModelAdmin, ReadOnlyInline, service_action
from apps.core.policy import Actor
from apps.timetable import models, services


class DateInline(ReadOnlyInline):
    model = models.CalendarDate
    fields = ("date", "kind", "title")


class PeriodInline(ReadOnlyInline):
    model = models.ClassPeriod
    fields = ("code", "name", "begin_time", "end_time", "is_lesson")


@admin.register(models.Calendar)
class CalendarAdmin(PermittedModelAdmin):
    list_display = ("campus", "session", "weekdays")
    list_select_related = ("campus", "session")
    list_filter = ("campus",)
    inlines = (DateInline,)

    def create(self, actor: Actor, data: dict[str, Any]) -> Any:
        return services.add_calendar(actor=actor, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        services.remove_calendar(actor=actor, calendar=row)


@admin.register(models.CalendarDate)
class CalendarDateAdmin(PermittedModelAdmin):
    list_display = ("date", "kind", "title", "calendar")
    list_select_related = ("calendar__campus", "calendar__session")
    list_filter = ("kind", "calendar")
    search_fields = ("title",)
    date_hierarchy = "date"

    def create(self, actor: Actor, data: dict[str, Any]) -> Any:
        return services.add_calendar_date(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Any:
        data.pop("calendar", None)
        return services.change_calendar_date(actor=actor, calendar_date=row, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        services.remove_calendar_date(actor=actor, calendar_date=row)


@admin.register(models.BellSchedule)
class BellScheduleAdmin(PermittedModelAdmin):
    list_display = ("name", "campus", "weekdays", "is_active")
    list_select_related = ("campus",)
    list_filter = ("campus", "is_active")
    inlines = (PeriodInline,)


@admin.register(models.ClassPeriod)
class ClassPeriodAdmin(PermittedModelAdmin):
    list_display = ("code", "name", "bell_schedule", "begin_time", "end_time", "is_lesson")
    list_select_related = ("bell_schedule",)
    list_filter = ("bell_schedule", "is_lesson")

    def create(self, actor: Actor, data: dict[str, Any]) -> Any:
        return services.add_period(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Any:
        data.pop("bell_schedule", None)
        return services.change_period(actor=actor, period=row, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        services.remove_period(actor=actor, period=row)


@admin.register(models.MeetingPattern)
class MeetingPatternAdmin(PermittedModelAdmin):
    list_display = ("section", "weekday", "period", "teacher", "room", "begin_date", "end_date")
    list_select_related = ("section", "period", "teacher", "room")
    list_filter = ("weekday", "section__campus")
    search_fields = ("section__name", "section__code", "teacher__given_name", "teacher__family_name")


def _cancel(actor: Actor, meeting: Any) -> Any:
    return services.cancel_meeting(actor=actor, meeting=meeting, expected=meeting.version)


def _restore(actor: Actor, meeting: Any) -> Any:
    return services.restore_meeting(actor=actor, meeting=meeting, expected=meeting.version)


@admin.register(models.Meeting)
class MeetingAdmin(PermittedModelAdmin):
    list_display = ("date", "during", "section", "teacher", "room", "is_cancelled")
    list_select_related = ("section", "teacher", "room")
    list_filter = ("is_cancelled", "section__campus")
    search_fields = ("section__name", "section__code", "teacher__given_name", "teacher__family_name")
    date_hierarchy = "date"
    actions = (
        service_action("cancel", _cancel, _("Cancel the lessons")),
        service_action("restore", _restore, _("Hold the lessons after all")),
    )
