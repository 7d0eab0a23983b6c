"""What the events add up to, written by the database in the statement that writes events (see counting)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.attendance import access
from apps.core.models import SchoolRow
from apps.core.privacy import Basis, Privacy


class _Counts(models.Model):
    """Marks by category. A pupil was there for `present + late` of `marks`."""

    marks = models.SmallIntegerField(_("marks"), default=0)
    present = models.SmallIntegerField(_("present"), default=0)
    late = models.SmallIntegerField(_("late"), default=0)
    excused = models.SmallIntegerField(_("excused"), default=0)
    unexcused = models.SmallIntegerField(_("not excused"), default=0)
    unexplained = models.SmallIntegerField(_("unexplained"), default=0)
    minutes_late = models.IntegerField(_("minutes late"), default=0)

    class Meta:
        abstract = True

    @property
    def attended(self) -> int:
        return self.present + self.late


class AttendanceDay(SchoolRow, _Counts):
    """One pupil's day over all registers. Nobody writes it by hand; without marks it counts for nothing."""

    student = models.ForeignKey("academics.Student", on_delete=models.CASCADE, related_name="attendance_days")
    date = models.DateField(_("date"))
    campus = models.ForeignKey("accounts.Campus", on_delete=models.CASCADE, related_name="+")

    policy: ClassVar = access.DAY_POLICY
    privacy = Privacy("counts the child's days in school", Basis.LAW, 5, ("student",))

    class Meta:
        verbose_name = _("day of attendance")
        verbose_name_plural = _("days of attendance")
        ordering = ["-date"]
        constraints = [
            models.UniqueConstraint(fields=["student", "date"], name="attendance_day_once"),
        ]
        indexes = [
            models.Index(
                fields=["campus", "date"],
                include=["marks", "present", "late", "excused", "unexcused", "student"],
                name="attendance_day_campus",
            ),
            models.Index(
                fields=["campus", "date"],
                condition=models.Q(unexplained__gt=0),
                name="attendance_day_unexplained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} on {self.date}"


class AttendanceMonth(SchoolRow, _Counts):
    """One pupil's month in one section, for summaries by subject. `month` is its first day."""

    student = models.ForeignKey(
        "academics.Student", on_delete=models.CASCADE, related_name="attendance_months"
    )
    section = models.ForeignKey("academics.Section", on_delete=models.CASCADE, related_name="+")
    month = models.DateField(_("month"))

    policy: ClassVar = access.MONTH_POLICY
    privacy = Privacy("counts the child's lessons by subject", Basis.LAW, 5, ("student",))

    class Meta:
        verbose_name = _("month of attendance")
        verbose_name_plural = _("months of attendance")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["student", "section", "month"], name="attendance_month_once"),
        ]
        indexes = [models.Index(fields=["section", "month"], name="attendance_month_section")]

    def __str__(self) -> str:
        return f"{self.student_id} in {self.month:%Y-%m}"
