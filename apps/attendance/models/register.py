"""Was there: one register, and one mark for each pupil in it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.attendance import access
from apps.attendance.models.counting import COUNTING
from apps.core.audit import audited
from apps.core.models import SchoolRow, VersionedRow
from apps.core.privacy import Basis, Privacy


@audited()
class Register(SchoolRow, VersionedRow):
    """A register that was taken: of one meeting, or (meeting empty) of a homeroom's day.

    A register nobody has taken yet has no row. Saves raise `version`: the first wins, the other is asked.
    """

    campus = models.ForeignKey("accounts.Campus", on_delete=models.PROTECT, related_name="registers")
    section = models.ForeignKey("academics.Section", on_delete=models.PROTECT, related_name="registers")
    date = models.DateField(_("date"))
    meeting = models.OneToOneField(
        "timetable.Meeting", on_delete=models.PROTECT, null=True, blank=True, related_name="register"
    )
    taken_at = models.DateTimeField(_("taken"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    policy: ClassVar = access.REGISTER_POLICY
    privacy = Privacy("says who kept the register", Basis.LAW, 5, ("taken_by",))

    class Meta:
        verbose_name = _("register")
        verbose_name_plural = _("registers")
        ordering = ["-date", "-taken_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "date"],
                condition=Q(meeting__isnull=True),
                name="attendance_register_once_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["section", "date"], name="attendance_register_section"),
            models.Index(fields=["campus", "date"], name="attendance_register_campus"),
        ]

    def __str__(self) -> str:
        return f"{self.section_id} on {self.date}"


@audited()
class AttendanceEvent(SchoolRow):
    """One pupil's mark in one register. `reason` is for families too, `note` is for staff.

    `date` repeats the register's, so that a pupil's days are found by one index.
    """

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="marks")
    student = models.ForeignKey(
        "academics.Student", on_delete=models.PROTECT, related_name="attendance_events"
    )
    date = models.DateField(_("date"))
    code = models.ForeignKey(
        "attendance.AttendanceCode", on_delete=models.PROTECT, related_name="+", verbose_name=_("code")
    )
    minutes_late = models.PositiveSmallIntegerField(_("minutes late"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    note = models.CharField(_("note for staff"), max_length=200, blank=True)

    policy: ClassVar = access.EVENT_POLICY
    privacy = Privacy(
        "says whether the child was in school", Basis.LAW, 5, ("student", "minutes_late", "reason", "note")
    )

    class Meta:
        verbose_name = _("attendance event")
        verbose_name_plural = _("attendance events")
        ordering = ["-date"]
        constraints = [
            models.UniqueConstraint(fields=["register", "student"], name="attendance_event_once"),
            models.CheckConstraint(
                condition=Q(minutes_late__isnull=True) | Q(minutes_late__gte=1, minutes_late__lte=600),
                name="attendance_event_minutes",
                violation_error_message=_("Minutes late are 1 to 600."),
            ),
        ]
        indexes = [models.Index(fields=["student", "date"], name="attendance_event_pupil")]
        triggers = COUNTING

    def __str__(self) -> str:
        return f"{self.student_id} on {self.date}"
