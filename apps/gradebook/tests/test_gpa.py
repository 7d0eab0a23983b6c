"""Averages weighted by credits, over terms, years and schools."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.core.audit import history
from apps.gradebook.models import CourseTranscript, PostedGrade, ScoreScale
from apps.gradebook.selectors.gpa import Line, Record, gpa_of, record_of
from apps.gradebook.services.amending import record_resit
from apps.gradebook.services.transcripts import add_transcript, change_transcript, delete_transcript
from apps.gradebook.tests.term import Term

LINE = Line(
    title="Physics", year="2026", term="", percent=None, label="", points=Decimal(8), is_passing=True,
    attempted=Decimal(4), earned=Decimal(4), weight=Decimal(4), is_final=True,
)  # fmt: skip


def line(points: Any, weight: int) -> Line:
    return replace(LINE, points=None if points is None else Decimal(points), weight=Decimal(weight))


def test_points_weigh_by_credits_and_are_rounded_once() -> None:
    assert gpa_of([line(10, 4), line(7, 2), line(9, 1)]).points == Decimal("9.00")
    assert gpa_of([line("3.7", 1), line("3.3", 2)]).points == Decimal("3.43")


def test_without_credits_all_weigh_the_same() -> None:
    assert gpa_of([line(10, 0), line(7, 0)]).points == Decimal("8.50")


def test_a_line_without_points_earns_its_credits_all_the_same() -> None:
    found = gpa_of([line(None, 4), line(6, 2)])
    assert (found.points, found.earned, found.lines) == (Decimal("6.00"), Decimal(8), 2)
    assert gpa_of([]).points is None


@pytest.fixture
def term() -> Term:
    term = Term(1)
    term.book.scheme.scale = ScoreScale.objects.get(school=term.school, code="cbse")
    term.book.scheme.save()
    return term


def record(term: Term) -> Record:
    pupil = term.pupils[0]
    return record_of(
        PostedGrade.objects.filter(student=pupil), CourseTranscript.objects.filter(student=pupil)
    )


@pytest.mark.django_db
def test_a_record_over_terms_and_schools(term: Term) -> None:
    term.item(scores=[19])
    term.item("SA1", scores=[5], session=term.second)
    term.post()
    term.post(term.year)
    add_transcript(
        actor=term.head, student=term.pupils[0], course_title="Physics 8", points=Decimal(6), percent=55,
        credits_attempted=Decimal(2), credits_earned=Decimal(2), year_label="Last year",
    )  # fmt: skip
    found = record(term)
    assert [(one.term, one.gpa.points) for one in found.by_term] == [
        ("", Decimal(6)),
        ("Term 1", Decimal(10)),
    ]
    assert next(one.title for one in found.lines) == "Physics 8"
    # The year's 60 % is 6 points with 4 credits; the term does not count beside it.
    assert (found.cumulative.points, found.cumulative.earned) == (Decimal(6), Decimal(6))


@pytest.mark.django_db
def test_the_better_of_grade_and_resit_counts(term: Term) -> None:
    term.item(scores=[2])
    term.post(term.year)
    assert record(term).cumulative.earned == 0
    grade = term.grade(term.pupils[0], term.year)
    record_resit(actor=term.head, grade=grade, percent=Decimal(62), reason="June", now=timezone.now())
    found = record(term)
    assert (found.lines[0].resit, found.lines[0].points) == (True, Decimal(7))
    assert (found.cumulative.attempted, found.cumulative.earned) == (Decimal(4), Decimal(4))


@pytest.mark.django_db
def test_a_transcript_keeps_its_history(term: Term) -> None:
    row = add_transcript(actor=term.head, student=term.pupils[0], course_title="Art", label="A")
    change_transcript(actor=term.head, transcript=row, label="B", reason="Typing slip")
    after, before = history(row)
    assert (before["label"], after["label"]) == ("A", "B")
    assert after["pgh_context"]["reason"] == "Typing slip"
    delete_transcript(actor=term.head, transcript=row)
    assert not CourseTranscript.objects.exists()
