"""One grade set by hand, and resits beside it."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.core.audit import history
from apps.core.errors import Conflict, DomainError
from apps.gradebook.models import PostedGrade
from apps.gradebook.selectors.posting import posted_beside
from apps.gradebook.services.amending import amend_grade, record_resit
from apps.gradebook.services.posting import release_posted
from apps.gradebook.tests.term import Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def term() -> Term:
    term = Term()
    term.item(scores=[17, 4])
    term.post()
    return term


def amend(term: Term, **changes: Any) -> PostedGrade:
    wanted: dict[str, Any] = {"actor": term.head, "grade": term.grade(term.pupils[1]), "now": timezone.now()}
    return amend_grade(**wanted | changes)


def resit(term: Term, **changes: Any) -> PostedGrade:
    wanted: dict[str, Any] = {"actor": term.head, "grade": term.grade(term.pupils[1]), "now": timezone.now()}
    return record_resit(**wanted | {"reason": "Resit in June"} | changes)


def test_a_change_needs_a_reason_and_keeps_what_stood(term: Term) -> None:
    before = term.grade(term.pupils[1])
    with pytest.raises(DomainError) as refused:
        amend(term, percent=Decimal(40), reason=" ")
    assert refused.value.code == "REASON_NEEDED"
    after = amend(term, percent=Decimal(40), reason="Paper found")
    before.refresh_from_db()
    assert (before.percent, before.replaced_at is None) == (Decimal("20.0"), False)
    assert (after.percent, after.is_override, after.is_passing) == (Decimal(40), True, True)
    assert history(after)[0]["pgh_context"]["reason"] == "Paper found"


def test_of_two_who_amend_one_wins(term: Term) -> None:
    seen = term.grade(term.pupils[1])
    amend(term, grade=seen, percent=Decimal(40), reason="Paper found")
    with pytest.raises(Conflict) as refused:
        amend(term, grade=seen, percent=Decimal(50), reason="Paper found")
    assert refused.value.code == "GRADE_REPLACED"


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, "GRADE_NEEDED"), ({"percent": Decimal(101)}, "RANGE"), ({"label": "Z9"}, "UNKNOWN_LABEL")],
)
def test_what_is_no_grade_of_the_scale_is_refused(term: Term, given: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        amend(term, **given, reason="Because")
    assert refused.value.code == code


def test_posting_again_leaves_what_was_set_by_hand(term: Term) -> None:
    amend(term, percent=Decimal(40), reason="Paper found")
    term.item("FA2", scores=[20, 20])
    term.post(reason="FA2 was missing")
    assert term.grade(term.pupils[1]).percent == Decimal(40)
    assert term.grade(term.pupils[0]).percent == Decimal("92.5")


def test_a_grade_that_was_out_is_out_as_amended(term: Term) -> None:
    release_posted(actor=term.head, section=term.section, session=term.first, now=timezone.now())
    after = amend(term, percent=Decimal(40), reason="Paper found")
    assert PostedGrade.objects.permitted(term.actor(term.pupils[1].user)).get() == after


def test_a_resit_stands_beside_and_the_better_counts(term: Term) -> None:
    first = resit(term, percent=Decimal(38))
    posted: Any = posted_beside(term.section, term.first)[term.pupils[1].pk]
    assert (posted.regular.percent, posted.resit.percent, posted.best) == (
        Decimal("20.0"), Decimal(38), first,
    )  # fmt: skip
    worse = resit(term, percent=Decimal(10))
    posted = posted_beside(term.section, term.first)[term.pupils[1].pk]
    assert (posted.resit, posted.best) == (worse, posted.regular)
    with pytest.raises(Conflict):
        resit(term, grade=worse, percent=Decimal(50))


def test_what_was_let_out_while_the_page_stood_open_stays_out(term: Term) -> None:
    seen = term.grade(term.pupils[1])
    release_posted(actor=term.head, section=term.section, session=term.first, now=timezone.now())
    after = amend(term, grade=seen, percent=Decimal(40), reason="Paper found")
    assert after.release_at is not None


def test_a_grade_replaced_while_the_page_stood_open_gets_no_resit(term: Term) -> None:
    seen = term.grade(term.pupils[1])
    amend(term, percent=Decimal(40), reason="Paper found")
    with pytest.raises(Conflict) as refused:
        resit(term, grade=seen, percent=Decimal(60))
    assert refused.value.code == "GRADE_REPLACED"
