"""One factory a model; `codes_for` makes the four codes every school begins with."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from apps.academics.tests.factories import GuardianFactory, HomeroomFactory, StudentFactory
from apps.accounts.models import School
from apps.accounts.tests.factories import CampusFactory, SchoolFactory
from apps.attendance import models
from apps.attendance.models import AttendanceCode, Category
from apps.timetable.tests.factories import MONDAY

LETTERS = {"P": Category.PRESENT, "L": Category.LATE, "E": Category.EXCUSED, "A": Category.UNEXCUSED}


def codes_for(school: School) -> dict[str, AttendanceCode]:
    """P, L, E and A; A is unexplained."""
    return {letter: AttendanceCodeFactory.create(school=school, letter=letter) for letter in LETTERS}


class _InSchool(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    school = factory.SubFactory(SchoolFactory)


def _same_school(made_by: Any, **more: Any) -> factory.SubFactory:
    return factory.SubFactory(made_by, school=factory.SelfAttribute("..school"), **more)


class AttendanceCodeFactory(_InSchool):
    class Meta:
        model = models.AttendanceCode

    letter = "P"
    category = factory.LazyAttribute(lambda row: LETTERS[row.letter])
    name = factory.LazyAttribute(lambda row: row.category.label)
    position = factory.LazyAttribute(lambda row: list(LETTERS).index(row.letter))
    is_default = True
    is_unexplained = factory.LazyAttribute(lambda row: row.letter == "A")


class RegisterSettingsFactory(_InSchool):
    class Meta:
        model = models.RegisterSettings

    campus = _same_school(CampusFactory)


class RegisterFactory(_InSchool):
    """The register of a homeroom's day; give `meeting` and its section for a lesson."""

    class Meta:
        model = models.Register

    section = _same_school(HomeroomFactory)
    campus = factory.SelfAttribute("section.campus")
    date = MONDAY
    taken_at = factory.LazyFunction(timezone.now)


class AttendanceEventFactory(_InSchool):
    class Meta:
        model = models.AttendanceEvent

    register = _same_school(RegisterFactory)
    student = _same_school(StudentFactory, campus=factory.SelfAttribute("..register.campus"))
    date = factory.SelfAttribute("register.date")
    code = _same_school(AttendanceCodeFactory)


class AbsenceReportFactory(_InSchool):
    class Meta:
        model = models.AbsenceReport

    student = _same_school(StudentFactory)
    begin_date = MONDAY
    end_date = factory.LazyAttribute(lambda row: row.begin_date + timedelta(days=1))
    reason = models.AbsenceReason.ILLNESS


class AbsenceNoticeFactory(_InSchool):
    class Meta:
        model = models.AbsenceNotice

    student = _same_school(StudentFactory)
    date = MONDAY


class CallNoteFactory(_InSchool):
    class Meta:
        model = models.CallNote

    student = _same_school(StudentFactory)
    date = MONDAY
    guardian = _same_school(GuardianFactory)
    outcome = models.CallOutcome.NO_ANSWER
