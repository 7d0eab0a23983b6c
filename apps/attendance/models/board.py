"""What the office and the house did about an absence."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.attendance import access
from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.privacy import Basis, Privacy


@audited()
class AbsenceNotice(SchoolRow):
    """The guardians of a pupil were told of an unexplained absence: once a day, whatever the lessons."""

    student = models.ForeignKey("academics.Student", on_delete=models.CASCADE, related_name="absence_notices")
    date = models.DateField(_("date"))
    told = models.PositiveSmallIntegerField(_("guardians told"), default=0)
    corrected_at = models.DateTimeField(_("corrected"), null=True, blank=True)

    policy: ClassVar = access.OFFICE_POLICY
    privacy = Privacy("shows that the family was told", Basis.EDUCATION, 1, ("student",))

    class Meta:
        verbose_name = _("absence notice")
        verbose_name_plural = _("absence notices")
        ordering = ["-date"]
        constraints = [
            models.UniqueConstraint(fields=["student", "date"], name="attendance_notice_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} on {self.date}"


class CallOutcome(models.TextChoices):
    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    MESSAGE_LEFT = "message_left", _("Message left")
    WRONG_NUMBER = "wrong_number", _("Number is wrong")


@audited()
class CallNote(SchoolRow):
    """A call about a pupil who has not arrived, and how it went."""

    student = models.ForeignKey("academics.Student", on_delete=models.CASCADE, related_name="call_notes")
    date = models.DateField(_("date"))
    guardian = models.ForeignKey(
        "academics.Guardian", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=CallOutcome.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    policy: ClassVar = access.OFFICE_POLICY
    privacy = Privacy("shows how the child was looked for", Basis.EDUCATION, 1, ("student", "note"))

    class Meta:
        verbose_name = _("call note")
        verbose_name_plural = _("call notes")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["student", "date"], name="attendance_call_pupil")]

    def __str__(self) -> str:
        return self.get_outcome_display()
