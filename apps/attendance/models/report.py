"""What families say ahead."""

import uuid
from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from apps.attendance import access
from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.policy import PermittedQuerySet
from apps.core.privacy import Basis, Privacy


class AbsenceReason(models.TextChoices):
    ILLNESS = "illness", _("Illness")
    APPOINTMENT = "appointment", _("Doctor or other appointment")
    FAMILY = "family", _("Family reasons")
    RELIGIOUS = "religious", _("Religious day")
    ACTIVITY = "activity", _("Competition or other activity")
    OTHER = "other", _("Other reason")


_NEXT_DAY = ExpressionWrapper(F("begin_date") + 1, output_field=models.DateField())


class ReportQuerySet(PermittedQuerySet["AbsenceReport"]):
    def for_day(self, day: date) -> "ReportQuerySet":
        """Reports that stand and touch the day."""
        return self.filter(withdrawn_at__isnull=True, begin_date__lte=day, end_date__gt=day)


@audited()
class AbsenceReport(SchoolRow):
    """A pupil will be away: whole days, or some periods of one day (`period_ids`); it presets registers."""

    student = models.ForeignKey("academics.Student", on_delete=models.CASCADE, related_name="absence_reports")
    begin_date = models.DateField(_("from"))
    end_date = models.DateField(_("until (exclusive)"))
    period_ids = ArrayField(models.UUIDField(), default=list, blank=True, verbose_name=_("periods"))
    reason = models.CharField(_("reason"), max_length=12, choices=AbsenceReason.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    policy: ClassVar = access.REPORT_POLICY
    privacy = Privacy("explains an absence", Basis.EDUCATION, 1, ("student", "reason", "note"))
    objects = ReportQuerySet.as_manager()  # type: ignore[misc]  # a richer manager than SchoolRow's

    class Meta:
        verbose_name = _("absence report")
        verbose_name_plural = _("absence reports")
        ordering = ["-begin_date", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__gt=F("begin_date")),
                name="attendance_report_dates",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(period_ids=[]) | Q(end_date=_NEXT_DAY),
                name="attendance_report_periods_of_one_day",
            ),
        ]
        indexes = [models.Index(fields=["student", "end_date"], name="attendance_report_pupil")]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.get_reason_display()}"

    @property
    def last_day(self) -> date:
        return self.end_date - timedelta(days=1)

    def covers(self, period_id: uuid.UUID | None) -> bool:
        """Whether it means a lesson in that period (None: the homeroom register of the day)."""
        return not self.period_ids or period_id in self.period_ids
