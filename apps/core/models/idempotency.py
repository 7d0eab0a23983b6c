"""Answers already given, so that a repeated request has one effect."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models.base import SchoolRow
from apps.core.policy import SCHOOL, Policy
from apps.core.privacy import Basis, Privacy


class IdempotencyKey(SchoolRow):
    """One creating request of one user and the answer it got, written in the transaction of its effect.

    Belongs to the user, not to a token or device: a retry after signing in again finds it. Nobody lists
    these.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)

    policy: ClassVar = Policy(paths={SCHOOL: "school"}, grants={})
    privacy: ClassVar = Privacy("repeats the same answer", Basis.EDUCATION, 0, ("user", "answer"))

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="core_idempotencykey_once_per_user")
        ]
        indexes = [models.Index(fields=["created_at"], name="core_idempotency_age")]

    def __str__(self) -> str:
        return self.key
