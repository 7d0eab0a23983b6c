"""Places with ties as the school decides."""

import uuid
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.academics.tests.factories import CourseFactory, HomeroomFactory, SectionFactory
from apps.gradebook.models import RankMethod
from apps.gradebook.selectors.ranks import homeroom_ranks, level_ranks, ranks, section_ranks
from apps.gradebook.services.gradebooks import open_gradebook
from apps.gradebook.tests.term import Term

A, B, C, D, E = (uuid.UUID(int=number) for number in range(5))
FIGURES = {A: Decimal(90), B: Decimal("85.0"), C: Decimal(85), D: Decimal(70), E: None}


@pytest.mark.parametrize(
    ("method", "places"),
    [
        (RankMethod.COMPETITION, [1, 2, 2, 4]),
        (RankMethod.DENSE, [1, 2, 2, 3]),
        (RankMethod.LAST, [1, 3, 3, 4]),
    ],
)
def test_ties(method: str, places: list[int]) -> None:
    assert ranks(FIGURES, method) == dict(zip((A, B, C, D), places, strict=True))


def test_without_ranks_nobody_has_one() -> None:
    assert ranks(FIGURES, RankMethod.NONE) == {}
    assert ranks({}, RankMethod.DENSE) == {}


@given(st.lists(st.integers(0, 20), max_size=30), st.sampled_from(["competition", "dense", "last"]))
def test_more_is_never_a_worse_place_and_equal_is_equal(figures: list[int], method: str) -> None:
    given_ = {uuid.UUID(int=number): Decimal(figure) for number, figure in enumerate(figures)}
    found = sorted((given_[pk], -place) for pk, place in ranks(given_, method).items())
    assert all(low[0] == high[0] if low[1] == high[1] else low < high for low, high in pairwise(found))
    assert all(1 <= -place <= len(figures) for _, place in found)


@pytest.mark.django_db
def test_by_section_homeroom_and_grade_level() -> None:
    term = Term(3)
    term.rules(rank_method=RankMethod.COMPETITION)
    homeroom = HomeroomFactory.create(school=term.school, campus=term.campus, session=term.year)
    for pupil in term.pupils[:2]:
        term.place(pupil, homeroom)
    second = SectionFactory.create(
        school=term.school, campus=term.campus, session=term.year,
        course=CourseFactory.create(school=term.school),
    )  # fmt: skip
    open_gradebook(actor=term.teacher, section=second)
    term.item(scores=[10, 18, 14])
    term.post()
    first, best, third = (one.pk for one in term.pupils)
    assert section_ranks(term.section, term.first) == {first: 3, best: 1, third: 2}
    assert homeroom_ranks(homeroom, term.first) == {first: 2, best: 1}
    assert level_ranks(term.campus.pk, uuid.uuid4(), term.first) == {}
