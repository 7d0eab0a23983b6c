"""The days a campus is open."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.privacy import NO_PERSON
from apps.timetable import access


class Weekday(models.IntegerChoices):
    """Days as ISO 8601 counts them."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


def monday_to_saturday() -> list[int]:
    return [1, 2, 3, 4, 5, 6]


def weekdays_field() -> "ArrayField[list[int], list[int]]":
    return ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday.choices),
        default=monday_to_saturday,
        verbose_name=_("weekdays"),
    )


@audited()
class Calendar(SchoolRow):
    """The school days of one campus in one school year: its weekdays, and the dates that differ."""

    campus = models.ForeignKey(
        "accounts.Campus", on_delete=models.PROTECT, related_name="calendars", verbose_name=_("campus")
    )
    session = models.ForeignKey(
        "academics.AcademicSession",
        on_delete=models.PROTECT,
        related_name="calendars",
        verbose_name=_("school year"),
    )
    weekdays = weekdays_field()

    policy: ClassVar = access.CALENDAR_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["-session__begin_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["campus", "session"],
                name="timetable_calendar_once",
                violation_error_message=_("This campus has a calendar for that school year already."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="timetable_calendar_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campus}, {self.session}"

    def meets_on(self, day: date) -> bool:
        """Whether the weekday is a school day; single dates may say otherwise."""
        return day.isoweekday() in self.weekdays


class DateKind(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    EXTRA_DAY = "extra_day", _("Extra school day")
    EVENT = "event", _("Event")


@audited()
class CalendarDate(SchoolRow):
    """A date that differs from its weekday. An event is a school day with a name.

    `bell_schedule` is set when the day rings by another schedule, such as a short day.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="dates")
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=DateKind.choices)
    title = models.CharField(_("title"), max_length=120)
    bell_schedule = models.ForeignKey(
        "timetable.BellSchedule",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bell schedule of that day"),
    )

    policy: ClassVar = access.CALENDAR_DATE_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("calendar date")
        verbose_name_plural = _("calendar dates")
        ordering = ["date", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "date"],
                condition=~Q(kind=DateKind.EVENT),
                name="timetable_date_open_or_closed",
                violation_error_message=_("That date is a holiday or an extra school day already."),
            ),
            models.CheckConstraint(
                condition=Q(bell_schedule__isnull=True) | ~Q(kind=DateKind.HOLIDAY),
                name="timetable_date_holiday_rings_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.date})"
