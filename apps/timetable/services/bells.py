"""Bell schedules and their periods."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import Campus
from apps.core.errors import DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, written
from apps.timetable.models import BellSchedule, ClassPeriod


def add_bell_schedule(*, actor: Actor, campus: Campus, name: str, weekdays: Sequence[int]) -> BellSchedule:
    row = BellSchedule(school_id=campus.school_id, campus=of_school(actor, campus))
    return written(row, name=name, weekdays=sorted({int(one) for one in weekdays}))


def change_bell_schedule(*, actor: Actor, bell_schedule: BellSchedule, **changes: Any) -> BellSchedule:
    """`name`, `weekdays`, `is_active`."""
    if "weekdays" in changes:
        changes["weekdays"] = sorted({int(one) for one in changes["weekdays"]})
    return written(of_school(actor, bell_schedule), **changes)


def remove_bell_schedule(*, actor: Actor, bell_schedule: BellSchedule) -> None:
    """Its periods go too, unless the weekly plan uses one."""
    removed(of_school(actor, bell_schedule))


def add_period(
    *,
    actor: Actor,
    bell_schedule: BellSchedule,
    name: str,
    code: str,
    begin_time: time,
    end_time: time,
    is_lesson: bool = True,
) -> ClassPeriod:
    of_school(actor, bell_schedule)
    _require_length(begin_time, end_time)
    row = ClassPeriod(school_id=bell_schedule.school_id, bell_schedule=bell_schedule)
    return written(row, name=name, code=code, begin_time=begin_time, end_time=end_time, is_lesson=is_lesson)


def change_period(*, actor: Actor, period: ClassPeriod, **changes: Any) -> ClassPeriod:
    """`name`, `code`, `begin_time`, `end_time`, `is_lesson`. Meetings laid out already keep their times."""
    of_school(actor, period)
    _require_length(changes.get("begin_time", period.begin_time), changes.get("end_time", period.end_time))
    return written(period, **changes)


def remove_period(*, actor: Actor, period: ClassPeriod) -> None:
    removed(of_school(actor, period))


def _require_length(begin: time, end: time) -> None:
    if end <= begin:
        raise DomainError("PERIOD_EMPTY", _("The period ends before it begins."), "end_time")
