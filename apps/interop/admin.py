"""Imports in the back office: to look at; the pages bring files in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.admin import PermittedModelAdmin
from apps.interop.models import ColumnMapping, ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(PermittedModelAdmin):
    list_display = ("name", "format", "stage", "left_out", "campus", "owner", "created_at", "report")
    list_filter = ("format", "campus")
    search_fields = ("name",)
    list_select_related = ("campus", "owner", "plan_job", "apply_job")
    exclude = ("file", "outline", "mapping", "fingerprint", "summary", "result", "plan_job", "apply_job")

    @admin.display(description=_("state"))
    def stage(self, run: ImportRun) -> Any:
        return run.state.label

    @admin.display(description=_("rows left out"))
    def left_out(self, run: ImportRun) -> int:
        return run.errors

    @admin.display(description=_("report"))
    def report(self, run: ImportRun) -> Any:
        return format_html('<a href="{}">{}</a>', reverse("interop:import-detail", args=[run.pk]), _("Open"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """A door to the page that takes files."""
        context = {"subtitle": _("Files are brought in on the page Imports."), **(extra_context or {})}
        return super().changelist_view(request, context)


@admin.register(ColumnMapping)
class ColumnMappingAdmin(PermittedModelAdmin):
    list_display = ("kind", "columns", "updated_at")
