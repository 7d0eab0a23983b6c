"""What a score is read as: bands with a lower bound each, so that no score falls between two."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow, VersionedRow
from apps.core.privacy import NO_PERSON
from apps.gradebook import access


class ScaleKind(models.TextChoices):
    PERCENTAGE = "percentage", _("Percentage")
    POINTS = "points", _("Points")
    LETTER = "letter", _("Letters")
    GPA = "gpa", _("Grade points")
    RUBRIC = "rubric", _("Rubric levels")
    STANDARD = "standard", _("Standards")


@audited()
class ScoreScale(SchoolRow, VersionedRow):
    """How a percentage is shown and judged: by the highest lower bound it reaches."""

    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=ScaleKind.choices, default=ScaleKind.LETTER)
    is_active = models.BooleanField(_("in use"), default=True)

    policy: ClassVar = access.SCALE_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("score scale")
        verbose_name_plural = _("score scales")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "code"],
                name="gradebook_scale_code",
                violation_error_message=_("Another scale has that code."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class ScoreBand(SchoolRow):
    """One step of a scale: from `lower` (in percent) up to the next band's. `points` are for the GPA."""

    scale = models.ForeignKey(ScoreScale, on_delete=models.CASCADE, related_name="bands")
    label = models.CharField(_("label"), max_length=20)
    description = models.CharField(_("description"), max_length=100, blank=True)
    lower = models.DecimalField(
        _("from (percent)"), max_digits=7, decimal_places=4, validators=[MinValueValidator(Decimal(0))]
    )
    points = models.DecimalField(_("grade points"), max_digits=5, decimal_places=2, null=True, blank=True)
    is_passing = models.BooleanField(_("passes"), default=True)

    policy: ClassVar = access.SCALE_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("score band")
        verbose_name_plural = _("score bands")
        ordering = ["-lower"]
        constraints = [
            models.UniqueConstraint(
                fields=["scale", "lower"],
                name="gradebook_band_lower",
                violation_error_message=_("Two bands begin at the same percentage."),
            ),
            models.UniqueConstraint(
                fields=["scale", "label"],
                name="gradebook_band_label",
                violation_error_message=_("Two bands have the same label."),
            ),
            models.CheckConstraint(
                condition=Q(lower__gte=0) & Q(lower__lte=200),
                name="gradebook_band_range",
                violation_error_message=_("A band begins between 0 and 200 percent."),
            ),
        ]

    def __str__(self) -> str:
        return self.label
