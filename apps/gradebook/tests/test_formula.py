"""The language of formulas: what it means, what it refuses and how it says so, and that it is bounded."""

import time
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import DomainError
from apps.gradebook.models import Weighting
from apps.gradebook.selectors.expressions import FUNCTIONS
from apps.gradebook.selectors.formula import MOST_LETTERS, Value, check_name, check_names, parse
from apps.gradebook.selectors.totals import term_total
from apps.gradebook.tests.sums import mark, rule, rules, told

TOO_EARLY = "The formula ends too early. A name, a number or ( is missing at its end."
UNJOINED = "Something has to join “SA1” to what is before it: + - * / < > = and, or."
STRAY_COMMA = "Commas stand only between the inputs of a function. A decimal is written 0.3."
VALUES = {
    "fa1": Value(Decimal(80), Decimal(8), Decimal(10), (Decimal(80),)),
    "sa1": Value(Decimal(60), Decimal(48), Decimal(80), (Decimal(60),)),
    "quizzes": Value(Decimal(70), Decimal(21), Decimal(30), (Decimal(50), Decimal(70), Decimal(90))),
    "nothing": Value(None),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FA1*10% + SA1*30%", "26"),
        ("fa1 × 0.1 + Sa1 ÷ 2", "38"),
        ("1 + 2 * 3 - 8 / 4", "5"),
        ("(1 + 2) * -3", "-9"),
        ("avg(FA1, SA1)", "70"),
        ("sum(FA1; SA1)", "140"),
        ("min(FA1, SA1)", "60"),
        ("max(FA1, SA1)", "80"),
        ("avg(quizzes)", "70"),
        ("max(quizzes)", "90"),
        ("count(quizzes)", "3"),
        ("best(2, quizzes)", "80"),
        ("best(1, FA1, SA1)", "80"),
        ("drop(1, quizzes)", "80"),
        ("drop(9, quizzes)", "90"),
        ("points(quizzes) / maximum(quizzes) * 100", "70"),
        ("weighted(FA1, 10, SA1, 30)", "65"),
        ("if(SA1 < 33, 0, FA1)", "80"),
        ("if(SA1 >= 33 and not FA1 = 100, 1, 2)", "1"),
        ("if(SA1 < 33 or FA1 <> 80, 1, 2)", "2"),
        ("if(FA1 ≠ 80, 1, if(FA1 ≤ 80, 3, 4))", "3"),
        ("\n FA1\n + 1 ", "81"),
    ],
)
def test_a_formula_means(text: str, expected: str) -> None:
    assert parse(text).evaluate(VALUES) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "nothing + FA1",
        "-nothing",
        "if(nothing < 3, 1, 2)",
        "if(not nothing < 3, 1, 2)",
        "avg(nothing)",
        "best(1, nothing)",
        "points(nothing)",
        "weighted(nothing, 1)",
        "FA1 * unknown",
    ],
)
def test_what_has_no_marks_has_no_value(text: str) -> None:
    assert parse(text).evaluate(VALUES) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("avg(FA1, nothing)", 80),
        ("sum(FA1, nothing)", 80),
        ("weighted(FA1, 10, nothing, 90)", 80),
        ("default(nothing, 5)", 5),
        ("default(FA1, 5)", 80),
        ("if(marked(nothing), 1, 2)", 2),
        ("count(FA1, nothing)", 1),
    ],
)
def test_functions_over_several_numbers_pass_it_by(text: str, expected: int) -> None:
    assert parse(text).evaluate(VALUES) == expected


@pytest.mark.parametrize(
    "text", ["1/0", "0/0", "FA1/(SA1-60)", "weighted(FA1, 0)", "*".join(["999999999"] * 20)]
)
def test_what_has_no_result_is_an_arithmetic_error(text: str) -> None:
    with pytest.raises(ArithmeticError):
        parse(text).evaluate(VALUES)


def test_only_the_branch_that_is_taken_is_reckoned() -> None:
    assert parse("if(SA1 = 60, 1, 1/0)").evaluate(VALUES) == 1


