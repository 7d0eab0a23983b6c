"""Answers about logins that are not rows."""

from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from apps.accounts.access import STAFF
from apps.accounts.models import Campus, Feature, User
from apps.accounts.models.user import held_roles
from apps.core.policy import Actor

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class Standing:
    """A login as it stands this minute. Without the second factor its school asks for, it holds no role."""

    actor: Actor
    lacks_second_factor: bool = False


def standing(user: User, *, today: date) -> Standing:
    """One query for roles; a second one only where a campus asks its staff for a second factor."""
    strict = Campus.objects.filter(
        school_id=OuterRef("school_id"),
        pk=Coalesce(OuterRef("campus_id"), F("pk")),
        **{f"features__{Feature.STAFF_SECOND_FACTOR}": True},
    )
    held = list(
        user.role_assignments.active_on(today)
        .annotate(strict=Exists(strict))
        .values_list("role", "campus_id", "strict")
    )
    asked = any(strict and role in STAFF for role, _, strict in held)
    if asked and not has_second_factor(user):
        return Standing(Actor(user.pk, user.school_id, today), lacks_second_factor=True)
    roles = held_roles((role, campus_id) for role, campus_id, _ in held)
    return Standing(Actor(user.pk, user.school_id, today, roles))


def has_second_factor(user: User) -> bool:
    found: bool = Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists()
    return found


def devices(user: User) -> QuerySet[UserSession]:
    """Where a login is signed in, the latest first."""
    found: QuerySet[UserSession] = UserSession.objects.filter(user=user).order_by("-last_seen_at")
    return found


def me(user: User, *, today: date) -> dict[str, object]:
    """Who is signed in, as the API answers it."""
    actor = standing(user, today=today).actor
    roles = [
        {"role": role, "campuses": None if campuses is None else sorted(campuses)}
        for role, campuses in sorted(actor.roles.items())
    ]
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "school": user.school,
        "roles": roles,
    }
