"""Half-open stretches of days: the end is the first day that is no longer inside."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Period:
    """Days from `begin` up to, not including, `end`; `end=None` has no last day."""

    begin: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.begin:
            raise ValueError("a period ends after it begins")

    def __contains__(self, day: date) -> bool:
        return self.begin <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        return (self.end is None or other.begin < self.end) and (other.end is None or self.begin < other.end)

    def within(self, other: "Period") -> bool:
        ends_inside = other.end is None or (self.end is not None and self.end <= other.end)
        return other.begin <= self.begin and ends_inside

    @property
    def last_day(self) -> date | None:
        """The day people see as the end."""
        return None if self.end is None else self.end - timedelta(days=1)
