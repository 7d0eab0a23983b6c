"""The back office of reports: what was printed can be looked at; services alone write."""

from typing import Any

from django.contrib import admin

from apps.core.admin import PermittedModelAdmin, ReadOnlyInline
from apps.core.policy import Actor
from apps.reports import models, services


@admin.register(models.DocumentTemplate)
class DocumentTemplateAdmin(PermittedModelAdmin):
    list_display = ("name", "kind", "campus", "is_active")
    list_select_related = ("campus",)
    list_filter = ("kind", "is_active")
    search_fields = ("name",)

    def remove(self, actor: Actor, row: Any) -> None:
        services.remove_template(actor=actor, template=row)


@admin.register(models.IssuedDocument)
class IssuedDocumentAdmin(PermittedModelAdmin):
    list_display = ("title", "student", "section", "issued_at", "release_at", "revoked_at")
    list_select_related = ("student", "section")
    list_filter = ("kind", "campus")
    search_fields = (
        "title",
        "code",
        "student__given_name",
        "student__family_name",
        "student__admission_number",
    )
    date_hierarchy = "issued_at"


class EntryInline(ReadOnlyInline):
    model = models.ReportRunEntry
    fields = ("position", "student", "state", "fault")
    show_change_link = False

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("student")


@admin.register(models.ReportRun)
class ReportRunAdmin(PermittedModelAdmin):
    list_display = ("template", "campus", "session", "created_at", "ended_at")
    list_select_related = ("template", "campus", "session")
    list_filter = ("campus",)
    date_hierarchy = "created_at"
    # Without who began it: a registrar does not look up the logins of heads.
    fields = ("template", "campus", "session", "print_as", "reason", "ended_at")
    inlines = (EntryInline,)
