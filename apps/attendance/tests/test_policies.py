"""Each kind of person reaches their own rows of the day, and none of another school's."""

from typing import Any

import pytest

from apps.accounts.models import Role
from apps.attendance.models import (
    AbsenceNotice,
    AbsenceReport,
    AttendanceDay,
    AttendanceEvent,
    AttendanceMonth,
    CallNote,
    Register,
)
from apps.attendance.tests.classroom import Class
from apps.attendance.tests.factories import AbsenceNoticeFactory, AbsenceReportFactory, CallNoteFactory
from apps.core.live import channels_of
from apps.core.policy import Actor
from apps.timetable.models import Meeting, MeetingPattern
from apps.timetable.tests.factories import MONDAY, MeetingPatternFactory

pytestmark = pytest.mark.django_db
MODELS = [
    Register, AttendanceEvent, AttendanceDay, AttendanceMonth, AbsenceReport, AbsenceNotice, CallNote,
    Meeting, MeetingPattern,
]  # fmt: skip
# Rows of each model above that somebody reaches, of three pupils, one lesson, and a row of each kind a pupil.
REACHED = {
    "school_admin": (1, 3, 3, 3, 3, 3, 3, 1, 1),
    "campus_admin": (1, 3, 3, 3, 3, 3, 3, 1, 1),
    "registrar": (1, 3, 3, 3, 3, 3, 3, 1, 1),
    "accountant": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    "teacher": (1, 3, 3, 3, 3, 0, 0, 1, 1),
    "colleague": (0, 0, 0, 0, 0, 0, 0, 1, 1),
    "student": (0, 1, 1, 1, 1, 0, 0, 1, 0),
    "guardian": (0, 1, 1, 1, 1, 0, 0, 1, 0),
    "former guardian": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    "suspended": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    "anonymous": (0, 0, 0, 0, 0, 0, 0, 0, 0),
}


def full_school() -> Class:
    school = Class()
    school.take("PAL")
    MeetingPatternFactory.create(school=school.school, section=school.section)
    for pupil in school.pupils:
        for made_by in (AbsenceReportFactory, AbsenceNoticeFactory, CallNoteFactory):
            made_by.create(school=school.school, student=pupil)
    return school


def principal(school: Class, who: str) -> Actor:
    pupil = school.pupils[0]
    if who == "anonymous":
        return Actor.anonymous(MONDAY)
    if who == "teacher":
        return school.teacher
    if who == "student":
        pupil.user = school.login(Role.STUDENT)
        pupil.save()
        return school.actor(pupil.user)
    if who == "guardian":
        return school.actor(school.guardian(pupil).user)
    if who == "former guardian":
        return school.actor(school.guardian(pupil, end_date=MONDAY).user)
    if who == "suspended":
        return school.actor(school.login(Role.SCHOOL_ADMIN, is_active=False))
    return school.actor(school.login(Role.TEACHER if who == "colleague" else Role(who)))


def reached(actor: Actor) -> tuple[int, ...]:
    rows: list[Any] = [model.objects.permitted(actor) for model in MODELS]
    return tuple(one.count() for one in rows)


@pytest.mark.parametrize("who", REACHED)
def test_everybody_reaches_what_is_theirs(who: str) -> None:
    full_school()
    school = full_school()
    assert reached(principal(school, who)) == REACHED[who]


def test_the_office_of_another_campus_reaches_nothing() -> None:
    school = full_school()
    other = Class(0)
    other.campus.school = school.school
    other.campus.save()
    other.school = school.school
    assert reached(other.actor(other.login(Role.REGISTRAR))) == (0,) * len(MODELS)


def test_the_board_is_told_to_the_office_of_the_campus_only() -> None:
    school = full_school()
    mine = f"campus:{school.campus.pk}:board"
    assert mine in channels_of(principal(school, "registrar"))
    assert mine in channels_of(principal(school, "school_admin"))
    assert mine not in channels_of(principal(school, "teacher"))
    assert mine not in channels_of(Class(0).office)
