"""How a person wants to be told."""

from datetime import datetime, time, timedelta
from typing import ClassVar, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SchoolRow
from apps.core.privacy import Basis, Privacy
from apps.messaging import access

ANY_KIND: Final = ""


class Preference(SchoolRow):
    """The channels a user wants for one kind of notice; the row of no kind holds the quiet hours.

    Absent rows mean the kind's own channels. The inbox is always on: a person may always look things up.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    kind = models.CharField(_("kind"), max_length=60, blank=True)
    channels = ArrayField(
        models.CharField(max_length=10), verbose_name=_("channels"), default=list, blank=True
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    policy: ClassVar = access.PREFERENCE_POLICY
    privacy: ClassVar = Privacy("tells people the way they want", Basis.CONSENT, 0, ("user",))

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="messaging_preference_once"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="messaging_preference_quiet_both",
                violation_error_message=_("Quiet hours need a beginning and an end."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind or '*'}: {', '.join(self.channels)}"

    def quiet_ends(self, now: datetime) -> datetime | None:
        """When the quiet hours end that `now` (in the school's time zone) lies in; None outside them."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        if not _within(now.time(), self.quiet_from, self.quiet_until):
            return None
        ends = datetime.combine(now.date(), self.quiet_until, now.tzinfo)
        return ends if ends > now else ends + timedelta(days=1)


def _within(moment: time, begin: time, end: time) -> bool:
    return begin <= moment < end if begin <= end else moment >= begin or moment < end
