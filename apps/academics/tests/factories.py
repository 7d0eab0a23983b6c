"""One factory a model: the least that is valid, everything in one school."""

from datetime import date
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from apps.academics import models
from apps.accounts.tests.factories import CampusFactory, SchoolFactory, UserFactory

YEAR_BEGINS = date(2026, 4, 1)
YEAR_ENDS = date(2027, 4, 1)


class _InSchool(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    school = factory.SubFactory(SchoolFactory)


def _same_school(made_by: Any, **more: Any) -> factory.SubFactory:
    return factory.SubFactory(made_by, school=factory.SelfAttribute("..school"), **more)


class GradeLevelFactory(_InSchool):
    class Meta:
        model = models.GradeLevel

    name = factory.LazyAttribute(lambda row: f"Grade {row.code}")
    code = factory.Sequence(str)
    position = factory.Sequence(lambda n: n % 1000)


class SubjectFactory(_InSchool):
    class Meta:
        model = models.Subject

    name = factory.LazyAttribute(lambda row: f"Subject {row.code}")
    code = factory.Sequence(lambda n: f"SUB{n}")


class ProgramFactory(_InSchool):
    class Meta:
        model = models.Program

    name = factory.LazyAttribute(lambda row: f"Program {row.code}")
    code = factory.Sequence(lambda n: f"PRG{n}")


class CourseFactory(_InSchool):
    class Meta:
        model = models.Course

    name = factory.LazyAttribute(lambda row: f"Course {row.code}")
    code = factory.Sequence(lambda n: f"CRS{n}")


class ProgramCourseFactory(_InSchool):
    class Meta:
        model = models.ProgramCourse

    program = _same_school(ProgramFactory)
    course = _same_school(CourseFactory)


class CoursePrerequisiteFactory(_InSchool):
    class Meta:
        model = models.CoursePrerequisite

    course = _same_school(CourseFactory)
    requires = _same_school(CourseFactory)


class AcademicSessionFactory(_InSchool):
    class Meta:
        model = models.AcademicSession

    kind = models.SessionKind.SCHOOL_YEAR
    name = "2026-27"
    code = factory.Sequence(lambda n: f"AY{n}")
    begin_date = YEAR_BEGINS
    end_date = YEAR_ENDS


class StudentFactory(_InSchool):
    class Meta:
        model = models.Student

    campus = _same_school(CampusFactory)
    given_name = factory.Sequence(lambda n: f"Asha{n}")
    family_name = "Rao"
    admission_number = factory.Sequence(lambda n: f"A{n:05}")


class GuardianFactory(_InSchool):
    class Meta:
        model = models.Guardian

    given_name = factory.Sequence(lambda n: f"Meera{n}")
    family_name = "Rao"


class GuardianshipFactory(_InSchool):
    class Meta:
        model = models.Guardianship

    student = _same_school(StudentFactory)
    guardian = _same_school(GuardianFactory)
    begin_date = YEAR_BEGINS


class EmergencyContactFactory(_InSchool):
    class Meta:
        model = models.EmergencyContact

    student = _same_school(StudentFactory)
    name = "Uncle Vivek"
    phone = "+91 98450 00000"


class StaffMemberFactory(_InSchool):
    class Meta:
        model = models.StaffMember

    campus = _same_school(CampusFactory)
    given_name = factory.Sequence(lambda n: f"Anil{n}")
    family_name = "Kumar"
    employee_id = factory.Sequence(lambda n: f"E{n:05}")


class SectionFactory(_InSchool):
    """A taught group of a course; `HomeroomFactory` makes a homeroom."""

    class Meta:
        model = models.Section

    campus = _same_school(CampusFactory)
    session = _same_school(AcademicSessionFactory)
    kind = models.SectionKind.SCHEDULED
    course: Any = _same_school(CourseFactory)
    name = factory.LazyAttribute(lambda row: f"Section {row.code}")
    code = factory.Sequence(lambda n: f"S{n}")


class HomeroomFactory(SectionFactory):
    kind = models.SectionKind.HOMEROOM
    course: Any = None


class TeachingAssignmentFactory(_InSchool):
    class Meta:
        model = models.TeachingAssignment

    section = _same_school(SectionFactory)
    staff = _same_school(StaffMemberFactory, campus=factory.SelfAttribute("..section.campus"))
    begin_date = YEAR_BEGINS


class CampusEnrollmentFactory(_InSchool):
    class Meta:
        model = models.CampusEnrollment

    student = _same_school(StudentFactory)
    campus = factory.SelfAttribute("student.campus")
    begin_date = YEAR_BEGINS


class EnrollmentFactory(_InSchool):
    """A place in a section. Counts its seat, as the service does."""

    class Meta:
        model = models.Enrollment
        skip_postgeneration_save = True

    section = _same_school(SectionFactory)
    student = _same_school(StudentFactory, campus=factory.SelfAttribute("..section.campus"))
    begin_date = YEAR_BEGINS
    end_date = YEAR_ENDS

    @factory.post_generation
    def seat(self: Any, create: bool, extracted: Any, **_: Any) -> None:
        if create and self.status == models.EnrollmentStatus.ACTIVE:
            self.section.seats_taken += 1
            self.section.save(update_fields=["seats_taken"])


class EnrollmentStatusChangeFactory(_InSchool):
    class Meta:
        model = models.EnrollmentStatusChange

    enrollment = _same_school(EnrollmentFactory)
    status = models.EnrollmentStatus.ACTIVE
    effective_date = YEAR_BEGINS


class WaitingListEntryFactory(_InSchool):
    class Meta:
        model = models.WaitingListEntry

    section = _same_school(SectionFactory)
    student = _same_school(StudentFactory, campus=factory.SelfAttribute("..section.campus"))


class RolloverFactory(_InSchool):
    class Meta:
        model = models.Rollover

    from_year = _same_school(AcademicSessionFactory)
    next_name = "2027-28"
    next_begin = YEAR_ENDS
    next_end = YEAR_ENDS.replace(year=2028)
    rehearsed_at = factory.LazyFunction(timezone.now)


class RolloverLineFactory(_InSchool):
    class Meta:
        model = models.RolloverLine

    rollover = _same_school(RolloverFactory)
    kind = "section"
    key = factory.Sequence(lambda n: f"section:{n}")
    name = factory.LazyAttribute(lambda row: f"Line {row.key}")
    proposal = models.RolloverDecision.MAKE
    decision = models.RolloverDecision.MAKE


class RolloverEffectFactory(_InSchool):
    class Meta:
        model = models.RolloverEffect

    rollover = _same_school(RolloverFactory)
    position = factory.Sequence(int)
    model = "academics.section"


class CustomFieldFactory(_InSchool):
    class Meta:
        model = models.CustomField

    target = models.CustomFieldTarget.STUDENT
    code = factory.Sequence(lambda n: f"field-{n}")
    label = factory.LazyAttribute(lambda row: f"Field {row.code}")
    kind = models.CustomFieldKind.TEXT


class ContactChangeRequestFactory(_InSchool):
    class Meta:
        model = models.ContactChangeRequest

    student = _same_school(StudentFactory)
    requested_by = _same_school(UserFactory)
    before = factory.LazyFunction(lambda: {"phone": ""})
    after = factory.LazyFunction(lambda: {"phone": "+91 98450 11111"})
