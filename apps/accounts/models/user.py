"""Logins and the dated roles that make them somebody."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from apps.accounts import access
from apps.accounts.access import Role
from apps.core.audit import audited
from apps.core.models import DatedQuerySet, DatedRow, uuid7
from apps.core.policy import Actor, PermittedQuerySet
from apps.core.privacy import Basis, Privacy

Roles = dict[str, frozenset[uuid.UUID] | None]


def held_roles(active: Iterable[tuple[str, uuid.UUID | None]]) -> Roles:
    """(role, campus) pairs as an actor holds them; no campus stands for the whole school."""
    roles: Roles = {}
    for role, campus_id in active:
        held = roles.get(role, frozenset())
        roles[role] = None if campus_id is None or held is None else held | {campus_id}
    return roles


class UserQuerySet(PermittedQuerySet["User"]):
    def by_email(self, email: str) -> "UserQuerySet":
        """At most one login; capitals do not count, and the index on the lower-case address is used."""
        return self.alias(folded=Lower("email")).filter(folded=email.strip().lower())


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # a manager class made at run time
    def get_by_natural_key(self, username: str | None) -> Any:
        return self.by_email(username or "").get()


@audited(exclude=("password", "last_login"))
class User(AbstractBaseUser):
    """A login. It is not a person: Student, Guardian and StaffMember point here when they may enter.

    There is no superuser: what a login reaches follows from its roles alone. `auth_epoch` rises when every
    session and token must die at once. `invited_at` is set while an invitation waits for its answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(
        "accounts.School", on_delete=models.PROTECT, related_name="users", verbose_name=_("school")
    )
    email = models.EmailField(_("email"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    auth_epoch = models.PositiveIntegerField(default=0, editable=False)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True, editable=False)
    sourced_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    policy = access.USER_POLICY
    privacy = Privacy("lets a person sign in", Basis.EDUCATION, 1, ("email", "name"))
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email",
                violation_error_message=_("Somebody signs in with this address already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def preferred_language(self) -> str:
        """Their own choice, else the school's; the school is fetched with every login."""
        return self.language or self.school.language

    @property
    def is_staff(self) -> bool:
        """Django's admin asks this; the admin site itself asks the roles."""
        return False

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Django's permission tables are not used; see access.py."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def actor(self, today: date, impersonator_id: uuid.UUID | None = None) -> Actor:
        """The roles that are active on `today`, read afresh: a role ended this minute is gone."""
        active = self.role_assignments.active_on(today).values_list("role", "campus_id")
        roles = held_roles(active) if self.is_active else {}
        return Actor(self.pk, self.school_id, today, roles, impersonator_id)

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Sessions, and the tokens that hang on them, die with the password and with the epoch."""
        seed = f"{self.password}:{self.auth_epoch}"
        return salted_hmac("accounts.session", seed, secret=secret, algorithm="sha256").hexdigest()


class RoleAssignmentQuerySet(DatedQuerySet):
    def not_ended_on(self, day: date) -> "RoleAssignmentQuerySet":
        """Held now or later."""
        return self.filter(Q(end_date__isnull=True) | Q(end_date__gt=day))


@audited()
class RoleAssignment(DatedRow):
    """A role a login holds from a day until a day, on one campus or (campus empty) the whole school."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="role_assignments", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    campus = models.ForeignKey(
        "accounts.Campus",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="role_assignments",
        verbose_name=_("campus"),
    )

    objects = RoleAssignmentQuerySet.as_manager()  # type: ignore[misc]  # the narrower manager of this model
    policy = access.ROLE_POLICY
    privacy = Privacy("says what a person may do", Basis.EDUCATION, 5, ("user",))

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("begin_date")),
                name="accounts_role_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "campus"],
                condition=Q(end_date__isnull=True),
                nulls_distinct=False,
                name="accounts_role_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.SCHOOL_ADMIN) | Q(campus__isnull=True),
                name="accounts_role_school_admin_whole_school",
            ),
        ]
        indexes = [models.Index(fields=["user", "begin_date"], name="accounts_role_user")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"
