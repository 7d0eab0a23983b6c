"""Lists of people and campuses."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_filters import ChoiceFilter, FilterSet

from apps.accounts import services
from apps.accounts.models import Role, RoleAssignment, User
from apps.core.errors import DomainError
from apps.core.policy import Actor
from apps.core.web.cells import Badge, Column
from apps.core.web.responses import say
from apps.core.web.tables import BulkAction, Empty, Table

STATES = (
    ("active", gettext_lazy("May sign in")),
    ("invited", gettext_lazy("Invited")),
    ("suspended", gettext_lazy("Suspended")),
)


class UserFilter(FilterSet):
    role = ChoiceFilter(
        label=gettext_lazy("Role"), empty_label=gettext_lazy("Any"), choices=Role.choices, method="with_role"
    )
    state = ChoiceFilter(
        label=gettext_lazy("State"), empty_label=gettext_lazy("Any"), choices=STATES, method="in_state"
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def with_role(self, rows: Any, name: str, value: str) -> Any:
        actor: Actor = self.request.actor
        mine = RoleAssignment.objects.permitted(actor).active_on(actor.today)
        held = mine.filter(user=OuterRef("pk"), role=value)
        return rows.filter(Exists(held))

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        conditions = {
            "active": Q(is_active=True, invited_at=None),
            "invited": Q(is_active=True, invited_at__isnull=False),
            "suspended": Q(is_active=False),
        }
        return rows.filter(conditions[value])


def state_of(user: User) -> Badge:
    if not user.is_active:
        return Badge(_("Suspended"), "danger")
    return Badge(_("Invited"), "info") if user.invited_at else Badge(_("May sign in"), "success")


def _suspend(request: HttpRequest, rows: Any) -> HttpResponse | None:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    done = 0
    for user in rows.permitted(actor, "suspend"):
        try:
            services.suspend_user(actor=actor, user=user, today=actor.today)
            done += 1
        except DomainError as refusal:
            say(request, f"{user}: {refusal}", level=40)
    if done:
        say(request, ngettext("%d login suspended.", "%d logins suspended.", done) % done)
    return None


def _invite(request: HttpRequest, rows: Any) -> HttpResponse | None:
    """Another mail to those who have not answered theirs; who signs in already needs none."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    waiting = rows.permitted(actor, "change").filter(is_active=True, invited_at__isnull=False)
    done = 0
    for user in waiting:
        try:
            services.send_invitation(actor=actor, user=user, now=timezone.now(), today=actor.today)
            done += 1
        except DomainError as refusal:
            say(request, f"{user}: {refusal}", level=40)
    if done:
        say(
            request, ngettext("%d invitation is on its way.", "%d invitations are on their way.", done) % done
        )
    else:
        say(request, _("None of them waits for an invitation."), level=30)
    return None


class UserTable(Table):
    name = "users"
    caption = gettext_lazy("Users")
    columns = (
        Column(
            "name",
            gettext_lazy("Name"),
            link=lambda u: reverse("accounts:user-detail", args=[u.pk]),
            sort="name",
        ),
        Column("email", gettext_lazy("E-mail address"), sort="email"),
        Column("roles", gettext_lazy("Roles"), value=lambda u: ", ".join(u.held)),
        Column("state", gettext_lazy("State"), value=state_of, html=state_of),
        Column("last_login", gettext_lazy("Last sign-in"), sort="last_login", wide_only=True),
    )
    search_fields = ("name", "email")
    search_label = gettext_lazy("Name or e-mail address")
    filterset = UserFilter
    default_sort = "name"
    actions = (
        BulkAction(
            "invite",
            gettext_lazy("Send the invitation again"),
            "mail-forward",
            _invite,
            confirm=gettext_lazy("Links of earlier mails stop working."),
        ),
        BulkAction(
            "suspend",
            gettext_lazy("Suspend"),
            "user-off",
            _suspend,
            confirm=gettext_lazy(
                "Their sessions end at once, on every device. You can bring them back later."
            ),
            danger=True,
            allowed=lambda actor: User.policy.allows(actor, "suspend"),
        ),
    )
    empty = Empty(
        gettext_lazy("Nobody here"),
        gettext_lazy("Invite people by mail, or change the search."),
        "users",
    )

    def prepare(self, rows: list[Any]) -> list[Any]:
        actor: Actor = self.request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
        held: dict[Any, list[str]] = {}
        roles = RoleAssignment.objects.permitted(actor).filter(user__in=rows).active_on(actor.today)
        for assignment in roles.select_related("campus"):
            held.setdefault(assignment.user_id, []).append(role_text(assignment))
        for user in rows:
            user.held = held.get(user.pk, [])
        return rows


def role_text(assignment: RoleAssignment) -> str:
    role = str(assignment.get_role_display())
    return f"{role}, {assignment.campus}" if assignment.campus else role
