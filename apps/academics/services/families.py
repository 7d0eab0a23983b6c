"""Who answers for a pupil, with which rights, from when until when; and whom to ring besides."""

from datetime import date
from decimal import Decimal
from typing import Unpack

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.academics.models import EmergencyContact, Guardian, Guardianship, Student
from apps.academics.services.data import GuardianData, GuardianshipData
from apps.academics.services.photos import adopted
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, revised, school_of, written

WHOLE = Decimal(100)


def add_guardian(
    *,
    actor: Actor,
    student: Student,
    begin_date: date,
    link: GuardianshipData | None = None,
    **data: Unpack[GuardianData],
) -> Guardianship:
    """A new person who answers for the pupil, made with the link: nobody reaches a guardian of no child."""
    of_school(actor, student)
    with transaction.atomic():
        guardian = written(Guardian(school_id=school_of(actor)), **data)
        return link_guardian(
            actor=actor, student=student, guardian=guardian, begin_date=begin_date, **(link or {})
        )


def link_guardian(
    *,
    actor: Actor,
    student: Student,
    guardian: Guardian,
    begin_date: date,
    **data: Unpack[GuardianshipData],
) -> Guardianship:
    """A person the school knows (of a sibling, say) answers for this pupil too."""
    of_school(actor, student)
    of_school(actor, guardian)
    with transaction.atomic():
        _lock(student)
        row = Guardianship(
            school_id=school_of(actor), student=student, guardian=guardian, begin_date=begin_date
        )
        written(row, **adopted(data))
        _settle(row)
    return row


def change_guardianship(
    *, actor: Actor, guardianship: Guardianship, **changes: Unpack[GuardianshipData]
) -> Guardianship:
    """Other rights: for restrictions keep the court order or agreement as `document`."""
    of_school(actor, guardianship)
    with transaction.atomic():
        _lock(guardianship.student)
        _settle(written(guardianship, **adopted(changes)))
    return guardianship


def end_guardianship(*, actor: Actor, guardianship: Guardianship, end_date: date) -> Guardianship:
    """The person answers for the pupil no more from `end_date` on; every right goes with the link."""
    of_school(actor, guardianship)
    if guardianship.end_date is not None:
        raise Conflict("ENDED_ALREADY", _("This link has ended already."))
    return written(guardianship, end_date=end_date)


def change_guardian(
    *, actor: Actor, guardian: Guardian, expected: int, **changes: Unpack[GuardianData]
) -> Guardian:
    of_school(actor, guardian)
    return revised(guardian, expected=expected, **changes)


def add_emergency_contact(
    *, actor: Actor, student: Student, name: str, phone: str, relation: str = "", order: int = 1
) -> EmergencyContact:
    of_school(actor, student)
    row = EmergencyContact(school_id=school_of(actor), student=student)
    return written(row, name=name, phone=phone, relation=relation, order=order)


def change_emergency_contact(
    *, actor: Actor, contact: EmergencyContact, name: str, phone: str, relation: str = "", order: int = 1
) -> EmergencyContact:
    of_school(actor, contact)
    return written(contact, name=name, phone=phone, relation=relation, order=order)


def remove_emergency_contact(*, actor: Actor, contact: EmergencyContact) -> None:
    removed(of_school(actor, contact))


def _lock(student: Student) -> None:
    Student.objects.select_for_update(of=("self",)).get(pk=student.pk)


def _settle(row: Guardianship) -> None:
    """One person is called first, and nobody's shares make more than the whole."""
    open_links = Guardianship.objects.filter(student=row.student_id, end_date__isnull=True)
    if row.is_primary and row.end_date is None:
        open_links.exclude(pk=row.pk).filter(is_primary=True).update(is_primary=False)
    shares = open_links.aggregate(sum=Sum("pays_share"))["sum"] or Decimal(0)
    if shares > WHOLE:
        raise DomainError(
            "SHARES_TOO_HIGH", _("Together the guardians would pay %s percent.") % shares, "pays_share"
        )
