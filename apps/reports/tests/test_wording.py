"""The bank's sentences for a pupil, what a careful reader asks, and what changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.academics.models import Student
from apps.reports.selectors.wording import differences, filled, remarks_on

ASHA = Student(given_name="Asha", family_name="Rao", sex="female")
BIREN = Student(given_name="Biren", family_name="Das", sex="male")
SAM = Student(given_name="Sam", sex="unstated")


@pytest.mark.parametrize(
    ("student", "text"),
    [
        (ASHA, "Asha knows her tables. She helps. I thank her."),
        (BIREN, "Biren knows his tables. He helps. I thank him."),
        (SAM, "Sam knows their tables. They helps. I thank them."),
    ],
)
def test_places_become_name_and_pronouns(student: Student, text: str) -> None:
    assert filled("{name} knows {their} tables. {They} helps. I thank {them}.", student) == text


def test_a_place_nobody_knows_stays_and_is_remarked() -> None:
    text = filled("{name} is {adjective}, {0.__class__}.", ASHA)
    assert text == "Asha is {adjective}, {0.__class__}."
    assert remarks_on(text, ASHA, []) == ["“{adjective}” has not been filled in."]


def test_another_pupils_name_and_a_wrong_pronoun_are_remarked() -> None:
    assert remarks_on("Biren did his best; he smiles.", ASHA, [ASHA, BIREN]) == [
        "It names Biren, another pupil of the section.",
        "It says “he” of Asha.",
        "It says “his” of Asha.",
    ]
    assert remarks_on("Asha did her best.", ASHA, [ASHA, BIREN]) == []
    assert remarks_on("They did their best, he and she.", SAM, [ASHA]) == []
    assert remarks_on("", ASHA, [BIREN]) == []


def test_a_change_is_shown_word_by_word() -> None:
    pieces = differences("Asha try hard.", "Asha tries very hard.")
    assert [(one.kind, one.text) for one in pieces] == [
        ("same", "Asha "),
        ("removed", "try"),
        ("added", "tries very"),
        ("same", " hard."),
    ]


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_wordings_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(one.text for one in pieces if one.kind != "added") == before
    assert "".join(one.text for one in pieces if one.kind != "removed") == after
