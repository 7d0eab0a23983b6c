"""What a mark in a register may say, and how a campus keeps its registers."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.attendance import access
from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.privacy import NO_PERSON


class Category(models.TextChoices):
    """What a code counts as, whatever a school calls it."""

    PRESENT = "present", _("Present")
    LATE = "late", _("Late")
    EXCUSED = "excused", _("Absent, excused")
    UNEXCUSED = "unexcused", _("Absent, not excused")


_SHORT: Final = {
    Category.PRESENT: _("Present"),
    Category.LATE: _("Late"),
    Category.EXCUSED: _("Excused"),
    Category.UNEXCUSED: _("Absent"),
}


class Colour(models.TextChoices):
    """Names of the palette, so that a code is readable in light and dark."""

    GREEN = "green", _("Green")
    YELLOW = "yellow", _("Yellow")
    BLUE = "blue", _("Blue")
    RED = "red", _("Red")
    PURPLE = "purple", _("Purple")
    SECONDARY = "secondary", _("Grey")


@audited()
class AttendanceCode(SchoolRow):
    """A mark of the school's registers. `is_default` is the one a tap or an absence report sets.

    `is_unexplained` means nobody has accounted for the absence yet: guardians are told, the board shows it.
    A code's category never changes once it is used, since the summaries have counted it.
    """

    name = models.CharField(_("name"), max_length=60)
    letter = models.CharField(_("letter"), max_length=3)
    category = models.CharField(_("counts as"), max_length=10, choices=Category.choices)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour.choices, default=Colour.SECONDARY)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    is_default = models.BooleanField(_("first choice of its kind"), default=False)
    is_unexplained = models.BooleanField(_("nobody has explained it yet"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    policy: ClassVar = access.CODE_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("attendance code")
        verbose_name_plural = _("attendance codes")
        ordering = ["position", "letter"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "letter"],
                name="attendance_code_letter",
                violation_error_message=_("Another code has that letter."),
            ),
            models.UniqueConstraint(
                fields=["school", "category"],
                condition=Q(is_default=True),
                name="attendance_code_one_default",
                violation_error_message=_("That category has a first choice already."),
            ),
            models.CheckConstraint(
                condition=Q(is_unexplained=False) | Q(category=Category.UNEXCUSED),
                name="attendance_code_unexplained_is_unexcused",
                violation_error_message=_("Only an absence that is not excused can be unexplained."),
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True), name="attendance_code_default_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """One word for the usual marks, so that a line fits a phone; other codes keep their name."""
        return str(_SHORT[Category(self.category)]) if self.is_default else self.name


class RegisterMode(models.TextChoices):
    LESSON = "lesson", _("In every lesson")
    DAY = "day", _("Once a day, in the homeroom")
    BOTH = "both", _("In the homeroom and in every lesson")


@audited()
class RegisterSettings(SchoolRow):
    """How a campus keeps its registers; a campus without a row keeps to the defaults here."""

    campus = models.OneToOneField(
        "accounts.Campus",
        on_delete=models.CASCADE,
        related_name="register_settings",
        verbose_name=_("campus"),
    )
    mode = models.CharField(
        _("registers are taken"), max_length=6, choices=RegisterMode.choices, default=RegisterMode.LESSON
    )
    remind_after = models.PositiveSmallIntegerField(
        _("remind the teacher after (minutes)"),
        default=15,
        help_text=_("Counted from the beginning of the lesson. 0 sends no reminders."),
    )
    day_due_time = models.TimeField(_("homeroom register is due at"), default="09:30")
    takes_on_days_off = models.BooleanField(_("registers may be taken on days off"), default=False)

    policy: ClassVar = access.SETTINGS_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("register settings")
        verbose_name_plural = _("register settings")

    def __str__(self) -> str:
        return str(self.campus)
