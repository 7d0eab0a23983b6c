"""Pages of the school itself: campuses, switches, settings, and the audit trail."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.accounts import services
from apps.accounts.models import Campus, School, User
from apps.accounts.web.forms import CampusForm, FeaturesForm, LabelsForm, SchoolForm, TrailForm
from apps.core import trail
from apps.core.policy import Actor, may, permitted_or_missing, require_verb
from apps.core.web.responses import go, say, show_form

FORM = "components/form_page.html"


@login_required
@require_GET
def campus_list(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    require_verb(actor, "switch_features", Campus)
    open_roles = Count("role_assignments", filter=Q(role_assignments__end_date=None))
    campuses = Campus.objects.permitted(actor, "switch_features").annotate(people=open_roles)
    context = {"campuses": campuses, "may_add": Campus.policy.allows(actor, "add")}
    return render(request, "accounts/campus_list.html", context)


@login_required
def campus_add(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    require_verb(actor, "add", Campus)
    school = permitted_or_missing(School.objects.all(), actor)
    form = CampusForm(request.POST or None, initial={"time_zone": school.time_zone})
    if form.is_valid():
        campus = form.call(services.add_campus, school=school, **form.cleaned_data)
        if campus is not None:
            return go(request, "accounts:campus-detail", campus.pk)
    context = {"title": _("Add a campus"), "cancel_url": reverse("accounts:campus-list")}
    return show_form(request, FORM, form, context)


@login_required
def campus_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The switches of a campus."""
    campus = _campus(request, pk, "switch_features")
    form = FeaturesForm(request.POST or None, campus=campus)
    if (
        form.is_valid()
        and form.call(services.switch_features, campus=campus, features=form.cleaned_data) is not None
    ):
        say(request, _("The switches are set."))
        return go(request, "accounts:campus-detail", pk)
    context = {
        "campus": campus,
        "may_change": may(_actor(request), "change", campus),
        "changes": trail.changes_of(campus, limit=10),
    }
    return show_form(request, "accounts/campus_detail.html", form, context)


@login_required
def campus_change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    campus = _campus(request, pk, "change")
    names = ("name", "code", "address", "phone", "time_zone")
    form = CampusForm(request.POST or None, initial={name: getattr(campus, name) for name in names})
    if form.is_valid() and form.call(services.change_campus, campus=campus, **form.cleaned_data) is not None:
        say(request, _("Saved."))
        return go(request, "accounts:campus-detail", pk)
    context = {
        "title": _("Change {name}").format(name=campus.name),
        "cancel_url": reverse("accounts:campus-detail", args=[pk]),
    }
    return show_form(request, FORM, form, context)


@login_required
def school_settings(request: HttpRequest) -> HttpResponse:
    school = permitted_or_missing(School.objects.all(), _actor(request), "change")
    form = SchoolForm(request.POST or None, school=school)
    if form.is_valid() and form.call(services.change_school, school=school, **form.cleaned_data) is not None:
        say(request, _("Saved."))
        return go(request, "accounts:school-settings")
    return show_form(request, FORM, form, {"title": _("School settings")})


@login_required
def school_labels(request: HttpRequest) -> HttpResponse:
    school = permitted_or_missing(School.objects.all(), _actor(request), "change")
    form = LabelsForm(request.POST or None, school=school)
    if form.is_valid() and form.call(services.change_school, school=school, labels=form.labels) is not None:
        say(request, _("Saved."))
        return go(request, "accounts:school-labels")
    return show_form(request, FORM, form, {"title": _("What your school calls things")})


@login_required
@require_GET
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Every recorded change of a day, or of one record ever; of this school only."""
    actor = _actor(request)
    require_verb(actor, "audit", User)
    form = TrailForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    day = asked.get("day") or actor.today
    known = trail.audited_models()
    chosen = [known[asked["model"]]] if asked.get("model") in known else list(known.values())
    begin = timezone.make_aware(datetime.combine(day, time.min))
    context = {
        "day": day,
        "row": asked.get("row"),
        "model": asked.get("model", ""),
        "person": asked.get("person"),
        "models": sorted(
            ((label, m._meta.verbose_name_plural) for label, m in known.items()), key=lambda m: str(m[1])
        ),
        "people": User.objects.permitted(actor, "audit").order_by("name").values_list("pk", "name")[:500],
        "changes": trail.changes(
            school_id=request.user.school_id,  # type: ignore[union-attr]  # login_required
            models=chosen,
            begin=begin,
            end=begin + timedelta(days=1),
            user_id=asked.get("person"),
            row_id=asked.get("row"),
        ),
    }
    return render(request, "accounts/audit_trail.html", context)


def _campus(request: HttpRequest, pk: uuid.UUID, verb: str) -> Campus:
    return permitted_or_missing(Campus.objects.select_related("school"), _actor(request), verb, pk=pk)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
