"""The marks of a school and the settings of a campus."""

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts.models import Campus, School
from apps.attendance.models import AttendanceCode, AttendanceEvent, Category, RegisterSettings
from apps.core.errors import Conflict, Missing
from apps.core.policy import Actor
from apps.core.rows import of_school, written

# What every school begins with: name, letter, category, colour, first choice of its kind, unexplained.
_FIRST_CODES: Final = (
    (gettext_noop("Present"), "P", Category.PRESENT, "green", True, False),
    (gettext_noop("Late"), "L", Category.LATE, "yellow", True, False),
    (gettext_noop("Absent, unexplained"), "A", Category.UNEXCUSED, "red", True, True),
    (gettext_noop("Absent, excused"), "E", Category.EXCUSED, "blue", True, False),
    (gettext_noop("Medical"), "M", Category.EXCUSED, "blue", False, False),
    (gettext_noop("School activity"), "S", Category.PRESENT, "purple", False, False),
    (gettext_noop("Truant"), "T", Category.UNEXCUSED, "red", False, False),
)


def install_codes(*, school: School) -> list[AttendanceCode]:
    """The codes a new school begins with; a school that has codes keeps them."""
    if AttendanceCode.objects.filter(school=school).exists():
        return []
    rows = [
        AttendanceCode(
            school=school,
            name=_(name),
            letter=letter,
            category=category,
            colour=colour,
            position=position,
            is_default=is_default,
            is_unexplained=is_unexplained,
        )
        for position, (name, letter, category, colour, is_default, is_unexplained) in enumerate(
            _FIRST_CODES, 1
        )
    ]
    return AttendanceCode.objects.bulk_create(rows)


@transaction.atomic
def add_code(*, actor: Actor, school: School, **values: Any) -> AttendanceCode:
    """`name`, `letter`, `category`, `colour`, `position`, `is_default`, `is_unexplained`."""
    if school.pk != actor.school_id:
        raise Missing
    _make_room(school, values)
    return written(AttendanceCode(school=school), **values)


@transaction.atomic
def change_code(*, actor: Actor, code: AttendanceCode, **changes: Any) -> AttendanceCode:
    """As add_code, and `is_active`. What a used code counts as is history and stays."""
    of_school(actor, code)
    counted = {name: changes[name] for name in ("category", "is_unexplained") if name in changes}
    if any(getattr(code, name) != value for name, value in counted.items()) and _is_used(code):
        raise Conflict(
            "CODE_IN_USE",
            _("Registers use this code, so what it counts as cannot change. Add another code instead."),
            "category",
        )
    _make_room(code.school, {"category": code.category, **changes}, but=code)
    return written(code, **changes)


def change_register_settings(*, actor: Actor, campus: Campus, **changes: Any) -> RegisterSettings:
    """`mode`, `remind_after`, `day_due_time`, `takes_on_days_off`."""
    of_school(actor, campus)
    row = RegisterSettings.objects.filter(campus=campus).first()
    return written(row or RegisterSettings(school_id=campus.school_id, campus=campus), **changes)


def _make_room(school: School, values: dict[str, Any], but: AttendanceCode | None = None) -> None:
    """A new first choice takes the place of the old one of its category."""
    if values.get("is_default"):
        rows = AttendanceCode.objects.filter(school=school, category=values["category"])
        (rows.exclude(pk=but.pk) if but else rows).update(is_default=False)


def _is_used(code: AttendanceCode) -> bool:
    return AttendanceEvent.objects.filter(code=code).exists()
