"""Something done to many pupils of the list: choose, say what, look at what would happen, do it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from apps.academics import models, services
from apps.academics.web.fetch import actor_of
from apps.academics.web.fields import ActorForm, Choice
from apps.academics.web.forms import PromotionForm, WithdrawalForm, day
from apps.core.errors import Missing
from apps.core.policy import require_verb
from apps.core.web.responses import show_form
from apps.core.web.tables import BulkAction


def _open_sections(rows: Any) -> Any:
    return rows.filter(is_active=True).select_related("session").order_by("kind", "name")


class PlaceForm(ActorForm):
    section = Choice(models.Section, verb="enroll", narrow=_open_sections, label=gettext_lazy("Section"))
    begin_date = day(gettext_lazy("From"))
    wait = forms.BooleanField(
        label=gettext_lazy("Who finds no seat goes on the waiting list"), required=False
    )


class ProgramForm(ActorForm):
    program = Choice(models.Program, label=gettext_lazy("Program"))


class _Grade(PromotionForm):
    section = None  # type: ignore[assignment]  # this is how a form drops a field; homerooms come by "Put into a section"


def _placed(*, wait: bool, **values: Any) -> Any:
    return (services.enroll_or_wait if wait else services.enroll)(**values)


def _in_program(*, actor: Any, student: models.Student, program: models.Program) -> models.Student:
    return services.change_student(
        actor=actor, student=student, expected=student.version, today=actor.today, program=program
    )


@dataclass(frozen=True)
class Many:
    """One verb for many: its name in addresses, the right it takes, what is asked, and the service."""

    name: str
    verb: str
    label: Any
    icon: str
    form: type[ActorForm]
    service: Callable[..., Any]
    danger: bool = False

    @property
    def action(self) -> BulkAction:
        return BulkAction(
            self.name,
            self.label,
            self.icon,
            lambda request, rows: _asked(request, self, rows.values_list("pk", flat=True)),
            danger=self.danger,
            allowed=lambda actor: models.Student.policy.allows(actor, self.verb),
        )


KINDS: Final = {
    one.name: one
    for one in (
        Many("enroll", "enroll", gettext_lazy("Put into a section"), "users-plus", PlaceForm, _placed),
        Many(
            "promote",
            "promote",
            gettext_lazy("Change the grade"),
            "trending-up",
            _Grade,
            services.promote_student,
        ),
        Many("program", "change", gettext_lazy("Change the program"), "route", ProgramForm, _in_program),
        Many(
            "withdraw",
            "withdraw",
            gettext_lazy("Withdraw"),
            "logout",
            WithdrawalForm,
            services.withdraw_student,
            danger=True,
        ),
    )
}
ACTIONS: Final = tuple(one.action for one in KINDS.values())


@require_POST
def students_many(request: HttpRequest, name: str) -> HttpResponse:
    """Rehearse with `step=rehearse`, do it with `step=apply`."""
    kind = KINDS.get(name)
    if kind is None:
        raise Missing
    students = list(_chosen(request, kind, request.POST.get("chosen", "").split(",")))
    if not students:
        raise Missing
    form = _form(request, kind, request.POST)
    if not form.is_valid():
        return _page(request, kind, form, students)
    applies = request.POST.get("step") == "apply"
    outcomes = form.call(
        services.for_each,
        actor=actor_of(request),
        students=students,
        verb=kind.service,
        rehearse=not applies,
        **form.cleaned_data,
    )
    if outcomes is None:
        return _page(request, kind, form, students)
    return _told(request, kind, form, outcomes, applies=applies)


def _asked(request: HttpRequest, kind: Many, ids: Any) -> HttpResponse:
    """The first step, straight from the list."""
    return _page(request, kind, _form(request, kind, None), list(_chosen(request, kind, ids)))


def _chosen(request: HttpRequest, kind: Many, ids: Any) -> Any:
    """The pupils among these whom the actor may do this to; others are as if never named."""
    actor = actor_of(request)
    require_verb(actor, kind.verb, models.Student)
    known = [number for one in ids if (number := _uuid(one)) is not None]
    rows = models.Student.objects.permitted(actor, kind.verb).filter(pk__in=known)
    return rows.order_by("given_name", "family_name", "pk")


def _uuid(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def _form(request: HttpRequest, kind: Many, data: Any) -> ActorForm:
    today = actor_of(request).today
    return kind.form(data, actor=actor_of(request), initial={"begin_date": today, "effective_date": today})


def _page(request: HttpRequest, kind: Many, form: ActorForm, students: list[models.Student]) -> HttpResponse:
    count = ngettext("%d pupil", "%d pupils", len(students)) % len(students)
    context = {
        "title": f"{kind.label}: {count}",
        "students": students,
        **_context(kind, students),
    }
    return show_form(request, "academics/many_form.html", form, context)


def _told(
    request: HttpRequest, kind: Many, form: ActorForm, outcomes: list[Any], *, applies: bool
) -> HttpResponse:
    refused = [one for one in outcomes if one.refusal is not None]
    good = [one for one in outcomes if one.refusal is None]
    context = {
        "title": kind.label if applies else _("{what}: what would happen").format(what=kind.label),
        "applies": applies,
        "done": good,
        "refused": refused,
        "form": form,
        **_context(kind, [one.student for one in good]),
    }
    return render(request, "academics/many_outcome.html", context)


def _context(kind: Many, students: list[models.Student]) -> dict[str, Any]:
    return {
        "kind": kind,
        "chosen": ",".join(str(one.pk) for one in students),
        "url": reverse("academics:students-many", args=[kind.name]),
        "cancel_url": reverse("academics:student-list"),
    }
