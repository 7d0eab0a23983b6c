"""The back office of attendance: what was written can be looked at; services alone write."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.attendance import models, services
from apps.core.admin import PermittedModelAdmin, ReadOnlyInline, service_action
from apps.core.policy import Actor


@admin.register(models.AttendanceCode)
class AttendanceCodeAdmin(PermittedModelAdmin):
    list_display = ("letter", "name", "category", "is_default", "is_unexplained", "is_active")
    list_filter = ("category", "is_active")

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Any:
        return services.change_code(actor=actor, code=row, **data)


@admin.register(models.RegisterSettings)
class RegisterSettingsAdmin(PermittedModelAdmin):
    list_display = ("campus", "mode", "remind_after", "day_due_time", "takes_on_days_off")
    list_select_related = ("campus",)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Any:
        data.pop("campus", None)
        return services.change_register_settings(actor=actor, campus=row.campus, **data)


class EventInline(ReadOnlyInline):
    model = models.AttendanceEvent
    fields = ("student", "code", "minutes_late", "reason", "note")
    show_change_link = False

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("student", "code")


@admin.register(models.Register)
class RegisterAdmin(PermittedModelAdmin):
    list_display = ("date", "section", "meeting", "taken_at", "taken_by", "version")
    list_select_related = ("section", "meeting", "taken_by")
    list_filter = ("campus",)
    search_fields = ("section__name", "section__code")
    date_hierarchy = "date"
    inlines = (EventInline,)


@admin.register(models.AttendanceEvent)
class AttendanceEventAdmin(PermittedModelAdmin):
    list_display = ("date", "student", "code", "minutes_late", "reason")
    list_select_related = ("student", "code")
    list_filter = ("code__category", "register__campus")
    search_fields = ("student__given_name", "student__family_name", "student__admission_number")
    date_hierarchy = "date"


def _withdraw(actor: Actor, report: Any) -> Any:
    return services.withdraw_report(actor=actor, report=report, today=actor.today, now=timezone.now())


@admin.register(models.AbsenceReport)
class AbsenceReportAdmin(PermittedModelAdmin):
    list_display = ("student", "begin_date", "end_date", "reason", "withdrawn_at")
    list_select_related = ("student",)
    list_filter = ("reason", "student__campus")
    search_fields = ("student__given_name", "student__family_name", "student__admission_number")
    actions = (service_action("withdraw", _withdraw, _("Take the reports back")),)


@admin.register(models.AbsenceNotice)
class AbsenceNoticeAdmin(PermittedModelAdmin):
    list_display = ("date", "student", "told", "corrected_at")
    list_select_related = ("student",)
    date_hierarchy = "date"


@admin.register(models.CallNote)
class CallNoteAdmin(PermittedModelAdmin):
    list_display = ("date", "student", "guardian", "outcome", "called_by")
    list_select_related = ("student", "guardian", "called_by")
    list_filter = ("outcome",)
    date_hierarchy = "date"
