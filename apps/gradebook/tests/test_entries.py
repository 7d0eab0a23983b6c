"""What people type into a cell, and what is written back."""

from decimal import Decimal

import pytest

from apps.core.errors import DomainError
from apps.gradebook.models import LineItem, ScaleKind
from apps.gradebook.selectors.entries import EMPTY, Entry, Labels, labels_of, read
from apps.gradebook.tests.factories import ScoreBandFactory, ScoreScaleFactory

ITEM = LineItem(maximum=Decimal(20))
LETTERS = Labels({"A": Decimal("0.95"), "M": Decimal("0.5"), "4": Decimal(1)})


@pytest.mark.parametrize(
    ("typed", "status", "score", "days", "written"),
    [
        ("17.5", "graded", "17.5", 0, "17.5"),
        ("17,5", "graded", "17.5", 0, "17.5"),
        (".5", "graded", "0.5", 0, "0.5"),
        ("020", "graded", "20", 0, "20"),
        ("85%", "graded", "17", 0, "17"),
        ("१७", "graded", "17", 0, "17"),
        (" 15 late 2 ", "graded", "15", 2, "15 late 2"),
        ("15L2", "graded", "15", 2, "15 late 2"),
        ("EX", "exempt", None, 0, "ex"),
        ("missing", "missing", None, 0, "m"),
        ("ab", "absent", None, 0, "ab"),
        ("in", "submitted", None, 0, "in"),
        ("late 3", "submitted", None, 3, "late 3"),
        ("m late 3", "missing", None, 3, "m late 3"),
        ("", "unmarked", None, 0, ""),
    ],
)
def test_points(typed: str, status: str, score: str | None, days: int, written: str) -> None:
    entry = read(typed, ITEM, None)
    assert entry == Entry(status, Decimal(score) if score else None, "", days)
    assert (str(entry), read(str(entry), ITEM, None)) == (written, entry)


@pytest.mark.parametrize("typed", ["1,000", "-3", "=1+1", "A", "1e5", "17.5555", "999999", "l9999", "NaN"])
def test_what_is_no_mark_is_refused_with_a_remedy(typed: str) -> None:
    with pytest.raises(DomainError) as refused:
        read(typed, ITEM, None)
    assert str(refused.value)


def test_late_alone_keeps_the_score_that_stands() -> None:
    before = Entry("graded", Decimal(12))
    assert read("late 2", ITEM, None, before) == Entry("graded", Decimal(12), "", 2)


def test_letters_come_before_words_and_keep_their_case() -> None:
    assert read("a", ITEM, LETTERS) == Entry("graded", Decimal("19.000"), "A")
    assert read("m", ITEM, LETTERS).text_score == "M"
    assert read("4", ITEM, LETTERS).score == Decimal(20)
    assert read("missing", ITEM, LETTERS) == Entry("missing")
    assert str(read("a late 2", ITEM, LETTERS)) == "A late 2"
    assert read("", ITEM, LETTERS) == EMPTY
    for typed in ("17", "Z"):
        with pytest.raises(DomainError) as refused:
            read(typed, ITEM, LETTERS)
        assert refused.value.code == "UNKNOWN_LABEL"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "points", "shares"),
    [
        (ScaleKind.LETTER, (None, None, None), ("0.9", "0.65", "0.25")),
        # By its points a level reads back as itself, so points it is.
        (ScaleKind.RUBRIC, (4, 2, 1), ("1", "0.5", "0.25")),
        # Here the middle one would read back as the lowest.
        (ScaleKind.RUBRIC, (4, 1, 0), ("0.9", "0.65", "0.25")),
    ],
)
def test_what_a_label_counts_as(kind: str, points: tuple[int | None, ...], shares: tuple[str, ...]) -> None:
    scale = ScoreScaleFactory.create(kind=kind)
    for label, lower, point in zip("ABC", (80, 50, 0), points, strict=True):
        ScoreBandFactory.create(school=scale.school, scale=scale, label=label, lower=lower, points=point)
    made = labels_of(scale)
    assert made is not None
    assert [made.shares[one] for one in "ABC"] == [Decimal(one) for one in shares]
