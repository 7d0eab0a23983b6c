"""When the bell rings."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.privacy import NO_PERSON
from apps.timetable import access
from apps.timetable.models.calendar import weekdays_field


def same(field: str) -> Func:
    """Two ids are equal when their one-point ranges overlap (see core's first migration)."""
    return Func(F(field), F(field), Value("[]"), function="uuidrange")


@audited()
class BellSchedule(SchoolRow):
    """The periods of a day at a campus, and the weekdays that ring by it."""

    campus = models.ForeignKey(
        "accounts.Campus", on_delete=models.PROTECT, related_name="bell_schedules", verbose_name=_("campus")
    )
    name = models.CharField(_("name"), max_length=100)
    weekdays = weekdays_field()
    is_active = models.BooleanField(_("active"), default=True)

    policy: ClassVar = access.BELL_SCHEDULE_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("bell schedule")
        verbose_name_plural = _("bell schedules")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["campus", "name"], name="timetable_bell_schedule_name"),
        ]

    def __str__(self) -> str:
        return self.name


def _seconds(field: str) -> Func:
    """Seconds since midnight: PostgreSQL has no range over times of day."""
    return Func(F(field), template="EXTRACT(epoch FROM %(expressions)s)")


@audited()
class ClassPeriod(SchoolRow):
    """One stretch of the school day. `code` is what stays the same between schedules ("3" on a short day)."""

    bell_schedule = models.ForeignKey(BellSchedule, on_delete=models.CASCADE, related_name="periods")
    name = models.CharField(_("name"), max_length=60)
    code = models.CharField(_("code"), max_length=20)
    begin_time = models.TimeField(_("begins"))
    end_time = models.TimeField(_("ends"))
    is_lesson = models.BooleanField(_("lessons are held"), default=True)

    policy: ClassVar = access.CLASS_PERIOD_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("class period")
        verbose_name_plural = _("class periods")
        ordering = ["begin_time"]
        constraints = [
            models.UniqueConstraint(
                fields=["bell_schedule", "code"],
                name="timetable_period_code",
                violation_error_message=_("Another period of this schedule has that code."),
            ),
            models.CheckConstraint(
                condition=Q(end_time__gt=F("begin_time")),
                name="timetable_period_times_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            ExclusionConstraint(
                name="timetable_period_no_overlap",
                expressions=[
                    (same("bell_schedule"), "&&"),
                    (Func(_seconds("begin_time"), _seconds("end_time"), function="numrange"), "&&"),
                ],
                violation_error_message=_("Two periods of the schedule overlap."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
