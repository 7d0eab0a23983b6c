"""What every row of a school shares."""

import os
import time
import uuid
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.errors import StaleVersion
from apps.core.periods import Period
from apps.core.policy import PermittedQuerySet, Policy, active_on
from apps.core.privacy import Privacy


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562 version 7), so that new rows land at the end of every index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)


class SchoolRow(models.Model):
    """A row of one school. Subclasses say who reaches it (`policy`) and why it is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(
        "accounts.School", on_delete=models.PROTECT, related_name="+", verbose_name=_("school")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    policy: ClassVar[Policy]
    privacy: ClassVar[Privacy]
    objects = PermittedQuerySet.as_manager()

    class Meta:
        abstract = True


class DatedQuerySet(PermittedQuerySet[Any]):
    def active_on(self, day: date) -> "DatedQuerySet":
        return self.filter(active_on(day))


def dates_in_order() -> models.CheckConstraint:
    return models.CheckConstraint(
        name="%(app_label)s_%(class)s_dates_in_order",
        condition=Q(end_date__isnull=True) | Q(end_date__gt=F("begin_date")),
        violation_error_message=_("The end lies before the beginning."),
    )


class DatedRow(SchoolRow):
    """A row with a half-open stretch of days: `end_date` is the first day it no longer holds."""

    begin_date = models.DateField(_("from"))
    end_date = models.DateField(_("until (exclusive)"), null=True, blank=True)

    objects: ClassVar = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [dates_in_order()]

    @property
    def period(self) -> Period:
        return Period(self.begin_date, self.end_date)


class VersionedRow(models.Model):
    """A row two people may edit at once; every accepted write raises `version`."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def change(self, *, expected: int, **changes: Any) -> None:
        """Write `changes` if the row still has the expected version; raise StaleVersion with both values."""
        rows = type(self)._base_manager.filter(pk=self.pk)
        # `update` passes by what `save` does for these columns.
        stamps = {f.name: timezone.now() for f in self._meta.concrete_fields if getattr(f, "auto_now", False)}
        done = rows.filter(version=expected).update(version=F("version") + 1, **stamps, **changes)
        self.refresh_from_db()
        if not done:
            theirs = {name: getattr(self, name) for name in changes}
            raise StaleVersion(yours=changes, theirs={**theirs, "version": self.version})
