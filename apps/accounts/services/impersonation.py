"""Seeing the pages of somebody else, to help them: short, reasoned, and in the open."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Role
from apps.accounts.models import Impersonation, RoleAssignment, User
from apps.core.errors import DomainError, Missing
from apps.core.policy import Actor, may

LONGEST: Final = timedelta(minutes=30)
SHORTEST_REASON: Final = 10
NEVER: Final = (Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN)


class NotThisPerson(DomainError):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "NOT_THIS_PERSON", _("Administrators, suspended people and yourself cannot be seen as.")
        )


@transaction.atomic
def begin_impersonation(*, actor: Actor, user: User, reason: str, now: datetime) -> Impersonation:
    """For half an hour at most; both names go into everything that is written meanwhile."""
    if actor.user_id is None or actor.impersonator_id is not None or not may(actor, "impersonate", user):
        raise Missing
    if len(reason.strip()) < SHORTEST_REASON:
        raise DomainError("REASON", _("Say in a few words why; the person will read it."), "reason")
    _require_may_be_seen(user, actor, actor.today)
    return Impersonation.objects.create(
        school_id=user.school_id,
        user=user,
        impersonator_id=actor.user_id,
        reason=reason.strip(),
        began_at=now,
        expires_at=now + LONGEST,
    )


def end_impersonation(*, impersonation: Impersonation, now: datetime) -> Impersonation:
    if impersonation.ended_at is None:
        impersonation.ended_at = min(now, impersonation.expires_at)
        impersonation.save(update_fields=["ended_at", "updated_at"])
    return impersonation


def _require_may_be_seen(user: User, actor: Actor, today: date) -> None:
    held = RoleAssignment.objects.filter(user=user, role__in=NEVER).not_ended_on(today)
    if not user.is_active or user.pk == actor.user_id or held.exists():
        raise NotThisPerson
