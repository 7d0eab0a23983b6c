"""The language schools write formulas in: `parse(text)` reads it, nothing is ever executed.

Names are codes of categories and items, in the year's formula also T1, T2, ...; they stand for percentages.
Text, nesting and size are bounded, so reading takes milliseconds whatever is written.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _
from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args

from apps.core.errors import DomainError
from apps.gradebook.selectors.exact import EXACT
from apps.gradebook.selectors.expressions import (
    FUNCTIONS,
    Call,
    Kind,
    Minus,
    Name,
    Node,
    Not,
    Number,
    Pair,
    Value,
    Values,
)

__all__ = ["MOST_LETTERS", "Formula", "Value", "check_name", "check_names", "parse"]

MOST_LETTERS: Final = 2000
_MOST_DEPTH: Final = 80
_MOST_NODES: Final = 500
_MOST_COUNT: Final = 100

_GRAMMAR: Final = r"""
?start: either
?either: both | either OR both -> condition
?both: negation | both AND negation -> condition
?negation: comparison | NOT negation -> negation
?comparison: sum | sum COMPARE sum -> comparison
?sum: product | sum (PLUS | MINUS) product -> arithmetic
?product: sign | product (TIMES | OVER) sign -> arithmetic
?sign: atom | MINUS sign -> minus
?atom: NUMBER -> number
     | NUMBER PERCENT -> percent
     | NAME -> name
     | NAME LEFT [either (COMMA either)*] RIGHT -> call
     | LEFT either RIGHT -> inner

OR.2: /or\b/i
AND.2: /and\b/i
NOT.2: /not\b/i
NAME: /[A-Za-z][A-Za-z0-9_]*/
NUMBER: /\d{1,9}(\.\d{1,9})?(?![\d.])/
COMPARE: "<=" | ">=" | "!=" | "<>" | "≤" | "≥" | "≠" | "<" | ">" | "="
PLUS: "+"
MINUS: "-" | "−"
TIMES: "*" | "×"
OVER: "/" | "÷"
PERCENT: "%"
LEFT: "("
RIGHT: ")"
COMMA: "," | ";"
%ignore /\s+/
"""
_SIGNS: Final = {"−": "-", "×": "*", "÷": "/", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
_TERM: Final = re.compile(r"t\d+")
_WORDS: Final = frozenset({"and", "or", "not"})


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that has been read; `names` are the names in it, each once, in the order they are met."""

    text: str
    root: Node

    @property
    def uses(self) -> Iterator[Name]:
        return _names_in(self.root)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.word for one in self.uses))

    def evaluate(self, values: Values) -> Decimal | None:
        """Percent, or None where something needed has nothing to count. ArithmeticError: it has no result."""
        with localcontext(EXACT):
            found: Decimal | None = self.root.worth(values)
            return found


@lru_cache(maxsize=512)
def parse(text: str, field: str = "formula") -> Formula:
    """Read a formula; DomainError FORMULA_INVALID says line, column, the word at fault and the remedy."""
    try:
        return _read(text)
    except DomainError as fault:
        fault.field = field
        raise


def _read(text: str) -> Formula:
    if len(text) > MOST_LETTERS:
        raise _fault(1, 1, "", _("The formula has more than {most} letters.").format(most=MOST_LETTERS))
    try:
        root: Any = _PARSER.parse(text)
    except UnexpectedInput as unexpected:
        raise _unexpected(text, unexpected) from None
    if root.kind != "number":
        raise _fault(1, 1, "", _("The formula is only a condition. Say what comes out: if(condition, a, b)."))
    return Formula(text, root)


def check_names(formula: Formula, known: Iterable[str], field: str = "formula") -> None:
    """Refuse a name that is not among the known codes, and suggest the nearest."""
    codes = {code.casefold(): code for code in known}
    for use in formula.uses:
        if use.word.casefold() not in codes:
            what = _("“{word}” is no category, item or term here.").format(word=use.word)
            remedy = _suggestion(use.word, codes.values())
            raise _fault(use.line, use.column, use.word, f"{what} {remedy}", field)


def check_name(code: str, field: str = "code") -> None:
    """Refuse a code the language needs itself: a function, a word, a term."""
    name = code.casefold()
    if name in FUNCTIONS or name in _WORDS or _TERM.fullmatch(name):
        raise DomainError(
            "FORMULA_NAME_RESERVED",
            _("Formulas use “{code}” themselves. Choose another name.").format(code=code),
            field,
        )


@v_args(inline=True)
class _Reader(Transformer[Token, Any]):
    """Builds the parts from the inside out while the text is read, and refuses what cannot be meant."""

    def number(self, token: Token) -> Node:
        return Number("number", 1, 1, Decimal(token))

    def percent(self, token: Token, _sign: Token) -> Node:
        return Number("number", 1, 1, Decimal(token) / 100)

    def name(self, token: Token) -> Node:
        if token.casefold() in FUNCTIONS:
            remedy = _("{function} is a function: write {function}(...).").format(function=token)
            raise _at(token, remedy)
        return Name("number", 1, 1, str(token), *_place(token))

    def inner(self, left: Token, node: Node, _right: Token) -> Node:
        _bounded(left, node)
        return node

    def minus(self, sign: Token, inner: Node) -> Node:
        _needs(sign, "number", inner)
        return Minus("number", *_bounded(sign, inner), inner)

    def negation(self, word: Token, inner: Node) -> Node:
        _needs(word, "condition", inner)
        return Not("condition", *_bounded(word, inner), inner)

    def arithmetic(self, left: Node, sign: Token, right: Node) -> Node:
        return _pair("number", "number", left, sign, right)

    def comparison(self, left: Node, sign: Token, right: Node) -> Node:
        return _pair("condition", "number", left, sign, right)

    def condition(self, left: Node, word: Token, right: Node) -> Node:
        return _pair("condition", "condition", left, word, right)

    def call(self, word: Token, *rest: Any) -> Node:
        inputs = tuple(one for one in rest if isinstance(one, Node))
        function = FUNCTIONS.get(word.casefold())
        if function is None:
            what = _("There is no function “{word}”.").format(word=word)
            raise _at(word, f"{what} {_suggestion(word, FUNCTIONS)}")
        _check_inputs(word, inputs)
        return Call(function.kind, *_bounded(word, *inputs), function, inputs)


