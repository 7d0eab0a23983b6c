"""Lists of imports, of what is wrong in one, and of what it does."""

from typing import Any, Final

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.web.cells import Badge, Column, Tone
from apps.core.web.tables import Empty, Table
from apps.interop.models import Action, ImportLine, ImportProblem, ImportRun, RunState, Severity
from apps.interop.services.problems import message_of, remedy_of

KINDS: Final = {
    "campus": _("Campuses"),
    "session": _("Academic sessions"),
    "grade_level": _("Grade levels"),
    "subject": _("Subjects"),
    "course": _("Courses"),
    "section": _("Sections"),
    "student": _("Students"),
    "staff": _("Staff"),
    "guardian": _("Guardians"),
    "guardianship": _("Guardianships"),
    "teaching": _("Teaching assignments"),
    "enrollment": _("Enrollments"),
    "line_item": _("Line items"),
    "result": _("Results"),
    "transcript": _("Marks of earlier terms"),
}
FIELDS: Final = {
    "campus_id": _("campus"),
    "session_id": _("academic session"),
    "course_id": _("course"),
    "subject_id": _("subject"),
    "grade_level_id": _("grade level"),
    "parent_id": _("part of"),
    "student_id": _("student"),
    "staff_id": _("staff member"),
    "section_id": _("section"),
    "guardian_id": _("guardian"),
    "sourced_id": _("id in the other system"),
    "given_name": _("given name"),
    "middle_name": _("middle name"),
    "family_name": _("family name"),
    "admission_number": _("admission number"),
    "employee_id": _("employee id"),
    "roll_number": _("roll number"),
    "birth_date": _("birth date"),
    "begin_date": _("from"),
    "end_date": _("until (exclusive)"),
    "is_active": _("active"),
    "is_primary": _("primary"),
    "job_title": _("job title"),
    "left_date": _("left"),
    "percent": _("percent"),
    "label": _("grade"),
    "points": _("grade points"),
    "is_final": _("final"),
    "year_label": _("school year"),
    "term_label": _("term"),
    "course_code": _("course code"),
    "course_title": _("course"),
    "school_name": _("school"),
    "credits_attempted": _("credits attempted"),
    "credits_earned": _("credits earned"),
    "credit_type": _("kind of credit"),
    "score": _("score"),
    "text_score": _("letter or level"),
    "maximum": _("out of"),
    "category_id": _("category"),
    "line_item_id": _("line item"),
    "due_date": _("due"),
    "assigned_date": _("assigned"),
}
_STATE_TONES: Final[dict[RunState, Tone]] = {
    RunState.APPLIED: "success",
    RunState.READY: "info",
    RunState.MAPPING: "warning",
    RunState.FAILED: "danger",
    RunState.CANCELLED: "plain",
    RunState.CHECKING: "primary",
    RunState.APPLYING: "primary",
}
_SEVERITY_TONES: Final[dict[str, Tone]] = {
    Severity.ERROR: "danger",
    Severity.HELD: "warning",
    Severity.WARNING: "plain",
}


def state_badge(run: ImportRun) -> Badge:
    return Badge(run.state.label, _STATE_TONES[run.state])


def told_changes(row: ImportLine) -> str:
    """ "email: a@x → b@x; campus: North → South" """
    return "; ".join(
        f"{FIELDS.get(name, name)}: {'–' if before in {None, ''} else before} → {after}"
        for name, (before, after) in sorted(row.changes.items())
    )


def _remedy(row: ImportProblem) -> Any:
    return f"{remedy_of(row.code)} ({row.hint})" if row.hint else remedy_of(row.code)


class RunTable(Table):
    name = "imports"
    caption = _("Imports")
    columns = (
        Column(
            "name", _("File"), link=lambda run: reverse("interop:import-detail", args=[run.pk]), sort="name"
        ),
        Column("format", _("Format"), sort="format", wide_only=True),
        Column("state", _("State"), value=state_badge),
        Column("errors", _("Rows left out"), numeric=True),
        Column("campus", _("Campus"), value=lambda run: run.campus and run.campus.name, wide_only=True),
        Column("owner", _("Brought in by"), value=lambda run: run.owner and run.owner.name, wide_only=True),
        Column("created_at", _("When"), sort="created_at"),
    )
    search_fields = ("name",)
    default_sort = "-created_at"
    empty = Empty(
        _("No roster has come in yet"),
        _("Bring pupils, staff, classes and enrollments in from the system or spreadsheet you use now."),
        "file-import",
    )


class ProblemFilter(django_filters.FilterSet):
    severity = django_filters.ChoiceFilter(choices=Severity.choices, label=_("Severity"))
    file = django_filters.AllValuesFilter(field_name="file", label=_("File"))

    class Meta:
        model = ImportProblem
        fields = ("severity", "file")


class ProblemTable(Table):
    name = "import-problems"
    caption = _("Problems")
    columns = (
        Column("file", _("File"), sort=("file", "line")),
        Column("line", _("Line"), numeric=True, sort="line"),
        Column("column", _("Column"), sort="column"),
        Column("value", _("Value")),
        Column(
            "severity",
            _("Severity"),
            value=lambda row: Badge(row.get_severity_display(), _SEVERITY_TONES[row.severity]),
            sort="severity",
        ),
        Column("message", _("What is wrong"), value=lambda row: message_of(row.code)),
        Column("remedy", _("What to do"), value=_remedy),
        Column("code", _("Code"), sort="code", wide_only=True),
    )
    search_fields = ("value", "column", "code")
    filterset = ProblemFilter
    default_sort = "file"
    empty = Empty(_("Nothing is wrong in these files"), icon="circle-check")


class LineFilter(django_filters.FilterSet):
    action = django_filters.ChoiceFilter(choices=Action.choices, label=_("Effect"))
    kind = django_filters.ChoiceFilter(choices=list(KINDS.items()), label=_("Kind"))

    class Meta:
        model = ImportLine
        fields = ("action", "kind")


class LineTable(Table):
    name = "import-effects"
    caption = _("Effects, row by row")
    columns = (
        Column("file", _("File"), sort=("file", "line")),
        Column("line", _("Line"), numeric=True, sort="line"),
        Column("kind", _("Kind"), value=lambda row: KINDS.get(row.kind, row.kind), sort="kind"),
        Column("label", _("Name"), sort="label"),
        Column("action", _("Effect"), value=lambda row: row.get_action_display(), sort="action"),
        Column("changes", _("Before → after"), value=told_changes),
    )
    search_fields = ("label",)
    filterset = LineFilter
    default_sort = "file"
    empty = Empty(_("Nothing would change"), _("The school holds all of this already."), "circle-check")
