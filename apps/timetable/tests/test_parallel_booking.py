"""Two hundred people book one room for one lesson; one gets it."""

import threading
import time as clock
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

from apps.academics.tests.factories import SectionFactory
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, actor_with
from apps.core.errors import Conflict
from apps.facilities.models import Room
from apps.timetable import services
from apps.timetable.models import Meeting
from apps.timetable.tests.factories import MONDAY

T = TypeVar("T")
PEOPLE = 200
ROOM_FREE = "timetable_meeting_room_free"


class Hall:
    """A room everybody wants, and sections that want it."""

    def __init__(self, *, sections: int) -> None:
        campus = CampusFactory.create()
        self.admin = actor_with(Role.SCHOOL_ADMIN, school=campus.school)
        self.room = Room.objects.create(school=campus.school, campus=campus, name="Hall", code="hall")
        first = SectionFactory.create(school=campus.school, campus=campus)
        shared = {"school": campus.school, "campus": campus, "session": first.session, "course": first.course}
        self.sections = [first, *(SectionFactory.create(**shared) for _ in range(sections - 1))]

    def book(self, section: Any) -> str:
        times: dict[str, Any] = {"date": MONDAY, "begin_time": time(9), "end_time": time(10)}
        try:
            services.book_meeting(actor=self.admin, section=section, room=self.room, **times)
        except Conflict as refused:
            return refused.code
        return "booked"


def closing(work: Callable[..., T], *args: Any) -> T:
    try:
        return work(*args)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_one_of_two_hundred_gets_the_room() -> None:
    hall = Hall(sections=PEOPLE)
    start = threading.Barrier(PEOPLE)

    def book(section: Any) -> tuple[str, float]:
        connection.ensure_connection()
        start.wait()
        began = clock.monotonic()
        return hall.book(section), clock.monotonic() - began

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(lambda section: closing(book, section), hall.sections))
    assert Counter(answer for answer, _ in answers) == {"booked": 1, "OVERLAP": PEOPLE - 1}
    assert Meeting.objects.count() == 1


def book_two(hall: Hall) -> list[str]:
    """The second asks while the first has written but not committed, so neither sees the other."""
    first, second = hall.sections
    wrote, asked = threading.Event(), threading.Event()

    def hold() -> str:
        with transaction.atomic():
            answer = hall.book(first)
            wrote.set()
            asked.wait(5)
            clock.sleep(0.3)
        return answer

    def follow() -> str:
        wrote.wait(5)
        asked.set()
        return hall.book(second)

    with ThreadPoolExecutor(2) as pool:
        return [one.result() for one in (pool.submit(closing, hold), pool.submit(closing, follow))]


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_waits_and_is_refused() -> None:
    assert book_two(Hall(sections=2)) == ["booked", "OVERLAP"]


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_both_get_the_room() -> None:
    constraint = next(one for one in Meeting._meta.constraints if one.name == ROOM_FREE)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Meeting, constraint)
        # Another of that name, which forbids nothing, since the services settle it by name.
        editor.execute(
            f"ALTER TABLE timetable_meeting ADD CONSTRAINT {ROOM_FREE}"
            " EXCLUDE USING gist (uuidrange(id, id, '[]') WITH &&) DEFERRABLE INITIALLY DEFERRED"
        )
    try:
        assert book_two(Hall(sections=2)) == ["booked", "booked"]
    finally:
        Meeting.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.remove_constraint(Meeting, constraint)
            editor.add_constraint(Meeting, constraint)
