"""What is marked, and each pupil's mark for it."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow, VersionedRow
from apps.core.policy import PermittedQuerySet
from apps.core.privacy import NO_PERSON, Basis, Privacy
from apps.gradebook import access
from apps.gradebook.models.scheme import FORMULA_NAME


class LineItemQuerySet(PermittedQuerySet["LineItem"]):
    def released(self) -> "LineItemQuerySet":
        """Those whose results are out by the clock of the database."""
        return self.filter(access.released())

    def waiting(self) -> "LineItemQuerySet":
        """Those nobody outside the school sees yet, with or without a time set."""
        return self.exclude(release_at__isnull=False, release_at__lte=Now())


@audited()
class LineItem(SchoolRow, VersionedRow):
    """Something a section is marked for: a test, an essay, FA1. Its results are out from `release_at` on.

    `session` is the term (or grading period) it counts in. `scale` is set where letters or levels are entered
    instead of points. `source` names what another app posts scores from ("assessments.quiz:<id>").
    """

    section = models.ForeignKey(
        "academics.Section", on_delete=models.PROTECT, related_name="line_items", verbose_name=_("section")
    )
    session = models.ForeignKey(
        "academics.AcademicSession",
        on_delete=models.PROTECT,
        related_name="line_items",
        verbose_name=_("term"),
    )
    category = models.ForeignKey(
        "gradebook.Category",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="line_items",
        verbose_name=_("category"),
    )
    title = models.CharField(_("title"), max_length=120)
    code = models.CharField(_("name in formulas"), max_length=30, blank=True, validators=[FORMULA_NAME])
    description = models.TextField(_("description"), max_length=2000, blank=True)
    assigned_date = models.DateField(_("assigned"), null=True, blank=True)
    due_date = models.DateField(_("due"), null=True, blank=True)
    maximum = models.DecimalField(
        _("out of"),
        max_digits=8,
        decimal_places=3,
        default=Decimal(100),
        validators=[MinValueValidator(Decimal(0))],
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=8,
        decimal_places=4,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0))],
    )
    scale = models.ForeignKey(
        "gradebook.ScoreScale",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered as"),
    )
    is_counted = models.BooleanField(_("counts towards the total"), default=True)
    is_extra_credit = models.BooleanField(_("extra credit"), default=False)
    release_at = models.DateTimeField(_("results are out from"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=1)
    source = models.CharField(max_length=100, blank=True, editable=False)
    sourced_id = models.CharField(max_length=255, blank=True)

    policy: ClassVar = access.LINE_ITEM_POLICY
    privacy = NO_PERSON
    objects = LineItemQuerySet.as_manager()  # type: ignore[misc]  # a richer manager than SchoolRow's

    class Meta:
        verbose_name = _("line item")
        verbose_name_plural = _("line items")
        ordering = ["position", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "code"],
                condition=~Q(code=""),
                name="gradebook_item_code",
                violation_error_message=_("Another item of this section has that name in formulas."),
            ),
            models.UniqueConstraint(
                fields=["school", "source"], condition=~Q(source=""), name="gradebook_item_source"
            ),
            models.UniqueConstraint(
                fields=["school", "sourced_id"], condition=~Q(sourced_id=""), name="gradebook_item_sourced_id"
            ),
            models.CheckConstraint(
                condition=Q(maximum__gt=0) | Q(is_extra_credit=True),
                name="gradebook_item_maximum",
                violation_error_message=_("An item is out of more than 0 points, unless it is extra credit."),
            ),
            models.CheckConstraint(
                condition=Q(assigned_date__isnull=True)
                | Q(due_date__isnull=True)
                | Q(due_date__gte=F("assigned_date")),
                name="gradebook_item_dates",
                violation_error_message=_("The item is due before it is assigned."),
            ),
        ]
        indexes = [models.Index(fields=["section", "session"], name="gradebook_item_sheet")]

    def __str__(self) -> str:
        return self.title


class ScoreStatus(models.TextChoices):
    """What stands in the cell. A cell without a row has never been touched."""

    UNMARKED = "unmarked", _("Not marked")
    GRADED = "graded", _("Marked")
    MISSING = "missing", _("Missing")
    ABSENT = "absent", _("Absent")
    EXEMPT = "exempt", _("Exempt")
    SUBMITTED = "submitted", _("Handed in, not marked")


@audited()
class Result(SchoolRow, VersionedRow):
    """One pupil's mark for one line item.

    `score` counts in the item's points, as typed: late work is taken off when totals are made. `text_score`
    is the letter or level where the item has a scale. An emptied cell keeps its row, so its history stays.
    """

    line_item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="results")
    student = models.ForeignKey("academics.Student", on_delete=models.PROTECT, related_name="results")
    status = models.CharField(
        _("status"), max_length=10, choices=ScoreStatus.choices, default=ScoreStatus.UNMARKED
    )
    score = models.DecimalField(_("score"), max_digits=8, decimal_places=3, null=True, blank=True)
    text_score = models.CharField(_("letter or level"), max_length=20, blank=True)
    days_late = models.PositiveSmallIntegerField(_("days late"), default=0)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    graded_at = models.DateTimeField(_("marked"), null=True, blank=True)
    graded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sourced_id = models.CharField(max_length=255, blank=True)

    policy: ClassVar = access.RESULT_POLICY
    privacy = Privacy(
        "says how the pupil did", Basis.EDUCATION, 10, ("student", "score", "text_score", "comment")
    )

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["line_item", "student"]
        constraints = [
            models.UniqueConstraint(fields=["line_item", "student"], name="gradebook_result_once"),
            models.UniqueConstraint(
                fields=["school", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="gradebook_result_sourced_id",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0),
                name="gradebook_result_score",
                violation_error_message=_("A score is 0 or more."),
            ),
            models.CheckConstraint(
                condition=Q(status="graded", score__isnull=False)
                | ~Q(status="graded") & Q(score__isnull=True),
                name="gradebook_result_graded_has_score",
                violation_error_message=_("Marked work has a score, other work has none."),
            ),
        ]
        indexes = [models.Index(fields=["student", "line_item"], name="gradebook_result_pupil")]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.line_item_id}"
