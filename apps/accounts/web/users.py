"""Pages of people who may sign in: list, detail, invitation, roles."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import selectors, services
from apps.accounts.models import RoleAssignment, School, User
from apps.accounts.web.forms import ONE_DAY, EndRoleForm, InviteForm, PersonForm, RoleForm
from apps.accounts.web.tables import UserTable, state_of
from apps.core.policy import Actor, may, permitted_or_missing, require_verb
from apps.core.proof import require_proof
from apps.core.trail import changes_of
from apps.core.web.responses import go, say, show_form
from apps.core.web.search import Hit
from apps.core.web.tables import table_view

FORM = "components/form_page.html"


@login_required
def user_list(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    require_verb(actor, "change", User)
    rows = User.objects.permitted(actor, "change").distinct()
    context = {"may_invite": User.policy.allows(actor, "add")}
    response: HttpResponse = table_view(
        request, UserTable, rows, template="accounts/user_list.html", context=context
    )  # type: ignore[assignment]  # or its export, a stream
    return response


@login_required
@require_GET
def user_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actor = _actor(request)
    user = _user(request, pk, "view")
    roles = RoleAssignment.objects.permitted(actor).filter(user=user).select_related("campus")
    context: dict[str, Any] = {
        "person": user,
        "state_html": format_html("{}", state_of(user)),
        "roles": [_role_line(actor, role) for role in roles.order_by("-begin_date")],
        "sessions": selectors.devices(user)[:20],
        "changes": changes_of(user, limit=20),
        "may_list": User.policy.allows(actor, "change"),
        "may_change": may(actor, "change", user),
        "may_suspend": may(actor, "suspend", user) and actor.user_id != user.pk,
        "may_impersonate": may(actor, "impersonate", user) and actor.user_id != user.pk,
    }
    return render(request, "accounts/user_detail.html", context)


@login_required
def user_invite(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    require_verb(actor, "add", User)
    require_proof(request, timezone.now())
    form = InviteForm(request.POST or None, actor=actor)
    if form.is_valid():
        data = dict(form.cleaned_data)
        grant = services.Grant(data.pop("role"), data.pop("campus"))
        school = permitted_or_missing(School.objects.all(), actor)
        user = form.call(
            services.invite_user,
            actor=actor,
            school=school,
            roles=[grant],
            now=timezone.now(),
            today=actor.today,
            **data,
        )
        if user is not None:
            say(request, _("The invitation is on its way to {email}.").format(email=user.email))
            return go(request, "accounts:user-detail", user.pk)
    context = {
        "title": _("Invite somebody"),
        "submit_label": _("Send the invitation"),
        "cancel_url": reverse("accounts:user-list"),
    }
    return show_form(request, FORM, form, context)


@login_required
def user_change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actor, user = _actor(request), _user(request, pk, "change")
    form = PersonForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if (
        form.is_valid()
        and form.call(services.change_user, actor=actor, user=user, today=actor.today, **form.cleaned_data)
        is not None
    ):
        say(request, _("Saved."))
        return go(request, "accounts:user-detail", pk)
    return show_form(request, FORM, form, _form_context(user, _("Change {name}").format(name=user.name)))


@login_required
@require_POST
def user_suspend(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = _user(request, pk, "suspend")
    services.suspend_user(actor=_actor(request), user=user, today=_actor(request).today)
    say(request, _("{name} cannot sign in any more. All sessions have ended.").format(name=user.name))
    return go(request, "accounts:user-detail", pk)


@login_required
@require_POST
def user_reactivate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = _user(request, pk, "suspend")
    services.reactivate_user(actor=_actor(request), user=user, today=_actor(request).today)
    say(request, _("{name} may sign in again.").format(name=user.name))
    return go(request, "accounts:user-detail", pk)


@login_required
@require_POST
def invitation_send(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actor, user = _actor(request), _user(request, pk, "change")
    services.send_invitation(actor=actor, user=user, now=timezone.now(), today=actor.today)
    say(request, _("A new invitation is on its way. Links of earlier mails no longer work."))
    return go(request, "accounts:user-detail", pk)


@login_required
@require_POST
def invitation_revoke(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actor, user = _actor(request), _user(request, pk, "change")
    services.revoke_invitation(actor=actor, user=user, today=actor.today)
    say(request, _("The invitation no longer works."))
    return go(request, "accounts:user-detail", pk)


@login_required
def role_add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actor = _actor(request)
    require_verb(actor, "add", RoleAssignment)
    user = _user(request, pk, "view")
    require_proof(request, timezone.now())
    form = RoleForm(request.POST or None, actor=actor, initial={"begin_date": actor.today})
    if form.is_valid():
        data = form.cleaned_data
        if form.call(
            services.assign_role,
            actor=actor,
            user=user,
            role=data["role"],
            campus=data["campus"],
            **form.dates,
        ):
            say(request, _("The role is given."))
            return go(request, "accounts:user-detail", pk)
    return show_form(request, FORM, form, _form_context(user, _("Give {name} a role").format(name=user.name)))


@login_required
def role_end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actor = _actor(request)
    role = permitted_or_missing(RoleAssignment.objects.select_related("user"), actor, "end", pk=pk)
    form = EndRoleForm(request.POST or None, initial={"last_day": actor.today})
    if (
        form.is_valid()
        and form.call(
            services.end_role, actor=actor, assignment=role, end_date=form.cleaned_data["last_day"] + ONE_DAY
        )
        is not None
    ):
        say(request, _("The end is noted."))
        return go(request, _page_of(actor, role.user))
    title = _("End “{role}” of {name}").format(role=role.get_role_display(), name=role.user.name)
    return show_form(request, FORM, form, {"title": title, "cancel_url": _page_of(actor, role.user)})


def find_users(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Answers of the search for those who look after logins."""
    found = User.objects.permitted(actor, "change").filter(Q(name__icontains=text) | Q(email__icontains=text))
    return [
        Hit(user.name, reverse("accounts:user-detail", args=[user.pk]), user.email)
        for user in found.distinct().order_by("name")[:limit]
    ]


def _role_line(actor: Actor, role: RoleAssignment) -> dict[str, Any]:
    return {
        "row": role,
        "last_day": role.end_date - ONE_DAY if role.end_date else None,
        "is_over": role.end_date is not None and role.end_date <= actor.today,
        "may_end": may(actor, "end", role),
    }


def _page_of(actor: Actor, user: User) -> str:
    """Who ends somebody's role need not be among those who look at their login."""
    return reverse("accounts:user-detail", args=[user.pk]) if may(actor, "view", user) else "/"


def _form_context(user: User, title: str) -> dict[str, Any]:
    return {"title": title, "cancel_url": reverse("accounts:user-detail", args=[user.pk])}


def _user(request: HttpRequest, pk: uuid.UUID, verb: str) -> User:
    user: User = permitted_or_missing(User.objects.select_related("school"), _actor(request), verb, pk=pk)
    return user


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
