"""People who work for the school."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from apps.academics.models import CustomFieldTarget, StaffMember, Subject, TeachingAssignment
from apps.academics.services.custom_fields import checked_custom
from apps.academics.services.data import StaffData
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, revised, school_of, written


def hire_staff_member(
    *, actor: Actor, subjects: Iterable[Subject] = (), **data: Unpack[StaffData]
) -> StaffMember:
    of_school(actor, data["campus"])
    with transaction.atomic():
        custom = checked_custom(school_of(actor), CustomFieldTarget.STAFF, data.pop("custom", {}), {})
        staff = written(StaffMember(school_id=school_of(actor)), custom=custom, **data)
        staff.subjects.set([of_school(actor, subject) for subject in subjects])
    return staff


def change_staff_member(
    *,
    actor: Actor,
    staff: StaffMember,
    expected: int,
    subjects: Iterable[Subject] | None = None,
    **changes: Unpack[StaffData],
) -> StaffMember:
    of_school(actor, staff)
    if "campus" in changes:
        of_school(actor, changes["campus"])
    values: dict[str, Any] = dict(changes)
    if "custom" in changes:
        values["custom"] = checked_custom(
            staff.school_id, CustomFieldTarget.STAFF, changes["custom"], staff.custom
        )
    with transaction.atomic():
        staff = revised(staff, expected=expected, **values)
        if subjects is not None:
            staff.subjects.set([of_school(actor, subject) for subject in subjects])
    return staff


def end_employment(*, actor: Actor, staff: StaffMember, left_date: date) -> StaffMember:
    """The person leaves; what they teach ends that day, so their sections show up as without a teacher."""
    of_school(actor, staff)
    if staff.left_date is not None:
        raise Conflict("LEFT_ALREADY", _("%s has left already.") % staff)
    if staff.joined_date and left_date < staff.joined_date:
        raise DomainError("DATES_OUT_OF_ORDER", _("This day lies before the first."), "left_date")
    with transaction.atomic():
        staff = revised(staff, expected=staff.version, left_date=left_date)
        teaching = TeachingAssignment.objects.filter(staff=staff)
        teaching.filter(begin_date__gte=left_date).delete()
        for row in teaching.exclude(end_date__lte=left_date):
            written(row, end_date=left_date)
    return staff
