"""Numbers that lose nothing on the way, are bounded, and are rounded once."""

from collections.abc import Mapping
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Final

from apps.gradebook.models import Rounding

# Far more digits than a mark has, few enough that no formula keeps a processor busy.
EXACT: Final = Context(prec=50, Emax=100, Emin=-100, traps=[DivisionByZero, InvalidOperation, Overflow])

_MODES: Final[Mapping[str, str]] = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.UP: ROUND_CEILING,
    Rounding.DOWN: ROUND_FLOOR,
}
_GRAIN: Final = Decimal("1E-20")
_HUNDRED: Final = Decimal(100)


def snapped(value: Decimal) -> Decimal:
    """Three thirds are one: what division left behind after the twentieth decimal is taken off."""
    return value.quantize(_GRAIN, context=EXACT)


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    return _HUNDRED * part / whole


def rounded(value: Decimal, decimals: int, rounding: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), _MODES[rounding], context=EXACT)