def _pair(kind: Kind, needed: Kind, left: Node, sign: Token, right: Node) -> Node:
    _needs(sign, needed, left, right)
    word = sign.casefold()
    return Pair(kind, *_bounded(sign, left, right), _SIGNS.get(word, word), left, right)


def _check_inputs(word: Token, inputs: tuple[Node, ...]) -> None:
    function = FUNCTIONS[word.casefold()]
    if not function.least <= len(inputs) <= function.most or len(inputs) % function.step:
        raise _at(word, _("Write it as {usage}.").format(usage=function.usage))
    first = inputs[0]
    is_right = {
        "number": first.kind == "number",
        "condition": first.kind == "condition",
        "name": isinstance(first, Name),
        "count": isinstance(first, Number) and first.value in range(1, _MOST_COUNT + 1),
    }[function.first]
    if not is_right:
        raise _at(word, _("Write it as {usage}.").format(usage=function.usage))
    _needs(word, "number", *inputs[1:])


def _needs(token: Token, kind: Kind, *nodes: Node) -> None:
    if all(node.kind == kind for node in nodes):
        return
    if kind == "number":
        raise _at(token, _("A condition cannot be reckoned with. Use if(condition, a, b)."))
    raise _at(token, _("A condition is needed here, such as SA1 < 33."))


def _bounded(token: Token, *inner: Node) -> tuple[int, int]:
    depth = 1 + max((one.depth for one in inner), default=0)
    size = 1 + sum(one.size for one in inner)
    if depth > _MOST_DEPTH or size > _MOST_NODES:
        raise _at(token, _("The formula is nested too deeply or too long. Make it simpler."))
    return depth, size


def _names_in(node: Node) -> Iterator[Name]:
    match node:
        case Name():
            yield node
        case Minus(inner=inner) | Not(inner=inner):
            yield from _names_in(inner)
        case Pair(left=left, right=right):
            yield from _names_in(left)
            yield from _names_in(right)
        case Call(inputs=inputs):
            for one in inputs:
                yield from _names_in(one)


def _unexpected(text: str, fault: UnexpectedInput) -> DomainError:
    """What the parser met, told as what to do about it."""
    if isinstance(fault, UnexpectedCharacters):
        remedy = _("“{word}” is not used in formulas. Take it out.").format(word=fault.char)
        if fault.char.isdigit():
            remedy = _("Write a number as 12 or 0.25, with at most nine digits on each side.")
        return _fault(fault.line, fault.column, fault.char, remedy)
    token: Any = getattr(fault, "token", "")
    wanted: set[str] = getattr(fault, "accepts", None) or set()
    if getattr(token, "type", "$END") == "$END":
        lines = text.splitlines() or [""]
        return _fault(len(lines), len(lines[-1]) + 1, "", _at_end(wanted))
    return _fault(fault.line, fault.column, str(token), _in_between(token, wanted))


def _at_end(wanted: set[str]) -> str:
    if "RIGHT" in wanted:
        return _("A bracket is still open. Close it with ).")
    return _("The formula ends too early. A name, a number or ( is missing at its end.")


def _in_between(token: Token, wanted: set[str]) -> str:
    found = {"word": token}
    if "NUMBER" in wanted:
        return _("A name, a number or ( has to stand before “{word}”.").format(**found)
    if token.type == "RIGHT":
        return _("This ) closes no bracket. Take it out.")
    if token.type == "COMMA":
        return _("Commas stand only between the inputs of a function. A decimal is written 0.3.")
    if token.type == "LEFT":
        return _("Write * before the bracket to multiply.")
    return _("Something has to join “{word}” to what is before it: + - * / < > = and, or.").format(**found)


def _suggestion(word: str, known: Iterable[str]) -> str:
    """The nearest name, or the names there are."""
    names = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), names, n=1, cutoff=0.5)
    if near:
        return _("Did you mean {name}?").format(name=names[near[0]])
    if not names:
        return _("Add categories first.")
    return _("There are: {names}.").format(names=", ".join(list(names.values())[:20]))


def _at(token: Token, remedy: str) -> DomainError:
    return _fault(*_place(token), str(token), remedy)


def _place(token: Token) -> tuple[int, int]:
    return token.line or 1, token.column or 1


def _fault(line: int, column: int, word: str, remedy: str, field: str = "formula") -> DomainError:
    message = _("Line {line}, column {column}: {remedy}").format(line=line, column=column, remedy=remedy)
    values = {"line": line, "column": column, "word": word}
    return DomainError("FORMULA_INVALID", message, field, values=values)


# An LALR parser with the reader inside: no tree of its own, no recursion, one pass.
_PARSER: Final = Lark(_GRAMMAR, parser="lalr", transformer=_Reader(), maybe_placeholders=False)