def _refusal(text: str) -> tuple[int, int, str, str]:
    with pytest.raises(DomainError) as refused:
        parse(text)
    fault = refused.value
    assert (fault.code, fault.field) == ("FORMULA_INVALID", "formula")
    place = fault.values
    head = f"Line {place['line']}, column {place['column']}: "
    assert str(fault).startswith(head)
    return place["line"], place["column"], place["word"], str(fault).removeprefix(head)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, 1, "", TOO_EARLY)),
        ("FA1 +", (1, 6, "", TOO_EARLY)),
        ("FA1\n* * 2", (2, 3, "*", "A name, a number or ( has to stand before “*”.")),
        ("FA1 SA1", (1, 5, "SA1", UNJOINED)),
        ("(FA1", (1, 5, "", "A bracket is still open. Close it with ).")),
        ("FA1)", (1, 4, ")", "This ) closes no bracket. Take it out.")),
        ("2(FA1)", (1, 2, "(", "Write * before the bracket to multiply.")),
        ("0,3*FA1", (1, 2, ",", STRAY_COMMA)),
        ("FA1 # 2", (1, 5, "#", "“#” is not used in formulas. Take it out.")),
        ("1.2.3", (1, 1, "1", "Write a number as 12 or 0.25, with at most nine digits on each side.")),
        ("bets(1, FA1)", (1, 1, "bets", "There is no function “bets”. Did you mean best?")),
        ("avg", (1, 1, "avg", "avg is a function: write avg(...).")),
        ("best(FA1, 2)", (1, 1, "best", "Write it as best(2, a, b, c).")),
        ("weighted(FA1, 1, SA1)", (1, 1, "weighted", "Write it as weighted(a, 30, b, 70).")),
        ("if(FA1, 1, 2)", (1, 1, "if", "Write it as if(a < 33, b, c).")),
        ("1 + (FA1 < 2)", (1, 3, "+", "A condition cannot be reckoned with. Use if(condition, a, b).")),
        ("FA1 and SA1", (1, 5, "and", "A condition is needed here, such as SA1 < 33.")),
        ("FA1 < 2", (1, 1, "", "The formula is only a condition. Say what comes out: if(condition, a, b).")),
    ],
)  # fmt: skip
def test_a_refusal_names_place_word_and_remedy(text: str, expected: tuple[int, int, str, str]) -> None:
    assert _refusal(text) == expected


def test_unknown_names_suggest_the_nearest() -> None:
    with pytest.raises(DomainError) as refused:
        check_names(parse("FA1 +\n SA11"), ["FA1", "SA1"])
    assert (
        str(refused.value) == "Line 2, column 2: “SA11” is no category, item or term here. Did you mean SA1?"
    )
    with pytest.raises(DomainError, match="There are: FA1, SA1"):
        check_names(parse("zzzz"), ["FA1", "SA1"])
    check_names(parse("fa1 + sa1"), ["FA1", "SA1"])


@pytest.mark.parametrize("code", ["avg", "IF", "and", "T1", "t12"])
def test_words_of_the_language_name_no_category(code: str) -> None:
    with pytest.raises(DomainError, match="Formulas use"):
        check_name(code)


def test_names_may_begin_like_words() -> None:
    assert parse("order + android + notes + iffy").names == ("order", "android", "notes", "iffy")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000 + "1" + ")" * 999,
        "-" * 1500 + "1",
        "+".join(["a"] * 900),
        "if(a<b," * 250,
        "a" * (MOST_LETTERS + 1),
        "avg(" + ",".join(["a"] * 41) + ")",
        "(-" * 90 + "1" + ")" * 90,
    ],
    ids=["brackets", "signs", "long sum", "ifs", "letters", "inputs", "mixed"],
)  # fmt: skip
def test_monsters_are_refused_in_milliseconds(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(DomainError):
        parse(text)
    assert time.perf_counter() - began < 0.05


def test_the_longest_formula_is_read_within_50_ms() -> None:
    text = "weighted(" + ", ".join(f"best(2, work{n}, FA{n}), {n}" for n in range(1, 20)) + ")"
    text += " " * (MOST_LETTERS - len(text))
    began = time.perf_counter()
    parse(text)
    assert time.perf_counter() - began < 0.05


@given(st.text(alphabet="ab1 .,()+-*/<>=%\nifovrdnt", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(DomainError, ArithmeticError):
        parse(text).evaluate({"a": Value(Decimal(50)), "b": Value(None)})


def test_every_function_shows_how_it_is_written() -> None:
    for name, function in FUNCTIONS.items():
        parse(f"if({function.usage}, 1, 2)" if function.kind == "condition" else function.usage)
        assert function.usage.startswith(f"{name}(")


# --- formulas inside totals ---


def _with(text: str, *marks: Any) -> Any:
    given_rules = rules(rule("fa1"), rule("sa1"), weighting=Weighting.FORMULA, formula=text)
    return term_total(given_rules, marks, 1)


def test_steps_say_what_each_name_is() -> None:
    lines = told(_with("fa1*25% + sa1*75%", mark(8, "fa1", maximum=10), mark(60, "sa1")))
    assert lines[-5:] == [
        "fa1 is 80",
        "sa1 is 60",
        "fa1*25% + sa1*75% is 65%",
        "Rounded once, at the end: 65%",
        "The pass mark is 33%: passed",
    ]


def test_items_are_named_by_their_code() -> None:
    assert _with("midterm + 5", mark(70, code="midterm")).percent == 75


def test_a_total_without_result_says_why() -> None:
    assert told(_with("fa1 + sa1", mark(8, "fa1")))[-3:] == [
        "sa1 has nothing to count yet",
        "fa1 + sa1 has no result: something it needs has nothing to count yet",
        "Nothing counts yet, so there is no total",
    ]
    impossible = told(_with("fa1/0", mark(8, "fa1")))
    assert impossible[-2] == "fa1/0 has no result: it divides by zero or grows too large"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("fa1 - 500", 0), ("fa1 * 9", 100), ("999999999 * 999999999 * 999999999 * 999999999", 100)],
)
def test_a_formula_ends_at_nothing_and_at_the_cap(text: str, expected: int) -> None:
    assert _with(text, mark(80, "fa1")).percent == expected
