"""Sections and who teaches them."""

from datetime import date
from typing import Any, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from apps.academics.models import (
    AcademicSession,
    Course,
    Section,
    SectionKind,
    StaffMember,
    TeachingAssignment,
)
from apps.academics.services.data import SectionData
from apps.academics.services.seats import offer_seats
from apps.academics.services.statistics import figures_changed
from apps.accounts.models import Campus
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, revised, school_of, written


def open_section(
    *,
    actor: Actor,
    campus: Campus,
    session: AcademicSession,
    kind: str,
    course: Course | None = None,
    homeroom: Section | None = None,
    **data: Unpack[SectionData],
) -> Section:
    """A homeroom, or a taught group of a course."""
    for row in (campus, session, course, homeroom, data.get("grade_level")):
        if row is not None:
            of_school(actor, row)
    if kind == SectionKind.SCHEDULED and course is None:
        raise DomainError("COURSE_NEEDED", _("Say which course is taught."), "course")
    if homeroom is not None and homeroom.campus_id != campus.pk:
        raise DomainError("OTHER_CAMPUS", _("%s is on another campus.") % homeroom, "homeroom")
    section = Section(school_id=school_of(actor), campus=campus, session=session, kind=kind)
    with transaction.atomic():
        section = written(section, course=course, homeroom=homeroom, **data)
        figures_changed(section.school_id)
    return section


def change_section(
    *, actor: Actor, section: Section, expected: int, **changes: Unpack[SectionData]
) -> Section:
    """More seats are offered to the waiting list at once; fewer than are taken cannot be."""
    of_school(actor, section)
    if (grade := changes.get("grade_level")) is not None:
        of_school(actor, grade)
    values: dict[str, Any] = dict(changes)
    with transaction.atomic():
        now = Section.objects.select_for_update(of=("self",)).get(pk=section.pk)
        if values.get("capacity", now.seats_taken) < now.seats_taken:
            raise Conflict(
                "SEATS_TAKEN", _("%d pupils sit in this section already.") % now.seats_taken, "capacity"
            )
        section = revised(section, expected=expected, **values)
        if section.capacity > now.capacity or (section.is_active and not now.is_active):
            offer_seats(section)
        figures_changed(section.school_id)
    return section


def delete_section(*, actor: Actor, section: Section) -> None:
    """Only while nobody was ever in it; otherwise close it."""
    of_school(actor, section)
    with transaction.atomic():
        removed(section)
        figures_changed(section.school_id)


def assign_teacher(
    *,
    actor: Actor,
    section: Section,
    staff: StaffMember,
    begin_date: date,
    end_date: date | None = None,
    is_primary: bool = True,
) -> TeachingAssignment:
    """One teacher is the primary one; making another primary turns the former into a second teacher."""
    of_school(actor, section)
    of_school(actor, staff)
    if staff.left_date and staff.left_date <= begin_date:
        raise Conflict("HAS_LEFT", _("%s has left the school.") % staff, "staff")
    with transaction.atomic():
        Section.objects.select_for_update(of=("self",)).get(pk=section.pk)
        there = TeachingAssignment.objects.filter(section=section, staff=staff)
        still = [row for row in there if row.end_date is None or row.end_date > begin_date]
        if any(end_date is None or row.begin_date < end_date for row in still):
            raise Conflict("TEACHES_ALREADY", _("%s teaches this section already.") % staff, "staff")
        if is_primary:
            _step_back(section, begin_date)
        row = TeachingAssignment(school_id=section.school_id, section=section, staff=staff)
        return written(row, begin_date=begin_date, end_date=end_date, is_primary=is_primary)


def end_teaching(*, actor: Actor, assignment: TeachingAssignment, end_date: date) -> TeachingAssignment:
    """From `end_date` on the person does not teach the section, and does not see its pupils through it."""
    of_school(actor, assignment)
    if assignment.end_date is not None and assignment.end_date <= end_date:
        raise Conflict("ENDED_ALREADY", _("This has ended already."))
    return written(assignment, end_date=end_date)


def _step_back(section: Section, day: date) -> None:
    primaries = TeachingAssignment.objects.filter(section=section, is_primary=True)
    for row in primaries.exclude(end_date__lte=day):
        written(row, is_primary=False)
