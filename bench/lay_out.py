"""How long a term of lessons takes to lay out: 40 classes with 35 lessons a week over 17 weeks, 23,800 rows.

    python bench/lay_out.py [--classes 40] [--weeks 17]

Makes the weekly plan of a campus, lays it out, and lays it out again (nothing is left to do). Uses the
database of the environment and leaves a school named "bench-..." behind.
"""

import argparse
import logging
import os
import sys
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LESSONS, DAYS = 7, 5
YEAR = (date(2026, 4, 1), date(2027, 4, 1))
MONDAY = date(2026, 4, 6)


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--classes", type=int, default=40)
    parser.add_argument("--weeks", type=int, default=17)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.settings")
    import django

    django.setup()
    campus = plan_of(asked.classes)
    for again in ("", " again"):
        made, took = laid_out(campus, asked.weeks)
        print(f"{made:,} lessons laid out{again}: {took:.1f} s")


def laid_out(campus: Any, weeks: int) -> tuple[int, float]:
    from apps.core.policy import Actor
    from apps.timetable import services

    actor = Actor(user_id=uuid.uuid4(), school_id=campus.school_id, today=MONDAY)
    began = time.perf_counter()
    found = services.lay_out(
        actor=actor,
        campus=campus,
        begin=MONDAY,
        end=MONDAY + timedelta(weeks=weeks),
        now=datetime.now(tz=UTC),
    )
    return found.created, time.perf_counter() - began


def plan_of(classes: int) -> Any:
    """A campus whose every class has a room of its own, and a teacher who moves on each lesson."""
    from apps.academics.models import AcademicSession, Section, StaffMember
    from apps.accounts.models import Campus, School
    from apps.facilities.models import Building, Room
    from apps.timetable.models import BellSchedule, ClassPeriod, MeetingPattern

    tag = uuid.uuid4().hex[:8]
    school = School.objects.create(name=f"bench-{tag}", code=f"bench-{tag}")
    mine: dict[str, Any] = {"school": school}
    campus = Campus.objects.create(**mine, name="Campus", code="c")
    here = {**mine, "campus": campus}
    year = AcademicSession.objects.create(
        **mine, kind="school_year", name="Year", code="Y", begin_date=YEAR[0], end_date=YEAR[1]
    )
    bells = BellSchedule.objects.create(**here, name="Bells")
    periods = [
        ClassPeriod(**mine, bell_schedule=bells, name=f"{n + 1}", code=f"{n + 1}", begin_time=clock(8 + n),
            end_time=clock(8 + n, 45))
        for n in range(LESSONS)
    ]  # fmt: skip
    building = Building.objects.create(**here, name="House", code="H")
    numbers = range(classes)
    rooms = [Room(**here, building=building, name=f"R{n}", code=f"R{n}") for n in numbers]
    staff = [StaffMember(**here, given_name=f"Teacher{n}", employee_id=f"E{n}") for n in numbers]
    sections = [Section(**here, session=year, kind="homeroom", name=f"H{n}", code=f"H{n}") for n in numbers]
    made: tuple[list[Any], ...] = (periods, rooms, staff, sections)
    for rows in made:
        type(rows[0])._base_manager.bulk_create(rows)
    MeetingPattern.objects.bulk_create(
        MeetingPattern(
            **mine, section=sections[n], weekday=day + 1, period=periods[lesson],
            teacher=staff[(n + lesson) % classes], room=rooms[n], begin_date=YEAR[0],
        )
        for n in numbers
        for day in range(DAYS)
        for lesson in range(LESSONS)
    )  # fmt: skip
    return campus


if __name__ == "__main__":
    main()
