"""Help given from inside somebody's login, in the open."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts import access
from apps.accounts.models.user import User
from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.privacy import Basis, Privacy


@audited()
class Impersonation(SchoolRow):
    """A stretch of minutes in which an administrator saw the pages of somebody else, and why.

    The person concerned sees it on the list of their sessions; it is never deleted.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="impersonations", verbose_name=_("user")
    )
    impersonator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="impersonations_made", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300)
    began_at = models.DateTimeField(_("began"))
    expires_at = models.DateTimeField(_("ends by itself"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    policy: ClassVar = access.IMPERSONATION_POLICY
    privacy: ClassVar = Privacy("shows who looked in, and why", Basis.LAW, 5, ("user", "impersonator"))

    class Meta:
        verbose_name = _("impersonation")
        verbose_name_plural = _("impersonations")
        ordering = ["-began_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(user=F("impersonator")), name="accounts_impersonation_of_another"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("began_at")), name="accounts_impersonation_ends"
            ),
        ]
        indexes = [models.Index(fields=["user", "-began_at"], name="accounts_impersonation_user")]

    def __str__(self) -> str:
        return self.reason

    def is_running(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at
