"""Posting freezes what was previewed; what stands changes by a new row with a reason only."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.academics.models import EnrollmentStatus
from apps.core.errors import Conflict, DomainError, Missing
from apps.gradebook.models import Attempt, PostedGrade, Posting
from apps.gradebook.selectors.posting import posted_beside, posting_preview, says_same
from apps.gradebook.services.posting import release_posted, withdraw_posting
from apps.gradebook.tests.term import Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def term() -> Term:
    return Term()


def percents(term: Term, session: Any = None) -> list[Decimal | None]:
    return [term.grade(pupil, session).percent for pupil in term.pupils]


def test_posting_freezes_the_totals_with_the_rules_and_the_steps(term: Term) -> None:
    term.item(scores=[17, 9])
    posting = term.post(reason="End of term")
    assert percents(term) == [Decimal("85.0"), Decimal("45.0")]
    grade = term.grade(term.pupils[0])
    assert (posting.scheme_name, posting.posted_by_id) == (term.book.scheme.name, term.staff.user_id)
    assert posting.rules["weighting"] == "points"
    assert grade.workings[-1]["code"]
    assert grade.release_at is None


def test_later_edits_of_marks_do_not_reach_it_and_the_difference_shows(term: Term) -> None:
    item = term.item(scores=[17, 9])
    term.post()
    term.mark(item, term.pupils[0], 10)
    assert percents(term)[0] == Decimal("85.0")
    [change] = [one for one in preview(term).changes if one.student == term.pupils[0]]
    beside: dict[Any, Any] = posted_beside(term.section, term.first)
    assert not says_same(beside[term.pupils[0].pk].regular, change.total)
    assert says_same(beside[term.pupils[1].pk].regular, preview(term).changes[1].total)


def preview(term: Term) -> Any:
    return posting_preview(term.section, term.first, term.today)


def test_the_preview_puts_exceptions_first_and_says_why(term: Term) -> None:
    term.enroll()
    term.pupils.append(term.enroll())
    term.item(scores=[17, "missing"])
    said = {one.student.given_name: [str(why) for why in one.concerns] for one in preview(term).changes}
    assert said["Asha 01"] == []
    assert said["Asha 02"] == ["does not pass", "1 missing"]
    assert said["Asha 03"] == ["nothing to count", "1 not marked"]
    assert preview(term).changes[0].student.given_name == "Asha 03"
    assert preview(term).changes[-1].student == term.pupils[0]
    assert [one.title for one in preview(term).unreleased] == ["FA1"]


def test_of_two_previews_one_wins_and_the_other_looks_again(term: Term) -> None:
    item = term.item(scores=[17, 9])
    mine = yours = term.seen()
    term.post(seen=mine)
    with pytest.raises(Conflict) as refused:
        term.post(seen=yours)
    assert refused.value.code == "PREVIEW_OVERTAKEN"
    term.mark(item, term.pupils[0], 3)
    with pytest.raises(Conflict):
        term.post(seen=yours, reason="again")


def test_without_the_fingerprint_unseen_grades_are_posted(term: Term, settings: Any) -> None:
    item = term.item(scores=[17, 9])
    seen = term.seen()
    term.mark(item, term.pupils[0], 3)
    settings.PROTECTIONS_OFF = {"posting_seen"}
    term.post(seen=seen)
    assert percents(term)[0] == Decimal("15.0")


def test_posting_again_needs_a_reason_and_replaces_what_changed_only(term: Term) -> None:
    item = term.item(scores=[17, 9])
    term.post()
    kept = term.grade(term.pupils[1]).pk
    term.mark(item, term.pupils[0], 18)
    with pytest.raises(DomainError) as refused:
        term.post()
    assert refused.value.code == "REASON_NEEDED"
    term.post(reason="A mark was read wrongly")
    assert percents(term) == [Decimal("90.0"), Decimal("45.0")]
    assert term.grade(term.pupils[1]).pk == kept
    assert PostedGrade.objects.filter(student=term.pupils[0], replaced_at__isnull=False).count() == 1


def test_posting_the_same_again_is_told_apart(term: Term) -> None:
    term.item(scores=[17, 9])
    term.post()
    with pytest.raises(Conflict) as refused:
        term.post(seen=term.seen())
    assert refused.value.code == "NOTHING_NEW"
    assert Posting.objects.count() == 1


def test_who_left_before_the_end_gets_no_grade_of_the_term(term: Term) -> None:
    term.item(scores=[17, 9])
    gone = term.pupils[1].enrollments.get()
    gone.status, gone.end_date = EnrollmentStatus.WITHDRAWN, term.today - timedelta(days=1)
    gone.save()
    term.post()
    assert [one.student for one in PostedGrade.objects.all()] == [term.pupils[0]]


def test_credits_come_with_the_grade_that_closes_the_course(term: Term) -> None:
    term.item(scores=[17, 2])
    term.item("SA1", scores=[17, 2], session=term.second)
    term.post()
    term.post(term.year)
    assert [term.grade(one).credits_earned for one in term.pupils] == [0, 0]
    closing = [term.grade(one, term.year) for one in term.pupils]
    assert [one.credits_attempted for one in closing] == [4, 4]
    assert [one.credits_earned for one in closing] == [4, 0]


def test_a_term_of_another_year_and_one_ahead_are_refused(term: Term) -> None:
    with pytest.raises(DomainError) as refused:
        posting_preview(term.section, Term().first, term.today)
    assert refused.value.code == "OTHER_TERM"
    with pytest.raises(DomainError) as refused:
        posting_preview(term.section, term.second, term.today)
    assert refused.value.code == "NOT_BEGUN"
    with pytest.raises(Missing):
        term.post(actor=Term().teacher)


def test_the_database_keeps_a_posted_grade_as_it_is(term: Term) -> None:
    term.item(scores=[17, 9])
    term.post()
    grade = term.grade(term.pupils[0])
    with pytest.raises(DatabaseError), transaction.atomic():
        PostedGrade.objects.filter(pk=grade.pk).update(percent=99)
    with pytest.raises(DatabaseError), transaction.atomic():
        grade.delete()


def test_withdrawn_grades_stand_no_longer(term: Term) -> None:
    term.item(scores=[17, 9])
    posting = term.post()
    release_posted(actor=term.head, section=term.section, session=term.first, now=timezone.now())
    withdraw: dict[str, Any] = {"actor": term.head, "posting": posting, "now": timezone.now()}
    assert withdraw_posting(**withdraw, reason="Wrong scheme") == 2
    assert posted_beside(term.section, term.first) == {}
    with pytest.raises(Conflict):
        withdraw_posting(**withdraw, reason="Again")
    term.post()
    assert percents(term) == [Decimal("85.0"), Decimal("45.0")]


@pytest.mark.parametrize("pupils", [1, 30])
def test_posting_costs_the_same_for_one_and_for_thirty(pupils: int) -> None:
    term = Term(pupils)
    for number in range(3):
        term.item(f"FA{number}", scores=[15] * pupils)
    seen = term.seen()
    with CaptureQueriesContext(connection) as asked:
        term.post(seen=seen)
    assert len(asked) == 19
    assert PostedGrade.objects.filter(attempt=Attempt.REGULAR).count() == pupils


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_post_once() -> None:
    term = Term()
    term.item(scores=[17, 9])
    seen, actor, outcomes = term.seen(), term.teacher, []
    start = threading.Barrier(2)

    def post() -> None:
        start.wait()
        try:
            term.post(seen=seen, actor=actor)
            outcomes.append("posted")
        except Conflict as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    both = [threading.Thread(target=post) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == ["PREVIEW_OVERTAKEN", "posted"]
    assert (Posting.objects.count(), PostedGrade.objects.standing().count()) == (1, 2)
