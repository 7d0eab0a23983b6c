"""The back office of the gradebook: what was set up can be looked at; services alone write."""

from typing import Any

from django.contrib import admin
from django.utils import timezone

from apps.core.admin import PermittedModelAdmin, ReadOnlyInline
from apps.core.policy import Actor, added
from apps.gradebook import models
from apps.gradebook.services import scales, schemes, transcripts
from apps.gradebook.services.amending import amend_grade


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


@admin.register(models.Gradebook)
class GradebookAdmin(PermittedModelAdmin):
    list_display = ("section", "scheme", "version")
    list_select_related = ("section", "scheme")
    list_filter = ("scheme", "section__campus")
    search_fields = ("section__name", "section__code")


@admin.register(models.LineItem)
class LineItemAdmin(PermittedModelAdmin):
    list_display = ("title", "section", "session", "category", "due_date", "maximum", "release_at")
    list_select_related = ("section", "session", "category")
    list_filter = ("session", "is_counted", "section__campus")
    search_fields = ("title", "code", "section__name")
    date_hierarchy = "due_date"


@admin.register(models.Result)
class ResultAdmin(PermittedModelAdmin):
    list_display = ("student", "line_item", "status", "score", "text_score", "graded_at", "graded_by")
    list_select_related = ("student", "line_item", "graded_by")
    list_filter = ("status", "line_item__session")
    search_fields = ("student__given_name", "student__family_name", "student__admission_number")


@admin.register(models.Posting)
class PostingAdmin(PermittedModelAdmin):
    list_display = ("section", "session", "scheme_name", "scheme_version", "posted_at", "posted_by", "reason")
    list_select_related = ("section", "session", "posted_by")
    list_filter = ("session", "section__campus")
    search_fields = ("section__name", "section__code")
    date_hierarchy = "posted_at"


@admin.register(models.PostedGrade)
class PostedGradeAdmin(PermittedModelAdmin):
    """A change of the grade writes another one in its place, with the reason; this one stays as it was."""

    verbs = {"change": "amend"}
    list_display = (
        "student",
        "section",
        "session",
        "attempt",
        "percent",
        "label",
        "release_at",
        "replaced_at",
    )
    list_select_related = ("student", "section", "session")
    list_filter = ("session", "attempt", "is_passing", "section__campus")
    search_fields = ("student__given_name", "student__family_name", "student__admission_number")
    fields = (
        "student", "section", "session", "attempt", "percent", "label", "points", "is_passing",
        "credits_attempted", "credits_earned", "is_override", "reason", "release_at", "replaced_at",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name not in {"percent", "label", "reason"})

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Any:
        percent = data["percent"] if data["percent"] != row.percent else None
        reason = data["reason"] if data["reason"] != row.reason else ""
        label = "" if percent is not None else data["label"]
        return amend_grade(
            actor=actor, grade=row, percent=percent, label=label, reason=reason, now=timezone.now()
        )


@admin.register(models.CourseTranscript)
class CourseTranscriptAdmin(PermittedModelAdmin):
    list_display = ("student", "course_title", "school_name", "year_label", "label", "percent", "points")
    list_select_related = ("student",)
    list_filter = ("is_final", "student__campus")
    search_fields = ("student__given_name", "student__family_name", "course_title", "school_name")

    def create(self, actor: Actor, data: dict[str, Any]) -> Any:
        return added(actor, transcripts.add_transcript(actor=actor, **data))

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Any:
        data.pop("student", None)
        return transcripts.change_transcript(actor=actor, transcript=row, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        transcripts.delete_transcript(actor=actor, transcript=row)
