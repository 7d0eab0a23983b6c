"""Families report absences ahead."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.academics.models import Student
from apps.accounts.models import Feature, Role
from apps.attendance.models import AbsenceReport, AttendanceEvent, Category
from apps.attendance.selectors.sheets import codes_of
from apps.core import live
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, written
from apps.timetable.models import ClassPeriod

LONGEST: Final = timedelta(days=60)


def report_absence(
    *,
    actor: Actor,
    student: Student,
    begin_date: date,
    last_day: date,
    reason: str,
    today: date,
    period_ids: Sequence[uuid.UUID] = (),
    note: str = "",
) -> AbsenceReport:
    """Whole days, or some periods of one day. Presets registers and explains marks that were unexplained."""
    of_school(actor, student)
    _require_dates(actor, student, begin_date, last_day, today)
    end_date = last_day + timedelta(days=1)
    periods = _checked_periods(student, begin_date, last_day, period_ids)
    with transaction.atomic():
        Student.objects.select_for_update(of=("self",)).get(pk=student.pk)
        _require_new(student, begin_date, end_date, periods)
        report = written(
            AbsenceReport(school_id=student.school_id, student=student, reported_by_id=actor.user_id),
            begin_date=begin_date,
            end_date=end_date,
            period_ids=periods,
            reason=reason,
            note=note.strip(),
        )
        _explain(report, today)
    return report


def withdraw_report(*, actor: Actor, report: AbsenceReport, today: date, now: datetime) -> AbsenceReport:
    """The pupil comes after all. Marks already made from it stay; the register can be corrected."""
    of_school(actor, report)
    if report.withdrawn_at is not None or report.end_date <= today:
        raise Conflict("OVER", _("This report is over and can no longer be taken back."))
    return written(report, withdrawn_at=now)


def _require_dates(actor: Actor, student: Student, begin: date, last: date, today: date) -> None:
    if not actor.has(Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN, Role.REGISTRAR):
        if not student.campus.has_feature(Feature.ABSENCE_REPORTS):
            raise DomainError("SWITCHED_OFF", _("Your campus takes absence reports by phone only."))
        if begin < today:
            raise DomainError("PAST", _("For days that are over, please write to the office."), "begin_date")
    if last < begin:
        raise DomainError("DATES", _("The last day lies before the first."), "last_day")
    if last - begin >= LONGEST:
        raise DomainError("TOO_LONG", _("For more than 60 days, please talk to the office."), "last_day")


def _checked_periods(
    student: Student, begin: date, last: date, period_ids: Sequence[uuid.UUID]
) -> list[uuid.UUID]:
    wanted = sorted(set(period_ids))
    if wanted and begin != last:
        raise DomainError("ONE_DAY", _("Choose lessons of one day only."), "period_ids")
    known = ClassPeriod.objects.filter(pk__in=wanted, bell_schedule__campus=student.campus_id)
    if wanted and known.count() != len(wanted):
        raise DomainError("UNKNOWN", _("One of those lessons does not exist."), "period_ids")
    return wanted


def _require_new(student: Student, begin: date, end: date, periods: list[uuid.UUID]) -> None:
    standing = AbsenceReport.objects.filter(
        student=student, withdrawn_at__isnull=True, begin_date__lt=end, end_date__gt=begin
    )
    for one in standing:
        if not one.period_ids or (periods and set(periods) & set(one.period_ids)):
            raise Conflict(
                "REPORTED_ALREADY", _("An absence is reported for these days already."), "begin_date"
            )


def _explain(report: AbsenceReport, today: date) -> None:
    """Registers taken before the report came in: what they could not know is filled in."""
    excused = codes_of(report.school_id).first(Category.EXCUSED)
    if excused is None or report.begin_date > today:
        return
    events = AttendanceEvent.objects.filter(
        student=report.student_id,
        date__gte=report.begin_date,
        date__lt=report.end_date,
        code__is_unexplained=True,
    )
    if report.period_ids:
        events = events.filter(register__meeting__period__in=report.period_ids)
    if events.update(code=excused, reason=report.get_reason_display()):
        live.publish(f"campus:{report.student.campus_id}:board", "board")
