"""Whether a person may sign in, and the button that invites them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.academics import models, services
from apps.academics.web.fetch import actor_of, done, found
from apps.academics.web.staff import staff_page
from apps.academics.web.students import student_page
from apps.core.proof import require_proof

Draw = Callable[[HttpRequest, Any, dict[str, Any]], HttpResponse]


def student_login(request: HttpRequest, pk: Any) -> HttpResponse:
    return _login(request, models.Student, pk, "academics:student-login", _on_student)


def staff_login(request: HttpRequest, pk: Any) -> HttpResponse:
    return _login(request, models.StaffMember, pk, "academics:staff-login", _on_staff)


def guardian_login(request: HttpRequest, pk: Any) -> HttpResponse:
    return _login(request, models.Guardian, pk, "academics:guardian-login", _on_guardian)


def _login(request: HttpRequest, model: Any, pk: Any, name: str, draw: Draw) -> HttpResponse:
    person = found(request, model, pk, "invite", joins=("user",))
    if request.method == "POST":
        if model is models.StaffMember:
            require_proof(request, timezone.now())  # it gives a role among the staff
        actor = actor_of(request)
        return done(
            request,
            lambda: services.invite_person(actor=actor, person=person, now=timezone.now(), today=actor.today),
            reverse(name, args=[pk]),
            _("The invitation is on its way."),
        )
    return draw(request, person, {"person": person, "login": person.user})


def _on_student(request: HttpRequest, person: Any, context: dict[str, Any]) -> HttpResponse:
    return student_page(request, person, "login", "academics/student_login.html", context)


def _on_staff(request: HttpRequest, person: Any, context: dict[str, Any]) -> HttpResponse:
    return staff_page(request, person, "login", "academics/staff_login.html", context)


def _on_guardian(request: HttpRequest, person: Any, context: dict[str, Any]) -> HttpResponse:
    return render(request, "academics/guardian_login.html", {**context, "guardian": person})
