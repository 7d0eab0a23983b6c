"""How large a demo school is and what it teaches; one generator makes them all."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final


@dataclass(frozen=True)
class CampusPlan:
    """`letters` are the homerooms of each grade. `by_lesson` is how registers are taken there."""

    code: str
    name: str
    grades: range
    letters: str
    address: str
    phone: str
    by_lesson: bool = True


@dataclass(frozen=True)
class Plan:
    """A school to make. In a small one a teacher teaches whatever is needed.

    `days` are the school days with registers; meetings are laid out to the end of the term, but no more than
    `days_ahead`.
    """

    code: str
    name: str
    domain: str
    seed: int
    campuses: tuple[CampusPlan, ...]
    homeroom_size: int = 30
    staff: int = 70
    days: int = 60
    people: tuple[str, ...] = ()
    is_small: bool = False
    days_ahead: int = 366

    @property
    def pupils(self) -> int:
        return sum(len(one.grades) * len(one.letters) for one in self.campuses) * self.homeroom_size


EVERYBODY: Final = ("admin", "principal", "registrar", "accountant", "teacher", "student", "guardian")
SPRINGDALE: Final = Plan(
    code="springdale",
    name="Springdale Public School",
    domain="springdale.test",
    seed=24,
    campuses=(
        CampusPlan(
            "main", "Main Campus", range(1, 13), "AB", "12 Lotus Avenue, Pune 411001", "+91 20 5550 0100"
        ),
        CampusPlan(
            "lakeside",
            "Lakeside Campus",
            range(1, 9),
            "AB",
            "3 Lake Road, Pune 411021",
            "+91 20 5550 0200",
            by_lesson=False,
        ),
    ),
    people=EVERYBODY,
)
OTHERSIDE: Final = Plan(
    code="otherside",
    name="Otherside School",
    domain="otherside.test",
    seed=7,
    campuses=(
        CampusPlan(
            "town", "Town House", range(5, 8), "A", "1 Hill View Road, Nashik 422001", "+91 253 555 0100"
        ),
    ),
    homeroom_size=16,
    staff=11,
    is_small=True,
    days=20,
    people=("admin",),
)

# (subject code, lessons a week): 39 lessons, seven on weekdays and four on Saturday.
Week = tuple[tuple[str, int], ...]
PRIMARY: Final[Week] = (
    ("ENG", 8), ("HIN", 7), ("MAT", 8), ("EVS", 6), ("ART", 3), ("MUS", 2), ("PE", 3), ("COM", 2),
)  # fmt: skip
MIDDLE: Final[Week] = (
    ("ENG", 6), ("HIN", 5), ("MAT", 7), ("SCI", 7), ("SST", 6), ("SAN", 3), ("COM", 2), ("ART", 1), ("PE", 2),
)  # fmt: skip
SECONDARY: Final[Week] = (
    ("ENG", 6), ("HIN", 5), ("MAT", 8), ("SCI", 8), ("SST", 7), ("COM", 3), ("PE", 2),
)  # fmt: skip
SCIENCE: Final[Week] = (("ENG", 6), ("PHY", 8), ("CHE", 8), ("MAT", 8), ("BIO", 7), ("PE", 2))
COMMERCE: Final[Week] = (("ENG", 6), ("ACC", 8), ("BST", 8), ("ECO", 8), ("MAT", 7), ("PE", 2))

SUBJECTS: Final = {
    "ENG": ("English", "Languages"), "HIN": ("Hindi", "Languages"), "SAN": ("Sanskrit", "Languages"),
    "MAT": ("Mathematics", "Mathematics"), "EVS": ("Environmental Studies", "Sciences"),
    "SCI": ("Science", "Sciences"), "PHY": ("Physics", "Sciences"), "CHE": ("Chemistry", "Sciences"),
    "BIO": ("Biology", "Sciences"), "SST": ("Social Science", "Humanities"), "ECO": ("Economics", "Commerce"),
    "ACC": ("Accountancy", "Commerce"), "BST": ("Business Studies", "Commerce"),
    "COM": ("Computer Science", "Computing"), "ART": ("Art", "Arts"), "MUS": ("Music", "Arts"),
    "PE": ("Physical Education", "Sports"),
}  # fmt: skip
# What a class teacher of the primary grades teaches alone.
CLASS_TEACHER: Final = ("ENG", "MAT", "EVS")
PROGRAMS: Final = (
    ("PRI", "Primary", range(1, 6), PRIMARY),
    ("MID", "Middle", range(6, 9), MIDDLE),
    ("SEC", "Secondary", range(9, 11), SECONDARY),
    ("SCI", "Senior Secondary, Science", range(11, 13), SCIENCE),
    ("COM", "Senior Secondary, Commerce", range(11, 13), COMMERCE),
)
MOST_LESSONS: Final = 30  # a week, for one teacher


@dataclass(frozen=True)
class Slot:
    """A place in the week: ISO weekday and the number of the lesson."""

    weekday: int
    number: int


WEEK: Final = tuple(Slot(day, n) for day in range(1, 7) for n in range(1, 5 if day == 6 else 8))
BELLS: Final = (
    (1, "08:00", "08:40"), (2, "08:45", "09:25"), (3, "09:30", "10:10"), (4, "10:30", "11:10"),
    (5, "11:15", "11:55"), (6, "12:40", "13:20"), (7, "13:25", "14:05"),
)  # fmt: skip
BREAKS: Final = (("break", "Short break", "10:10", "10:30"), ("lunch", "Lunch", "11:55", "12:40"))


@dataclass(frozen=True)
class Year:
    """The school year that `today` lies in, far enough from both ends to be lively."""

    begin: date
    middle: date
    end: date
    holidays: dict[date, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.begin.year}-{self.end.year % 100:02}" if self.begin.month > 1 else str(self.begin.year)

    def is_open(self, day: date, today: date) -> bool:
        """Monday to Saturday but holidays; today always, so that the demo is never asleep."""
        return day == today or (day.isoweekday() < 7 and day not in self.holidays)

    def school_days(self, today: date, count: int) -> list[date]:
        """The last `count` school days up to and with today, the earliest first."""
        days = [today]
        while len(days) < count and days[-1] > self.begin:
            before = days[-1] - timedelta(days=1)
            while not self.is_open(before, today) and before > self.begin:
                before -= timedelta(days=1)
            days.append(before)
        return days[::-1]


def year_of(today: date) -> Year:
    """April to March where today allows; otherwise from June or January, as other boards have it."""
    starts = [date(year, month, 1) for month in (4, 6, 1) for year in (today.year, today.year - 1)]
    begin = next(one for one in starts if 100 <= (today - one).days <= 320)
    end = begin.replace(year=begin.year + 1)
    middle = months_later(begin, 6)
    return Year(begin, middle, end, _holidays(begin, end))


def months_later(day: date, months: int) -> date:
    index = day.month - 1 + months
    return day.replace(year=day.year + index // 12, month=index % 12 + 1)


def _holidays(begin: date, end: date) -> dict[date, str]:
    fixed = {
        (1, 26): "Republic Day", (5, 1): "Labour Day", (8, 15): "Independence Day",
        (10, 2): "Gandhi Jayanti", (12, 25): "Christmas",
    }  # fmt: skip
    days = [begin + timedelta(days=n) for n in range((end - begin).days)]
    named = {day: fixed[day.month, day.day] for day in days if (day.month, day.day) in fixed}
    autumn = {day: "Autumn break" for day in days if day.month == 10 and 19 <= day.day <= 24}
    return {**autumn, **named}
