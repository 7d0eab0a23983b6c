"""Roles are given and ended by the day; nobody gives more than they have."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Campus, Role, RoleAssignment, School, User
from apps.core.errors import Conflict, DomainError, Missing
from apps.core.policy import Actor, may


class BeyondReach(DomainError):
    """The role, or its campus, is not the actor's to give or to take."""

    status = 403

    def __init__(self) -> None:
        super().__init__("BEYOND_YOUR_REACH", _("You can only give or end roles below your own."), "role")


class LastAdministrator(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "LAST_ADMINISTRATOR", _("A school keeps one administrator. Give the role to somebody else first.")
        )


@transaction.atomic
def assign_role(
    *,
    actor: Actor | None,
    user: User,
    role: Role,
    campus: Campus | None,
    begin_date: date,
    end_date: date | None = None,
) -> RoleAssignment:
    """Give a role from a day on, on a campus or (without one) on the whole school. An open one stays."""
    if campus is not None and campus.school_id != user.school_id:
        raise Missing
    if campus is not None and role == Role.SCHOOL_ADMIN:
        raise DomainError("WHOLE_SCHOOL", _("This role always holds for the whole school."), "campus")
    if end_date is not None and end_date <= begin_date:
        raise DomainError("DATES", _("The end lies before the beginning."), "end_date")
    open_one: RoleAssignment | None = RoleAssignment.objects.filter(
        user=user, role=role, campus=campus, end_date=None
    ).first()
    if open_one is not None:
        return open_one
    assignment = RoleAssignment.objects.create(
        school_id=user.school_id,
        user=user,
        role=role,
        campus=campus,
        begin_date=begin_date,
        end_date=end_date,
    )
    if actor is not None and not may(actor, "add", assignment):
        raise BeyondReach
    return assignment


@transaction.atomic
def end_role(*, actor: Actor | None, assignment: RoleAssignment, end_date: date) -> RoleAssignment:
    """It holds no longer from `end_date` on; one that would never have begun is taken back altogether."""
    if actor is not None and not may(actor, "end", assignment):
        raise BeyondReach
    if assignment.role == Role.SCHOOL_ADMIN:
        keep_an_administrator(assignment.user, max(end_date, assignment.begin_date))
    if end_date <= assignment.begin_date:
        assignment.delete()
        return assignment
    assignment.end_date = end_date
    assignment.save(update_fields=["end_date", "updated_at"])
    return assignment


def require_authority(actor: Actor | None, user: User, today: date) -> None:
    """Whoever acts on a login must be able to end every role it holds now or later."""
    if actor is None:
        return
    held = RoleAssignment.objects.filter(user=user).not_ended_on(today)
    if held.exclude(pk__in=held.permitted(actor, "end").values("pk")).exists():
        raise BeyondReach


def keep_an_administrator(user: User, day: date) -> None:
    """Refuse to take the last administrator from a school."""
    # Two who take the role from each other are decided one after the other.
    School.objects.select_for_update(no_key=True).get(pk=user.school_id)
    administrators = RoleAssignment.objects.filter(
        school_id=user.school_id, role=Role.SCHOOL_ADMIN, user__is_active=True
    ).active_on(day)
    if administrators.filter(user=user).exists() and not administrators.exclude(user=user).exists():
        raise LastAdministrator
