"""Who meets whom, when and where."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow, VersionedRow
from apps.core.periods import Period
from apps.core.privacy import Basis, Privacy
from apps.timetable import access
from apps.timetable.models.calendar import Weekday
from apps.timetable.models.period import same

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@audited()
class MeetingPattern(SchoolRow):
    """A line of the weekly plan, laid out into meetings: the section meets on that weekday in that period.

    It holds from a day until a day like a DatedRow, whose word `period` means something else here.
    """

    section = models.ForeignKey(
        "academics.Section", on_delete=models.CASCADE, related_name="patterns", verbose_name=_("section")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    period = models.ForeignKey(
        "timetable.ClassPeriod", on_delete=models.PROTECT, related_name="patterns", verbose_name=_("period")
    )
    teacher = models.ForeignKey(
        "academics.StaffMember",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="patterns",
        verbose_name=_("teacher"),
    )
    room = models.ForeignKey(
        "facilities.Room",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="patterns",
        verbose_name=_("room"),
    )

    begin_date = models.DateField(_("from"))
    end_date = models.DateField(_("until (exclusive)"), null=True, blank=True)

    policy: ClassVar = access.PATTERN_POLICY
    privacy = Privacy("plans who teaches when", Basis.CONTRACT, 7, ("teacher",))

    class Meta:
        verbose_name = _("line of the weekly plan")
        verbose_name_plural = _("weekly plan")
        ordering = ["weekday", "period__begin_time"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("begin_date")),
                name="timetable_pattern_dates",
            ),
            models.CheckConstraint(
                condition=Q(weekday__gte=1, weekday__lte=7), name="timetable_pattern_weekday"
            ),
            models.UniqueConstraint(
                fields=["section", "weekday", "period", "begin_date"],
                name="timetable_pattern_once",
                violation_error_message=_("The section meets in that period already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_id}: {self.get_weekday_display()}"

    @property
    def days(self) -> Period:
        return Period(self.begin_date, self.end_date)


def _apart(field: str, message: "str | _StrPromise") -> ExclusionConstraint:
    """Nobody is in two meetings at once. Deferred, so that two lessons can swap in one transaction."""
    return ExclusionConstraint(
        name=f"timetable_meeting_{field}_free",
        expressions=[(same(field), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
        condition=Q(**{f"{field}__isnull": False, "is_cancelled": False}),
        deferrable=Deferrable.DEFERRED,
        violation_error_message=message,
    )


@audited()
class Meeting(SchoolRow, VersionedRow):
    """One dated lesson. `during` is exact time; `date` is its day on the campus clock.

    `teacher` is who stands before the section this once, so a colleague who covers is written here.
    """

    section = models.ForeignKey(
        "academics.Section", on_delete=models.PROTECT, related_name="meetings", verbose_name=_("section")
    )
    date = models.DateField(_("date"))
    during = DateTimeRangeField(_("time"))
    period = models.ForeignKey(
        "timetable.ClassPeriod",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("period"),
    )
    teacher = models.ForeignKey(
        "academics.StaffMember",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("teacher"),
    )
    room = models.ForeignKey(
        "facilities.Room",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("room"),
    )
    pattern = models.ForeignKey(
        MeetingPattern, on_delete=models.SET_NULL, null=True, blank=True, related_name="meetings"
    )
    is_cancelled = models.BooleanField(_("cancelled"), default=False)

    policy: ClassVar = access.MEETING_POLICY
    privacy = Privacy("says who taught when", Basis.CONTRACT, 7, ("teacher",))

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["during"]
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="timetable_meeting_has_times",
                violation_error_message=_("The meeting ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=["pattern", "date"],
                condition=Q(pattern__isnull=False),
                name="timetable_meeting_once_a_pattern",
            ),
            _apart("room", _("The room is taken at that time.")),
            _apart("teacher", _("The teacher is in another meeting at that time.")),
            _apart("section", _("The section is in another meeting at that time.")),
        ]
        indexes = [
            models.Index(fields=["section", "date"], name="timetable_meeting_section_day"),
            models.Index(fields=["teacher", "date"], name="timetable_meeting_teacher_day"),
            models.Index(fields=["school", "date"], name="timetable_meeting_day"),
        ]

    def __str__(self) -> str:
        return f"{self.section_id} on {self.date}"

    @property
    def begin_at(self) -> datetime:
        begin: datetime = self.during.lower
        return begin

    @property
    def end_at(self) -> datetime:
        end: datetime = self.during.upper
        return end
