"""Money in whole minor units. Parts always sum to the whole; nothing here ever meets a float."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

# ISO 4217 minor-unit digits where they are not two.
_DIGITS: Final = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


def minor_digits(currency: str) -> int:
    return _DIGITS.get(currency, 2)


@dataclass(frozen=True)
class Money:
    """`amount` counts minor units (paise, cents) of the ISO currency."""

    amount: int
    currency: str

    @classmethod
    def of(cls, value: Decimal, currency: str) -> "Money":
        """Round a decimal of major units half up, once."""
        scaled = value.scaleb(minor_digits(currency))
        return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        return f"{self.currency} {Decimal(self.amount).scaleb(-digits):,.{digits}f}"

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Share by non-negative weights, largest remainder first, so that the parts sum to the whole."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights are not negative and not all zero")
        shares = [divmod(abs(self.amount) * weight, total) for weight in weights]
        left = abs(self.amount) - sum(share for share, _ in shares)
        order = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
        extra = set(order[:left])
        sign = -1 if self.amount < 0 else 1
        return [Money(sign * (share + (i in extra)), self.currency) for i, (share, _) in enumerate(shares)]

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.amount
