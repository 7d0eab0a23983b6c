"""A weekly plan without clashes.

Lessons are edges between homerooms and teachers, slots are colours: a bipartite graph needs no more colours
than its busiest vertex has edges (König), so a plan always exists. Swaps then spread subjects over the week.
"""

import random
from collections import Counter
from dataclasses import dataclass

from apps.portals.demo.made import Homeroom, Lesson, Made, Teacher
from apps.portals.demo.plan import WEEK, CampusPlan, Slot

LABS = {
    "PHY": ("LAB1", "LAB2"), "CHE": ("LAB2", "LAB1"), "BIO": ("LAB1", "LAB2"), "SCI": ("LAB1", "LAB2"),
    "COM": ("COMP",), "ART": ("ART",), "MUS": ("MUS",), "PE": ("FIELD",),
}  # fmt: skip
SWEEPS = 6


@dataclass
class _Edge:
    """A lesson looking for its slot."""

    homeroom: int
    teacher: int
    subject: str
    slot: int = -1


class Grid:
    """Who is where in which slot, seen from homerooms and from teachers."""

    def __init__(self, homerooms: int, teachers: int, slots: int) -> None:
        self.slots = slots
        self.at_home: list[list[_Edge | None]] = [[None] * slots for _ in range(homerooms)]
        self.at_desk: list[list[_Edge | None]] = [[None] * slots for _ in range(teachers)]

    def place(self, edge: _Edge, rng: random.Random) -> None:
        home, desk = self.at_home[edge.homeroom], self.at_desk[edge.teacher]
        free_home = [n for n in range(self.slots) if home[n] is None]
        free_desk = [n for n in range(self.slots) if desk[n] is None]
        both = [n for n in free_home if desk[n] is None]
        if both:
            self.put(edge, rng.choice(both))
            return
        wanted, other = rng.choice(free_home), rng.choice(free_desk)
        self._flip(edge.teacher, wanted, other)
        self.put(edge, wanted)

    def put(self, edge: _Edge, slot: int) -> None:
        edge.slot = slot
        self.at_home[edge.homeroom][slot] = self.at_desk[edge.teacher][slot] = edge

    def _flip(self, teacher: int, wanted: int, other: int) -> None:
        """Swap both slots along the path that starts at the teacher, so that `wanted` falls free there."""
        path: list[_Edge] = []
        edge, slot, at_teacher = self.at_desk[teacher][wanted], wanted, True
        while edge is not None:
            path.append(edge)
            slot = other if slot == wanted else wanted
            at_teacher = not at_teacher
            edge = self.at_desk[edge.teacher][slot] if at_teacher else self.at_home[edge.homeroom][slot]
        for edge in path:
            self.at_home[edge.homeroom][edge.slot] = self.at_desk[edge.teacher][edge.slot] = None
        for edge in path:
            self.put(edge, other if edge.slot == wanted else wanted)


def make_weekly_plan(made: Made) -> None:
    for campus in made.plan.campuses:
        made.lessons += _plan_campus(made, campus)
        _give_rooms(made, campus)


def _plan_campus(made: Made, campus: CampusPlan) -> list[Lesson]:
    homerooms = made.homerooms_of(campus)
    teachers = [one for one in made.teachers if one.campus is campus]
    number = {id(one): n for n, one in enumerate(homerooms)}
    edges = [
        _Edge(number[id(room)], n, subject)
        for n, teacher in enumerate(teachers)
        for room, subject, count in teacher.lessons
        for _ in range(count)
    ]
    made.rng.shuffle(edges)
    grid = Grid(len(homerooms), len(teachers), len(WEEK))
    for edge in edges:
        grid.place(edge, made.rng)
    for _ in range(SWEEPS):
        for homeroom in range(len(homerooms)):
            _spread(grid, homeroom, made.rng)
    return [_lesson(edge, homerooms, teachers) for edge in edges]


def _lesson(edge: _Edge, homerooms: list[Homeroom], teachers: list[Teacher]) -> Lesson:
    return Lesson(homerooms[edge.homeroom], edge.subject, teachers[edge.teacher], WEEK[edge.slot])


def _spread(grid: Grid, homeroom: int, rng: random.Random) -> None:
    """Swap lessons of one homeroom between days while that leaves fewer of a subject on one day."""
    row = grid.at_home[homeroom]
    slots = list(range(grid.slots))
    rng.shuffle(slots)
    for first in slots:
        edge = row[first]
        if edge is None or _crowd(row, edge.subject, WEEK[first]) <= _most(row, edge.subject):
            continue
        for second in slots:
            if WEEK[second].weekday != WEEK[first].weekday and _swap_helps(grid, row, first, second):
                _swap(grid, row, first, second)
                break


def _swap_helps(grid: Grid, row: list[_Edge | None], first: int, second: int) -> bool:
    one, two = row[first], row[second]
    if one is None or two is None or one.subject == two.subject:
        return False
    if one.teacher != two.teacher and (
        grid.at_desk[one.teacher][second] is not None or grid.at_desk[two.teacher][first] is not None
    ):
        return False
    arriving = _crowd(row, one.subject, WEEK[second]) + 1 <= _most(row, one.subject)
    leaving = _crowd(row, two.subject, WEEK[first]) + 1 <= _most(row, two.subject)
    return arriving and leaving


def _swap(grid: Grid, row: list[_Edge | None], first: int, second: int) -> None:
    one, two = row[first], row[second]
    if one is None or two is None:
        return
    grid.at_desk[one.teacher][first] = grid.at_desk[two.teacher][second] = None
    grid.put(one, second)
    grid.put(two, first)


def _crowd(row: list[_Edge | None], subject: str, slot: Slot) -> int:
    return sum(
        1
        for n, edge in enumerate(row)
        if edge and edge.subject == subject and WEEK[n].weekday == slot.weekday
    )


def _most(row: list[_Edge | None], subject: str) -> int:
    """A subject of eight lessons a week may come twice a day, one of six once."""
    return -(-sum(1 for edge in row if edge and edge.subject == subject) // 6)


def _give_rooms(made: Made, campus: CampusPlan) -> None:
    """A laboratory or field when it is free at that time, else the homeroom's own room."""
    taken: Counter[tuple[Slot, str]] = Counter()
    rooms = made.rooms[campus.code]
    for lesson in made.lessons:
        if lesson.homeroom.campus is not campus:
            continue
        free = [code for code in LABS.get(lesson.subject, ()) if not taken[lesson.slot, code]]
        lesson.room = rooms[free[0]] if free else lesson.homeroom.room
        if free:
            taken[lesson.slot, free[0]] += 1
