"""Lists of rollovers and of what one does."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from apps.academics.models import Rollover, RolloverDecision, RolloverLine, RolloverState
from apps.academics.services import rollover as year_end
from apps.academics.services.rollover.problems import PROBLEMS
from apps.academics.web.tables import permitted
from apps.accounts.models import Campus
from apps.core.web.cells import Badge, Column, Tone
from apps.core.web.tables import BulkAction, Empty, Table

_STATES: dict[str, Tone] = {
    RolloverState.REHEARSED: "info",
    RolloverState.APPLYING: "primary",
    RolloverState.APPLIED: "success",
    RolloverState.UNDOING: "primary",
    RolloverState.UNDONE: "plain",
}
_DECISIONS: dict[str, Tone] = {
    RolloverDecision.UNDECIDED: "danger",
    RolloverDecision.PROMOTE: "success",
    RolloverDecision.REPEAT: "warning",
    RolloverDecision.GRADUATE: "info",
    RolloverDecision.LEAVE: "warning",
    RolloverDecision.MAKE: "plain",
    RolloverDecision.SKIP: "plain",
}


def state_badge(row: Rollover) -> Badge:
    return Badge(row.state.label, _STATES[row.state])


def decision_badge(row: RolloverLine) -> Badge:
    return Badge(row.get_decision_display(), _DECISIONS[row.decision])


class RolloverTable(Table):
    name = "rollovers"
    caption = _("Rollover")
    columns = (
        Column(
            "from_year",
            _("From"),
            value=lambda row: row.from_year.name,
            link=lambda row: reverse("academics:rollover-detail", args=[row.pk]),
        ),
        Column("next_name", _("To")),
        Column("state", _("State"), value=state_badge),
        Column("rehearsed_at", _("Rehearsed"), sort="rehearsed_at"),
        Column("applied_at", _("Applied"), sort="applied_at"),
        Column("undone_at", _("Undone"), sort="undone_at", wide_only=True),
    )
    default_sort = "-rehearsed_at"
    exports = False
    empty = Empty(
        _("No year has been rolled over yet"),
        _("Begin with a rehearsal: it shows what would happen to every pupil and changes nothing."),
        icon="calendar-event",
    )


def _kinds() -> list[tuple[str, Any]]:
    return list(year_end.kinds().items())


def _codes() -> list[tuple[str, Any]]:
    return [("any", _("Any")), *((code, one.title) for code, one in PROBLEMS.items())]


class LineFilter(FilterSet):
    exception = ChoiceFilter(
        choices=_codes, method="of_exception", label=_("Exception"), empty_label=_("All")
    )
    decision = ChoiceFilter(choices=RolloverDecision.choices, label=_("Decision"), empty_label=_("All"))
    kind = ChoiceFilter(choices=_kinds, label=_("Kind"), empty_label=_("All"))
    campus = ModelChoiceFilter(queryset=permitted(Campus), label=_("Campus"), empty_label=_("All"))

    class Meta:
        model = RolloverLine
        fields = ("exception", "decision", "kind", "campus")

    def of_exception(self, rows: Any, name: str, code: str) -> Any:
        return rows.exclude(exception="") if code == "any" else rows.filter(exception=code)


def _exception(row: RolloverLine) -> str:
    return year_end.words_of(row.exception, row.detail) if row.exception else ""


def _shown_exception(row: RolloverLine) -> Any:
    """What is wrong, and below it what to do."""
    if not row.exception:
        return ""
    words, remedy = _exception(row), year_end.remedy_of(row.exception)
    return format_html('<span>{}<br><span class="text-secondary">{}</span></span>', words, remedy)


class LineTable(Table):
    """Exceptions first: that is the order of the lines themselves."""

    name = "rollover-lines"
    caption = _("Everything the rollover does")
    columns = (
        Column("name", _("What"), sort="name"),
        Column(
            "kind", _("Kind"), value=lambda row: str(year_end.kinds().get(row.kind, row.kind)), sort="kind"
        ),
        Column("source", _("Now"), sort="source"),
        Column("goal", _("Next year"), sort="goal"),
        Column("decision", _("Decision"), value=decision_badge, sort="decision"),
        Column("exception", _("Please look"), value=_exception, html=_shown_exception, sort="exception"),
        Column("reason", _("Reason"), wide_only=True),
        Column(
            "decided_by",
            _("Decided by"),
            value=lambda row: row.decided_by.name if row.decided_by else "",
            wide_only=True,
        ),
        Column("campus", _("Campus"), value=lambda row: row.campus.name if row.campus else "", shown=False),
        Column(
            "admission_number",
            _("Admission number"),
            value=lambda row: row.student.admission_number if row.student else "",
            shown=False,
        ),
        Column("position", _("Order"), sort="position", shown=False, export=False),
    )
    search_fields = ("name", "source", "goal")
    search_label = _("Pupil or section")
    filterset = LineFilter
    default_sort = "position"
    empty = Empty(_("Nothing to do"), _("The year has neither pupils nor sections."), icon="circle-check")


def editable(
    decide: Callable[[HttpRequest, Any], Any], restore: Callable[[HttpRequest, Any], Any]
) -> type[Table]:
    """The same list for who may decide."""
    linked = Column(
        "name",
        _("What"),
        sort="name",
        # A year is made or there is none: nothing to decide.
        link=lambda row: "" if row.kind == "session" else reverse("academics:rollover-line", args=[row.pk]),
    )

    class EditableLineTable(LineTable):
        columns = (linked, *LineTable.columns[1:])
        actions = (
            BulkAction("decide", _("Decide together"), "checks", decide),
            BulkAction("restore", _("As proposed"), "arrow-back-up", restore),
        )

    return EditableLineTable
