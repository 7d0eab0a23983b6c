"""The tenant and its campuses."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts import access
from apps.core.audit import audited
from apps.core.models import SchoolRow, uuid7
from apps.core.policy import PermittedQuerySet
from apps.core.privacy import NO_PERSON

TIME_ZONE = "Asia/Kolkata"


@audited()
class School(models.Model):
    """The tenant: nothing of one school is ever seen by another. It owns itself: no `school` column.

    `labels` renames our words on the school's pages ("section": "Class"), never in code.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default=TIME_ZONE)
    language = models.CharField(_("language"), max_length=10, default="en")
    currency = models.CharField(_("currency"), max_length=3, default="INR")
    country = models.CharField(_("country"), max_length=2, default="IN")
    labels = models.JSONField(_("labels"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    policy = access.SCHOOL_POLICY
    privacy = NO_PERSON
    objects = PermittedQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Feature(models.TextChoices):
    """What a campus may switch on or off without code."""

    ABSENCE_REPORTS = "absence_reports", _("Guardians report absences")
    ABSENCE_NOTICES = "absence_notices", _("Guardians are told of unexplained absences")
    WAITING_LIST = "waiting_list", _("Full sections keep a waiting list")
    CONTACT_REQUESTS = "contact_requests", _("Families ask for changes of contact data")
    STAFF_SECOND_FACTOR = "staff_second_factor", _("Staff need a second factor to sign in")
    LEADERBOARDS = "leaderboards", _("Leaderboards")


DEFAULT_FEATURES: dict[str, bool] = {
    Feature.ABSENCE_REPORTS: True,
    Feature.ABSENCE_NOTICES: True,
    Feature.WAITING_LIST: True,
    Feature.CONTACT_REQUESTS: True,
    Feature.STAFF_SECOND_FACTOR: False,
    Feature.LEADERBOARDS: False,
}


@audited()
class Campus(SchoolRow):
    """A place of the school with its own calendar, sections and switches."""

    name = models.CharField(_("name"), max_length=200)
    code = models.SlugField(_("code"), max_length=40)
    sourced_id = models.CharField(max_length=255, blank=True)
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default=TIME_ZONE)
    features = models.JSONField(_("features"), default=dict, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    policy: ClassVar[Any] = access.CAMPUS_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("campus")
        verbose_name_plural = _("campuses")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="accounts_campus_code"),
            models.UniqueConstraint(
                fields=["school", "sourced_id"],
                condition=~models.Q(sourced_id=""),
                name="accounts_campus_sourced_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def has_feature(self, feature: Feature | str) -> bool:
        return bool(self.features.get(feature, DEFAULT_FEATURES.get(feature, False)))
