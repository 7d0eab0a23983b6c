"""Pages of what is taught: subjects, grades, courses, programs, sessions, the school's own fields."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from apps.academics import models, selectors, services
from apps.academics.web import setup_forms as forms
from apps.academics.web import tables
from apps.academics.web.fetch import Answer, actor_of, done, form_page, found
from apps.core.policy import require_verb
from apps.core.web.tables import Table, table_view


@dataclass(frozen=True)
class Noun:
    """A kind of set-up row: one list, one form, one service that saves it new or known."""

    model: Any
    key: str
    argument: str
    table: type[Table] | None
    form: Any
    service: Callable[..., Any]
    new_title: Any
    joins: tuple[str, ...] = ()
    detail: bool = False

    def address(self, row: Any) -> str:
        if self.detail:
            return reverse(f"academics:{self.key}-detail", args=[row.pk])
        return reverse(f"academics:{self.key}-list")


SUBJECT = Noun(
    models.Subject, "subject", "subject", tables.SubjectTable, forms.SubjectForm, services.save_subject,
    lazy("Add a subject"),
)  # fmt: skip
GRADE_LEVEL = Noun(
    models.GradeLevel, "grade-level", "grade_level", tables.GradeLevelTable, forms.GradeLevelForm,
    services.save_grade_level, lazy("Add a grade level"),
)  # fmt: skip
COURSE = Noun(
    models.Course, "course", "course", tables.CourseTable, forms.CourseForm, services.save_course,
    lazy("Add a course"), joins=("subject", "grade_level"), detail=True,
)  # fmt: skip
PROGRAM = Noun(
    models.Program, "program", "program", tables.ProgramTable, forms.ProgramForm, services.save_program,
    lazy("Add a program"), detail=True,
)  # fmt: skip
SESSION = Noun(
    models.AcademicSession, "session", "session", None, forms.SessionForm, services.save_session,
    lazy("Add an academic session"),
)  # fmt: skip


def setup_list(request: HttpRequest, noun: Noun) -> Answer:
    actor = actor_of(request)
    require_verb(actor, "view", noun.model)
    rows = noun.model.objects.permitted(actor).select_related(*noun.joins)
    context = {"may_add": noun.model.policy.allows(actor, "add"), "add_url": _add_url(noun), "noun": noun}
    table = noun.table or Table
    return table_view(request, table, rows, template="academics/setup_list.html", context=context)


def setup_add(request: HttpRequest, noun: Noun) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", noun.model)
    form = noun.form(request.POST or None, actor=actor)
    return form_page(
        request,
        form,
        noun.service,
        title=noun.new_title,
        back=reverse(f"academics:{noun.key}-list"),
        done=_("Added."),
        then=noun.address,
        new=True,
    )


def setup_change(request: HttpRequest, noun: Noun, pk: Any) -> HttpResponse:
    row = found(request, noun.model, pk, "change")
    form = noun.form(request.POST or None, actor=actor_of(request), initial=_initial(noun, row))
    return form_page(
        request,
        form,
        lambda **values: noun.service(**{noun.argument: row}, **values),
        title=_("Change {name}").format(name=row),
        back=noun.address(row),
        done=_("Saved."),
        context={"delete_url": reverse(f"academics:{noun.key}-delete", args=[row.pk])},
    )


@require_POST
def setup_delete(request: HttpRequest, noun: Noun, pk: Any) -> HttpResponse:
    row = found(request, noun.model, pk, "delete")
    actor = actor_of(request)

    def service() -> None:
        if isinstance(row, models.AcademicSession):
            services.delete_session(actor=actor, session=row)
        else:
            services.delete_setup(actor=actor, row=row)

    return done(request, service, reverse(f"academics:{noun.key}-list"), _("Deleted."))


def session_list(request: HttpRequest) -> HttpResponse:
    """The years with their parts, as a tree, in one query."""
    actor = actor_of(request)
    require_verb(actor, "view", models.AcademicSession)
    rows = list(models.AcademicSession.objects.permitted(actor).order_by("begin_date", "kind"))
    context = {
        "tree": _tree(rows, None, 0),
        "today": actor.today,
        "may_add": models.AcademicSession.policy.allows(actor, "add"),
        "may_change": models.AcademicSession.policy.allows(actor, "change"),
    }
    return render(request, "academics/session_list.html", context)


def course_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    course = found(request, models.Course, pk, joins=("subject", "grade_level"))
    actor = actor_of(request)
    sections = models.Section.objects.permitted(actor).filter(
        course=course, session__end_date__gt=actor.today
    )
    changes = models.Course.policy.allows(actor, "change")
    context = {
        "course": course,
        "prerequisites": course.prerequisites.select_related("requires").order_by("requires__name"),
        "opens": course.opens.select_related("course").order_by("course__name"),
        "sections": sections.select_related("session", "campus").order_by("name"),
        "may_change": changes,
        "form": forms.PrerequisiteForm(actor=actor) if changes else None,
    }
    return render(request, "academics/course_detail.html", context)


def prerequisite_add(request: HttpRequest, pk: Any) -> HttpResponse:
    course = found(request, models.Course, pk, "change")
    form = forms.PrerequisiteForm(request.POST or None, actor=actor_of(request))
    return form_page(
        request,
        form,
        lambda **values: services.require_course(course=course, **values),
        title=_("What comes before {course}").format(course=course),
        back=reverse("academics:course-detail", args=[course.pk]),
        done=_("Added."),
        new=True,
    )


@require_POST
def prerequisite_drop(request: HttpRequest, pk: Any) -> HttpResponse:
    row = found(request, models.CoursePrerequisite, pk, "delete")
    return done(
        request,
        lambda: services.drop_prerequisite(actor=actor_of(request), prerequisite=row),
        reverse("academics:course-detail", args=[row.course_id]),
        _("Taken away."),
    )


def program_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """Curriculum by grade, and how the program stands."""
    program = found(request, models.Program, pk)
    actor = actor_of(request)
    lines = program.curriculum.select_related("course__subject", "grade_level")
    sees_figures = models.Program.policy.allows(actor, "view_statistics")
    context = {
        "program": program,
        "lines": lines,
        "grades": program.grade_levels.all(),
        "figures": selectors.program_statistics(program, today=actor.today) if sees_figures else None,
        "may_change": models.Program.policy.allows(actor, "change"),
    }
    return render(request, "academics/program_detail.html", context)


def curriculum_add(request: HttpRequest, pk: Any) -> HttpResponse:
    program = found(request, models.Program, pk, "change")
    form = forms.CurriculumForm(request.POST or None, actor=actor_of(request))
    return form_page(
        request,
        form,
        lambda **values: services.add_to_curriculum(program=program, **values),
        title=_("A course for {program}").format(program=program),
        back=reverse("academics:program-detail", args=[program.pk]),
        done=_("Added."),
        new=True,
    )


@require_POST
def curriculum_drop(request: HttpRequest, pk: Any) -> HttpResponse:
    line = found(request, models.ProgramCourse, pk, "delete")
    return done(
        request,
        lambda: services.drop_from_curriculum(actor=actor_of(request), line=line),
        reverse("academics:program-detail", args=[line.program_id]),
        _("Taken out of the curriculum."),
    )


def custom_field_list(request: HttpRequest) -> Answer:
    actor = actor_of(request)
    require_verb(actor, "view", models.CustomField)
    rows = models.CustomField.objects.permitted(actor)
    context = {
        "may_add": models.CustomField.policy.allows(actor, "add"),
        "add_url": reverse("academics:custom-field-add"),
    }
    table = tables.CustomFieldTable
    return table_view(request, table, rows, template="academics/setup_list.html", context=context)


def custom_field_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", models.CustomField)
    form = forms.NewCustomFieldForm(request.POST or None, actor=actor)
    return form_page(
        request,
        form,
        services.add_custom_field,
        title=_("Add a field of your own"),
        back=reverse("academics:custom-field-list"),
        done=_("Added."),
        new=True,
    )


def custom_field_change(request: HttpRequest, pk: Any) -> HttpResponse:
    field = found(request, models.CustomField, pk, "change")
    initial = {name: getattr(field, name) for name in forms.CustomFieldChangeForm.base_fields}
    initial["choices"] = "\n".join(field.choices)
    form = forms.CustomFieldChangeForm(request.POST or None, actor=actor_of(request), initial=initial)
    return form_page(
        request,
        form,
        lambda **values: services.change_custom_field(field=field, **values),
        title=_("Change {name}").format(name=field),
        back=reverse("academics:custom-field-list"),
        done=_("Saved."),
    )


def _initial(noun: Noun, row: Any) -> dict[str, Any]:
    initial = {name: getattr(row, name) for name in noun.form.base_fields}
    if isinstance(row, models.AcademicSession) and row.end_date:
        initial["end_date"] = row.end_date - timedelta(days=1)
    if isinstance(row, models.Program):
        initial["grade_levels"] = row.grade_levels.all()
    return initial


def _add_url(noun: Noun) -> str:
    return reverse(f"academics:{noun.key}-add")


def _tree(rows: list[models.AcademicSession], parent: Any, depth: int) -> list[tuple[int, Any]]:
    found_rows: list[tuple[int, Any]] = []
    for row in rows:
        if row.parent_id == parent:
            found_rows += [(depth, row), *_tree(rows, row.pk, depth + 1)]
    return found_rows
