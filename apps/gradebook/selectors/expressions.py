"""What a formula is made of once it is read, and what each part is worth for one pupil.

A number is a Decimal, a condition a bool, and None is "nothing to count yet", which whatever is reckoned with
it becomes too; only the functions over several numbers pass it by.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

Kind = Literal["number", "condition"]
Worth = Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Value:
    """What a name stands for: a percentage, the points behind it, and its items' percentages."""

    percent: Decimal | None
    earned: Decimal = Decimal(0)
    possible: Decimal = Decimal(0)
    parts: tuple[Decimal, ...] = ()


Values = Mapping[str, Value]
NOTHING: Final = Value(None)


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula; `depth` and `size` bound how far parts are nested."""

    kind: Kind
    depth: int
    size: int

    def worth(self, values: Values) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Decimal

    def worth(self, values: Values) -> Worth:
        return self.value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A category, an item or a term, by its code in any case of letters."""

    word: str
    line: int
    column: int

    def value(self, values: Values) -> Value:
        return values.get(self.word.casefold(), NOTHING)

    def worth(self, values: Values) -> Worth:
        return self.value(values).percent


@dataclass(frozen=True, slots=True)
class Minus(Node):
    inner: Node

    def worth(self, values: Values) -> Worth:
        found = self.inner.worth(values)
        return None if found is None else -found


@dataclass(frozen=True, slots=True)
class Not(Node):
    inner: Node

    def worth(self, values: Values) -> Worth:
        found = self.inner.worth(values)
        return None if found is None else not found


@dataclass(frozen=True, slots=True)
class Pair(Node):
    """Two parts and what stands between them."""

    sign: str
    left: Node
    right: Node

    def worth(self, values: Values) -> Worth:
        left, right = self.left.worth(values), self.right.worth(values)
        if left is None or right is None:
            return None
        found: Worth = SIGNS[self.sign](left, right)
        return found


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: "Function"
    inputs: tuple[Node, ...]

    def worth(self, values: Values) -> Worth:
        return self.function.work(self.inputs, values)


@dataclass(frozen=True, slots=True)
class Function:
    """`least`, `most` and `step` say how many inputs; `first` what the first has to be."""

    work: Callable[[Sequence[Node], Values], Worth]
    usage: str
    least: int = 1
    most: int = 40
    first: Literal["number", "condition", "count", "name"] = "number"
    kind: Kind = "number"
    step: int = 1


SIGNS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
    "and": lambda left, right: left and right,
    "or": lambda left, right: left or right,
}


def _numbers(inputs: Sequence[Node], values: Values) -> list[Decimal]:
    """What there is to count: of a single name its items, of several inputs each."""
    if len(inputs) == 1 and isinstance(inputs[0], Name):
        value = inputs[0].value(values)
        if value.parts:
            return list(value.parts)
    return [found for one in inputs if (found := one.worth(values)) is not None]


def _mean(numbers: Sequence[Decimal]) -> Decimal | None:
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else None


def _avg(inputs: Sequence[Node], values: Values) -> Worth:
    return _mean(_numbers(inputs, values))


def _sum(inputs: Sequence[Node], values: Values) -> Worth:
    numbers = _numbers(inputs, values)
    return sum(numbers, Decimal(0)) if numbers else None


def _min(inputs: Sequence[Node], values: Values) -> Worth:
    return min(_numbers(inputs, values), default=None)


def _max(inputs: Sequence[Node], values: Values) -> Worth:
    return max(_numbers(inputs, values), default=None)


def _count(inputs: Sequence[Node], values: Values) -> Worth:
    return Decimal(len(_numbers(inputs, values)))


def _best(inputs: Sequence[Node], values: Values) -> Worth:
    """The mean of the n best."""
    numbers = sorted(_numbers(inputs[1:], values), reverse=True)
    return _mean(numbers[: int(inputs[0].worth(values))])


def _drop(inputs: Sequence[Node], values: Values) -> Worth:
    """The mean without the n lowest; one always stays."""
    numbers = sorted(_numbers(inputs[1:], values), reverse=True)
    return _mean(numbers[: max(1, len(numbers) - int(inputs[0].worth(values)))])


def _weighted(inputs: Sequence[Node], values: Values) -> Worth:
    """Value, weight, value, weight...: the weights of what is missing go to the others."""
    pairs = [
        (value.worth(values), weight.worth(values))
        for value, weight in zip(inputs[::2], inputs[1::2], strict=True)
    ]
    known = [(value, weight) for value, weight in pairs if value is not None and weight is not None]
    if not known:
        return None
    return sum((value * weight for value, weight in known), Decimal(0)) / sum(
        (weight for _, weight in known), Decimal(0)
    )


def _if(inputs: Sequence[Node], values: Values) -> Worth:
    condition = inputs[0].worth(values)
    if condition is None:
        return None
    found: Worth = inputs[1 if condition else 2].worth(values)
    return found


def _default(inputs: Sequence[Node], values: Values) -> Worth:
    found = inputs[0].worth(values)
    return inputs[1].worth(values) if found is None else found  # type: ignore[no-any-return]  # a Worth, as above


def _points(inputs: Sequence[Node], values: Values) -> Worth:
    value = _value(inputs[0], values)
    return None if value.percent is None else value.earned


def _maximum(inputs: Sequence[Node], values: Values) -> Worth:
    value = _value(inputs[0], values)
    return None if value.percent is None else value.possible


def _marked(inputs: Sequence[Node], values: Values) -> Worth:
    return inputs[0].worth(values) is not None


def _value(node: Node, values: Values) -> Value:
    return node.value(values) if isinstance(node, Name) else NOTHING


FUNCTIONS: Final[Mapping[str, Function]] = {
    "avg": Function(_avg, "avg(a, b)"),
    "sum": Function(_sum, "sum(a, b)"),
    "min": Function(_min, "min(a, b)"),
    "max": Function(_max, "max(a, b)"),
    "best": Function(_best, "best(2, a, b, c)", least=2, first="count"),
    "drop": Function(_drop, "drop(1, a, b, c)", least=2, first="count"),
    "weighted": Function(_weighted, "weighted(a, 30, b, 70)", least=2, step=2),
    "if": Function(_if, "if(a < 33, b, c)", least=3, most=3, first="condition"),
    "default": Function(_default, "default(a, 0)", least=2, most=2),
    "marked": Function(_marked, "marked(a)", most=1, kind="condition"),
    "points": Function(_points, "points(a)", most=1, first="name"),
    "maximum": Function(_maximum, "maximum(a)", most=1, first="name"),
    "count": Function(_count, "count(a)"),
}
