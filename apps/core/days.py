"""The days a school can mean. Beyond them a slip of the keyboard would overflow the arithmetic of dates."""

from datetime import date
from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
# For every field of a form or a body in which somebody gives a day.
WITHIN_REASON: Final = (MinValueValidator(EARLIEST), MaxValueValidator(LATEST))


def is_within_reason(day: date) -> bool:
    return EARLIEST <= day <= LATEST
