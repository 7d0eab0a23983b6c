"""The back office of the gradebook: what was set up can be looked at; services alone write."""

from typing import Any

from django.contrib import admin

from apps.core.admin import PermittedModelAdmin, ReadOnlyInline
from apps.core.policy import Actor
from apps.gradebook import models
from apps.gradebook.services import scales, schemes


class BandInline(ReadOnlyInline):
    model = models.ScoreBand
    fields = ("label", "lower", "points", "is_passing", "description")
    show_change_link = False


@admin.register(models.ScoreScale)
class ScoreScaleAdmin(PermittedModelAdmin):
    list_display = ("name", "code", "kind", "is_active", "version")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code")
    inlines = (BandInline,)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Any:
        return scales.change_scale(actor=actor, scale=row, expected=row.version, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        scales.remove_scale(actor=actor, scale=row)


class CategoryInline(ReadOnlyInline):
    model = models.Category
    fields = ("name", "code", "weight", "drop_lowest", "best_of", "must_pass_percent", "term_number")
    show_change_link = False


@admin.register(models.GradingScheme)
class GradingSchemeAdmin(PermittedModelAdmin):
    list_display = ("name", "section", "scale", "weighting", "pass_mark", "is_default", "is_active")
    list_select_related = ("section", "scale")
    list_filter = ("weighting", "scale", "is_active")
    search_fields = ("name", "code", "section__name")
    readonly_fields = ("section",)
    inlines = (CategoryInline,)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Any:
        return schemes.change_scheme(actor=actor, scheme=row, expected=row.version, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        schemes.remove_scheme(actor=actor, scheme=row)


@admin.register(models.MarkingRules)
class MarkingRulesAdmin(PermittedModelAdmin):
    list_display = ("campus", "missing_work", "absent_work", "late_percent_per_day", "rank_method")
    list_select_related = ("campus",)
    readonly_fields = ("campus",)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Any:
        return scales.change_marking_rules(actor=actor, campus=row.campus, **data)
