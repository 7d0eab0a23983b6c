"""How scores become a total: schemes, their categories, a campus's rules on late and missing work."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow, VersionedRow
from apps.core.privacy import NO_PERSON
from apps.gradebook import access

# A name a formula can call: it begins with a letter.
FORMULA_NAME = RegexValidator(
    r"^[A-Za-z][A-Za-z0-9_]*\Z", _("Use letters, digits and _ only, and begin with a letter.")
)
PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class Weighting(models.TextChoices):
    POINTS = "points", _("By points: all scores over all maximums")
    ITEMS = "items", _("By the weight of each item")
    CATEGORIES = "categories", _("By the weight of each category")
    FORMULA = "formula", _("By the school's own formula")


class YearFrom(models.TextChoices):
    TERMS = "terms", _("The mean of the terms, by their weights")
    WHOLE = "whole", _("All items of the year, as one long term")
    FORMULA = "formula", _("The school's own formula over the terms")


class Rounding(models.TextChoices):
    HALF_UP = "half_up", _("Half up")
    HALF_EVEN = "half_even", _("Half to even")
    UP = "up", _("Always up")
    DOWN = "down", _("Always down")


@audited()
class GradingScheme(SchoolRow, VersionedRow):
    """A set of rules for totals: the school's (no section), or one section's own.

    `version` is the formula version a posted grade names. `term_weights` maps the position of a term in its
    year ("1", "2", ...) to a weight; a term without one weighs 1. Totals are rounded once, at the end.
    """

    section = models.OneToOneField(
        "academics.Section", on_delete=models.CASCADE, null=True, blank=True, related_name="own_scheme"
    )
    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=40)
    scale = models.ForeignKey(
        "gradebook.ScoreScale", on_delete=models.PROTECT, related_name="schemes", verbose_name=_("scale")
    )
    weighting = models.CharField(
        _("weighting"), max_length=10, choices=Weighting.choices, default=Weighting.CATEGORIES
    )
    formula = models.TextField(_("formula of a term"), max_length=2000, blank=True)
    year_from = models.CharField(
        _("the year's total is"), max_length=8, choices=YearFrom.choices, default=YearFrom.TERMS
    )
    year_formula = models.TextField(_("formula of the year"), max_length=2000, blank=True)
    term_weights = models.JSONField(_("weights of the terms"), default=dict, blank=True)
    decimals = models.PositiveSmallIntegerField(
        _("decimals shown"), default=1, validators=[MaxValueValidator(4)]
    )
    rounding = models.CharField(
        _("rounding"), max_length=10, choices=Rounding.choices, default=Rounding.HALF_UP
    )
    pass_mark = models.DecimalField(
        _("pass mark (percent)"), max_digits=6, decimal_places=3, default=Decimal(33), validators=PERCENT
    )
    grace_marks = models.DecimalField(
        _("grace up to (percent points)"),
        max_digits=6,
        decimal_places=3,
        default=Decimal(0),
        validators=PERCENT,
        help_text=_("Lifts a total that misses the pass mark by no more than this to the pass mark."),
    )
    most_percent = models.DecimalField(
        _("a total ends at (percent)"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        default=Decimal(100),
        help_text=_("Empty lets extra credit lead beyond 100."),
    )
    is_default = models.BooleanField(_("for new gradebooks"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    policy: ClassVar = access.SCHEME_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("grading scheme")
        verbose_name_plural = _("grading schemes")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "code"],
                name="gradebook_scheme_code",
                violation_error_message=_("Another scheme has that code."),
            ),
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(is_default=True),
                name="gradebook_scheme_one_default",
                violation_error_message=_("Another scheme is for new gradebooks already."),
            ),
            models.CheckConstraint(
                condition=~Q(weighting=Weighting.FORMULA) | ~Q(formula=""),
                name="gradebook_scheme_formula",
                violation_error_message=_("Write the formula of a term."),
            ),
            models.CheckConstraint(
                condition=~Q(year_from=YearFrom.FORMULA) | ~Q(year_formula=""),
                name="gradebook_scheme_year_formula",
                violation_error_message=_("Write the formula of the year."),
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True, section__isnull=True),
                name="gradebook_scheme_default_in_use",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class Category(SchoolRow):
    """A kind of work in a scheme ("Quizzes", "FA1"): its weight, and which scores of it are left out.

    `best_of` keeps the n best, `drop_lowest` leaves out the n worst; not both. With `term_number` it counts
    in that term of the year only (FA1 and FA2 in the first).
    """

    scheme = models.ForeignKey(GradingScheme, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(_("name"), max_length=60)
    code = models.CharField(_("name in formulas"), max_length=30, validators=[FORMULA_NAME])
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    weight = models.DecimalField(
        _("weight"),
        max_digits=8,
        decimal_places=4,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0))],
    )
    drop_lowest = models.PositiveSmallIntegerField(_("leave out the lowest"), default=0)
    best_of = models.PositiveSmallIntegerField(_("count the best only"), null=True, blank=True)
    must_pass_percent = models.DecimalField(
        _("must be passed with (percent)"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=PERCENT,
    )
    is_extra_credit = models.BooleanField(_("extra credit"), default=False)
    term_number = models.PositiveSmallIntegerField(_("only in term number"), null=True, blank=True)

    policy: ClassVar = access.CATEGORY_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="gradebook_category_code",
                violation_error_message=_("Another category has that name in formulas."),
            ),
            models.CheckConstraint(
                condition=Q(drop_lowest=0) | Q(best_of__isnull=True),
                name="gradebook_category_drop_or_best",
                violation_error_message=_("Either leave out the lowest or count the best, not both."),
            ),
            models.CheckConstraint(
                condition=Q(best_of__isnull=True) | Q(best_of__gte=1),
                name="gradebook_category_best_of",
                violation_error_message=_("Count at least the best one."),
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="gradebook_category_weight"),
        ]

    def __str__(self) -> str:
        return self.name


class MissingWork(models.TextChoices):
    IGNORE = "ignore", _("Does not count")
    ZERO = "zero", _("Counts as zero")
    PERCENT = "percent", _("Counts as a fixed percentage")


class RankMethod(models.TextChoices):
    NONE = "none", _("No ranks")
    COMPETITION = "competition", _("Equal ranks, then a gap (1, 2, 2, 4)")
    DENSE = "dense", _("Equal ranks, no gap (1, 2, 2, 3)")
    LAST = "last", _("Equal ranks take the last place (1, 3, 3, 4)")


@audited()
class MarkingRules(SchoolRow, VersionedRow):
    """A campus's rules on late and missing work, ranks, what families see; without a row, these defaults.

    A late score loses `late_percent_per_day` of the item's maximum a day after `late_grace_days`, never
    more than leaves `late_floor_percent` of the score that was earned.
    """

    campus = models.OneToOneField(
        "accounts.Campus", on_delete=models.CASCADE, related_name="marking_rules", verbose_name=_("campus")
    )
    missing_work = models.CharField(
        _("missing work"), max_length=8, choices=MissingWork.choices, default=MissingWork.ZERO
    )
    missing_percent = models.DecimalField(
        _("missing work counts as (percent)"),
        max_digits=6,
        decimal_places=3,
        default=Decimal(0),
        validators=PERCENT,
    )
    absent_work = models.CharField(
        _("absent on the day"), max_length=8, choices=MissingWork.choices, default=MissingWork.IGNORE
    )
    late_percent_per_day = models.DecimalField(
        _("late work loses a day (percent)"),
        max_digits=6,
        decimal_places=3,
        default=Decimal(0),
        validators=PERCENT,
    )
    late_grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=0)
    late_floor_percent = models.DecimalField(
        _("late work keeps at least (percent)"),
        max_digits=6,
        decimal_places=3,
        default=Decimal(0),
        validators=PERCENT,
    )
    rank_method = models.CharField(
        _("ranks"), max_length=12, choices=RankMethod.choices, default=RankMethod.NONE
    )
    shows_live_average = models.BooleanField(
        _("families see the average of what is released so far"), default=False
    )
    shows_rank = models.BooleanField(_("families see the rank"), default=False)
    needs_proofreading = models.BooleanField(_("report comments are proof-read"), default=True)

    policy: ClassVar = access.MARKING_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("marking rules")
        verbose_name_plural = _("marking rules")

    def __str__(self) -> str:
        return str(self.campus)


@audited()
class Gradebook(SchoolRow, VersionedRow):
    """A section's gradebook: which scheme makes its totals. All enrolled stand in it, marked or not."""

    section = models.OneToOneField(
        "academics.Section", on_delete=models.CASCADE, related_name="gradebook", verbose_name=_("section")
    )
    scheme = models.ForeignKey(
        GradingScheme, on_delete=models.PROTECT, related_name="gradebooks", verbose_name=_("scheme")
    )

    policy: ClassVar = access.GRADEBOOK_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("gradebook")
        verbose_name_plural = _("gradebooks")

    def __str__(self) -> str:
        return str(self.section_id)
