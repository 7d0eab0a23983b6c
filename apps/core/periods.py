"""Half-open stretches of days: the end is the first day that is no longer inside."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Period:
    """Days from `begin` up to, not including, `end`; `end=None` has no last day.

    With `end == begin` it is empty: a place that was given back before its first day.
    """

    begin: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.begin:
            raise ValueError("a period ends no earlier than it begins")

    def __contains__(self, day: date) -> bool:
        return self.begin <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day lies in both; an empty period shares none."""
        if self.is_empty or other.is_empty:
            return False
        return (self.end is None or other.begin < self.end) and (other.end is None or self.begin < other.end)

    def within(self, other: "Period") -> bool:
        ends_inside = other.end is None or (self.end is not None and self.end <= other.end)
        return other.begin <= self.begin and ends_inside

    @property
    def is_empty(self) -> bool:
        return self.end == self.begin

    @property
    def last_day(self) -> date | None:
        """The day people see as the end; there is none when the period is open, or empty."""
        return None if self.end is None or self.is_empty else self.end - timedelta(days=1)
