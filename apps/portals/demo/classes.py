"""Homerooms and taught sections, who teaches them and who sits in them."""

from collections.abc import Iterator

from apps.academics.models import (
    Enrollment,
    EnrollmentStatus,
    EnrollmentStatusChange,
    Section,
    SectionKind,
    Student,
    TeachingAssignment,
)
from apps.core.models import uuid7
from apps.portals.demo.copying import copy
from apps.portals.demo.made import Homeroom, Made

Place = tuple[Section, Student]


def make_classes(made: Made) -> None:
    for room in made.homerooms:
        room.section = _section(made, room)
    Section.objects.bulk_create([one for room in made.homerooms if (one := room.section)])
    for room in made.homerooms:
        room.taught = {subject: _section(made, room, subject) for subject, _ in room.week}
    Section.objects.bulk_create([one for room in made.homerooms for one in room.taught.values()])
    _teaching(made)
    _enroll(made)


def _section(made: Made, room: Homeroom, subject: str = "") -> Section:
    shared = {
        "school": made.school,
        "campus": made.campuses[room.campus.code],
        "session": made.session,
        "grade_level": made.grades[room.grade],
        "capacity": made.plan.homeroom_size + 2,
        "seats_taken": len(room.pupils),
    }
    if not subject:
        return Section(kind=SectionKind.HOMEROOM, name=room.name, code=room.name, **shared)
    name = f"{made.subjects[subject].name} {room.name}"
    return Section(
        kind=SectionKind.SCHEDULED,
        name=name,
        code=f"{subject}-{room.name}",
        course=made.courses[room.grade, subject],
        homeroom=room.section,
        **shared,
    )


def _teaching(made: Made) -> None:
    pairs = [(room.section, room.teacher.staff) for room in made.homerooms if room.teacher]
    pairs += [
        (room.taught[subject], post.staff) for post in made.teachers for room, subject, _ in post.lessons
    ]
    TeachingAssignment.objects.bulk_create(
        TeachingAssignment(
            school=made.school,
            section=section,
            staff=staff,
            begin_date=made.year.begin,
            end_date=made.year.end,
        )
        for section, staff in pairs
    )


def _enroll(made: Made) -> None:
    year, status = made.year, EnrollmentStatus.ACTIVE.value
    places = [(uuid7(), section, pupil) for section, pupil in _places(made)]
    copy(
        Enrollment,
        ("id", "student", "section", "status", "begin_date", "end_date", "override_reason", "sourced_id"),
        ((key, pupil.pk, section.pk, status, year.begin, year.end, "", "") for key, section, pupil in places),
        made.school,
        made.now,
    )
    copy(
        EnrollmentStatusChange,
        ("enrollment", "status", "effective_date", "reason"),
        ((key, status, year.begin, "") for key, _, _ in places),
        made.school,
        made.now,
    )


def _places(made: Made) -> Iterator[Place]:
    for room in made.homerooms:
        for section in (room.section, *room.taught.values()):
            for pupil in room.pupils:
                if section is not None:
                    yield section, pupil
