"""The school's year and its parts."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.academics import access
from apps.core.audit import audited
from apps.core.models import DatedRow
from apps.core.privacy import NO_PERSON


class SessionKind(models.TextChoices):
    SCHOOL_YEAR = "school_year", _("School year")
    SEMESTER = "semester", _("Semester")
    TERM = "term", _("Term")
    GRADING_PERIOD = "grading_period", _("Grading period")


@audited()
class AcademicSession(DatedRow):
    """A school year, or a semester, term or grading period inside its parent. Always has an end."""

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind.choices)
    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=40)
    sourced_id = models.CharField(max_length=255, blank=True)

    policy: ClassVar = access.SHARED_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("academic session")
        verbose_name_plural = _("academic sessions")
        ordering = ["-begin_date", "kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=False) & Q(end_date__gt=F("begin_date")),
                name="academics_session_dates",
            ),
            models.UniqueConstraint(fields=["school", "code"], name="academics_session_code"),
            models.UniqueConstraint(
                fields=["school", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="academics_session_sourced_id",
            ),
            models.CheckConstraint(
                condition=Q(kind="school_year", parent__isnull=True) | ~Q(kind="school_year"),
                name="academics_session_year_is_root",
            ),
        ]

    def __str__(self) -> str:
        return self.name
