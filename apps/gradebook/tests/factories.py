"""One factory a model; `term_of` makes a term inside a school year."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from apps.academics.models import AcademicSession, SessionKind
from apps.academics.tests.factories import AcademicSessionFactory, SectionFactory, StudentFactory
from apps.accounts.tests.factories import CampusFactory, SchoolFactory
from apps.gradebook import models
from apps.gradebook.selectors.rules import Rules

# Begin and end of the three terms of the factories' school year.
TERMS = (
    (date(2026, 4, 1), date(2026, 8, 1)),
    (date(2026, 8, 1), date(2026, 12, 1)),
    (date(2026, 12, 1), date(2027, 4, 1)),
)


def term_of(year: AcademicSession, number: int = 1) -> AcademicSession:
    """The numbered term of a year, made if it is not there yet."""
    begin, end = TERMS[number - 1]
    found = AcademicSession.objects.filter(parent=year, begin_date=begin).first()
    term: AcademicSession = found or AcademicSessionFactory.create(
        school=year.school,
        parent=year,
        kind=SessionKind.TERM,
        name=f"Term {number}",
        begin_date=begin,
        end_date=end,
    )
    return term


class _InSchool(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    school = factory.SubFactory(SchoolFactory)


def _same_school(made_by: Any, **more: Any) -> factory.SubFactory:
    return factory.SubFactory(made_by, school=factory.SelfAttribute("..school"), **more)


class ScoreScaleFactory(_InSchool):
    class Meta:
        model = models.ScoreScale

    name = factory.LazyAttribute(lambda row: f"Scale {row.code}")
    code = factory.Sequence(lambda n: f"scale{n}")


class ScoreBandFactory(_InSchool):
    class Meta:
        model = models.ScoreBand

    scale = _same_school(ScoreScaleFactory)
    label = factory.Sequence(lambda n: f"L{n}")
    lower = Decimal(0)


class GradingSchemeFactory(_InSchool):
    """Weighted categories on a scale without bands; give `section` for a section's own."""

    class Meta:
        model = models.GradingScheme

    name = factory.LazyAttribute(lambda row: f"Scheme {row.code}")
    code = factory.Sequence(lambda n: f"scheme{n}")
    scale = _same_school(ScoreScaleFactory)


class CategoryFactory(_InSchool):
    class Meta:
        model = models.Category

    scheme = _same_school(GradingSchemeFactory)
    name = factory.LazyAttribute(lambda row: row.code.title())
    code = factory.Sequence(lambda n: f"work{n}")


class MarkingRulesFactory(_InSchool):
    class Meta:
        model = models.MarkingRules

    campus = _same_school(CampusFactory)


class GradebookFactory(_InSchool):
    class Meta:
        model = models.Gradebook

    section = _same_school(SectionFactory)
    scheme = _same_school(GradingSchemeFactory)


class LineItemFactory(_InSchool):
    """Out of 100, in the first term of the section's year, in no category."""

    class Meta:
        model = models.LineItem

    section = _same_school(SectionFactory)
    session = factory.LazyAttribute(lambda row: term_of(row.section.session))
    title = factory.Sequence(lambda n: f"Test {n}")


class ResultFactory(_InSchool):
    """Marked with 80; give `score=None, status=...` for anything else."""

    class Meta:
        model = models.Result

    line_item = _same_school(LineItemFactory)
    student = _same_school(StudentFactory, campus=factory.SelfAttribute("..line_item.section.campus"))
    status = models.ScoreStatus.GRADED
    score = Decimal(80)


class PostingFactory(_InSchool):
    class Meta:
        model = models.Posting

    section = _same_school(SectionFactory)
    session = factory.LazyAttribute(lambda row: term_of(row.section.session))
    scheme_name = "Points"
    scheme_version = 1
    rules = factory.LazyFunction(lambda: Rules().as_json())
    posted_at = factory.LazyFunction(timezone.now)


class PostedGradeFactory(_InSchool):
    class Meta:
        model = models.PostedGrade

    posting = _same_school(PostingFactory)
    student = _same_school(StudentFactory, campus=factory.SelfAttribute("..posting.section.campus"))
    section = factory.SelfAttribute("posting.section")
    session = factory.SelfAttribute("posting.session")
    percent = Decimal(80)
    label = "B"
    is_passing = True


class CourseTranscriptFactory(_InSchool):
    class Meta:
        model = models.CourseTranscript

    student = _same_school(StudentFactory)
    course_title = "Mathematics"
    percent = Decimal(80)
