"""Marks of the demo school: three terms of history, this term on its way, and what was said about it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db.models import Count, Q

from apps.academics.models import AcademicSession, Section, Student
from apps.accounts.models import School
from apps.gradebook.models import (
    CourseTranscript,
    Gradebook,
    LineItem,
    PostedGrade,
    Posting,
    Result,
    ScoreStatus,
)
from apps.gradebook.selectors.posting import posting_preview
from apps.portals.demo.plan import OTHERSIDE
from apps.portals.demo.today import catch_up
from apps.portals.tests.test_demo import MONDAY, NOON, SMALL, made, user
from apps.reports.models import CommentBankEntry, IssuedDocument, ReportComment

pytestmark = pytest.mark.django_db
PLAN = replace(SMALL, days=2, campuses=(replace(SMALL.campuses[0], grades=range(7, 12)),))


@pytest.fixture
def school() -> School:
    return made(PLAN)


def term(number: int) -> AcademicSession:
    found: AcademicSession = AcademicSession.objects.get(name=f"Term {number}")
    return found


def test_every_taught_section_has_its_gradebook(school: School) -> None:
    taught = Section.objects.filter(kind="scheduled")
    assert Gradebook.objects.count() == taught.count() == 38
    schemes = Gradebook.objects.values_list("section__grade_level__code", "scheme__code").distinct()
    assert set(schemes) == {*((str(n), "cbse") for n in range(7, 11)), ("11", "weighted")}
    assert LineItem.objects.count() == 32 * 8 + 6 * 10
    weighted = LineItem.objects.filter(section__gradebook__scheme__code="weighted")
    assert set(weighted.values_list("category__code", flat=True)) == {"homework", "quizzes", "exams"}
    assert not LineItem.objects.filter(category=None).exists()


def test_the_first_term_is_marked_and_out_and_posted(school: School) -> None:
    first = term(1)
    assert Result.objects.filter(line_item__session=first).count() == (32 * 4 + 6 * 5) * 5
    assert not LineItem.objects.filter(session=first).waiting().exists()
    assert Posting.objects.filter(session=first).count() == 38
    assert PostedGrade.objects.filter(attempt="regular").count() == 38 * 5
    assert PostedGrade.objects.filter(attempt="resit", is_passing=True).count() == 1


def test_a_few_teachers_are_late_with_posting() -> None:
    made(replace(SMALL, days=2))
    assert Gradebook.objects.count() == 89
    assert 80 < Posting.objects.count() < 89


def test_posted_grades_say_what_the_live_totals_say(school: School) -> None:
    first = term(1)
    for section in Section.objects.filter(postings__session=first)[:5]:
        assert posting_preview(section, first, MONDAY).counts == {
            "new": 0, "changed": 0, "same": 5, "by_hand": 0,
        }  # fmt: skip


def test_the_running_term_is_half_marked_and_partly_out(school: School) -> None:
    items = LineItem.objects.filter(session=term(2)).annotate(marked=Count("results"))
    assert items.filter(release_at__lte=NOON).exists()
    assert items.filter(marked=5).waiting().exists()
    assert items.filter(marked=2).exists()
    assert items.filter(marked=0, due_date__gt=MONDAY).exists()
    assert items.filter(release_at__gt=NOON, release_at__lt=NOON + timedelta(days=2)).exists()
    assert not items.filter(due_date__gt=MONDAY, marked__gt=0).exists()
    mine = items.filter(section__teaching_assignments__staff__user=user("teacher"), marked=2)
    assert mine.exists()


def test_cells_are_those_of_a_real_school(school: School) -> None:
    counts = dict(Result.objects.values_list("status").annotate(n=Count("pk")).order_by())
    assert set(counts) == {ScoreStatus.GRADED, ScoreStatus.ABSENT, ScoreStatus.EXEMPT, ScoreStatus.MISSING}
    assert counts[ScoreStatus.GRADED] > 0.9 * Result.objects.count()
    assert Result.objects.filter(days_late__gt=0).exists()
    assert Result.objects.exclude(comment="").exists()
    assert not Result.objects.filter(graded_at__gt=NOON).exists()
    grades = PostedGrade.objects.filter(percent__isnull=False)
    assert 0.4 < grades.filter(percent__gte=55, percent__lt=85).count() / grades.count() < 0.95


def test_the_family_sees_its_own_grades(school: School) -> None:
    actor = user("guardian").actor(MONDAY)
    elder = user("student").student
    assert PostedGrade.objects.permitted(actor).filter(student=elder).exists()
    assert {one.student_id for one in PostedGrade.objects.permitted(actor)} <= {
        one.pk for one in Student.objects.permitted(actor)
    }


def test_earlier_years_stand_on_record(school: School) -> None:
    last = CourseTranscript.objects.filter(year_label="2025-26")
    assert set(last.values_list("term_label", flat=True)) == {"Term 1", "Term 2", ""}
    assert not last.filter(Q(is_final=True) & ~Q(term_label="")).exists()
    assert CourseTranscript.objects.filter(year_label="2024-25", is_final=True).exists()
    assert set(last.values_list("course__subject__code", flat=True)) >= {"ENG", "MAT", "SCI"}


def test_comments_stand_on_every_step_of_their_way(school: School) -> None:
    assert set(ReportComment.objects.filter(session=term(1)).values_list("state", flat=True)) == {"accepted"}
    states = set(ReportComment.objects.filter(session=term(2)).values_list("state", flat=True))
    assert len(states) >= 3
    assert CommentBankEntry.objects.filter(school=school, owner=None).count() == 8
    assert not ReportComment.objects.filter(text__contains="{").exists()


def test_the_same_marks_each_time(school: School) -> None:
    again = made(replace(PLAN, code="again", domain="again.test"))
    marks = [
        sorted(
            Result.objects.filter(school=one).values_list(
                "student__admission_number", "line_item__section__code", "line_item__title", "status", "score"
            ),
            key=str,
        )
        for one in (school, again)
    ]
    assert marks[0] == marks[1]


def later(days: int) -> datetime:
    moment = NOON + timedelta(days=days)
    catch_up(PLAN, today=MONDAY + timedelta(days=days), now=moment)
    return moment


def test_days_later_the_rest_is_marked_and_out(school: School) -> None:
    typed = Result.objects.filter(line_item__session=term(2)).first()
    assert typed is not None
    Result.objects.filter(pk=typed.pk).update(comment="Typed by hand")
    now = later(20)
    due = LineItem.objects.filter(session=term(2), due_date__lt=MONDAY).annotate(marked=Count("results"))
    assert set(due.values_list("marked", flat=True)) == {5}
    assert not due.filter(Q(release_at=None) | Q(release_at__gt=now)).exists()
    typed.refresh_from_db()
    assert typed.comment == "Typed by hand"


def test_twice_on_one_day_adds_nothing(school: School) -> None:
    def counted() -> list[int]:
        tables = (LineItem, Result, Posting, PostedGrade, CourseTranscript, ReportComment)
        return [table.objects.count() for table in tables]

    before = counted()
    later(0)
    assert counted() == before


def test_the_second_school_has_a_little_of_its_own() -> None:
    other = made(OTHERSIDE)
    assert Result.objects.filter(school=other).exists()
    assert PostedGrade.objects.filter(school=other).exists()
    assert not Result.objects.exclude(school=other).exists()


def test_the_families_of_the_demo_have_their_report_cards(school: School) -> None:
    held = IssuedDocument.objects.filter(session=term(1), release_at__isnull=False)
    pupils = set(held.values_list("student", flat=True))
    student, guardian = user("student"), user("guardian")
    assert pupils == {
        *Student.objects.filter(user=student).values_list("pk", flat=True),
        *Student.objects.filter(guardianships__guardian__user=guardian).values_list("pk", flat=True),
    }
    catch_up(PLAN, today=MONDAY + timedelta(days=1), now=NOON + timedelta(days=1))
    assert IssuedDocument.objects.count() == len(pupils)
