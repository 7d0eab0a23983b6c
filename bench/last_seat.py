"""How long 200 people wait for the answer when all ask for the last seat of a section at the same moment.

    python bench/last_seat.py [--crowd 200] [--rounds 3]

Two ways: everybody but one is refused, and everybody but one goes on the waiting list. Prints the median and
the slowest answer, what came out, and how busy the machine was: the goal of 2 s is meant on one that does
nothing else. Uses the database of the environment and leaves a school named "bench-..." behind.
"""

import argparse
import logging
import os
import statistics
import sys
import threading
import time
import uuid
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 6, 15)


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crowd", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.settings")
    # A connection for each, as a pool in front of the database gives them.
    os.environ.setdefault("DATABASE_POOL", str(asked.crowd + 10))
    import django

    django.setup()
    for waits in (False, True):
        for _ in range(asked.rounds):
            _round(asked.crowd, waits=waits)


def _round(crowd: int, *, waits: bool) -> None:
    from apps.academics.services import enroll, enroll_or_wait

    actor, section, students, others = _school(crowd)
    barrier = threading.Barrier(crowd)
    told: Counter[str] = Counter()
    seconds: list[float] = []

    def ask(student: Any) -> None:
        from django.db import connection

        _warm_up(actor, student, others)
        barrier.wait()
        begun = time.perf_counter()
        told[_answer(enroll_or_wait if waits else enroll, actor, student, section)] += 1
        seconds.append(time.perf_counter() - begun)
        connection.close()

    threads = [threading.Thread(target=ask, args=(student,)) for student in students]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    way = "waiting list" if waits else "refused"
    middle, slowest, load = statistics.median(seconds), max(seconds), os.getloadavg()[0]
    times = f"median {middle:.2f} s, slowest {slowest:.2f} s"
    print(f"{way:12} {crowd} at once: {times}, load {load:.1f}, {dict(told)}")


def _answer(verb: Any, actor: Any, student: Any, section: Any) -> str:
    from apps.core.errors import DomainError

    try:
        return type(verb(actor=actor, student=student, section=section, begin_date=DAY)).__name__
    except DomainError as refusal:
        return refusal.code


def _warm_up(actor: Any, student: Any, sections: list[Any]) -> None:
    """Open the connection and let its backend read the catalogue. Nothing is kept."""
    from django.db import transaction

    from apps.academics.services import enroll_or_wait

    with transaction.atomic():
        for section in sections:
            enroll_or_wait(actor=actor, student=student, section=section, begin_date=DAY)
        transaction.set_rollback(True)


def _school(crowd: int) -> tuple[Any, Any, list[Any], list[Any]]:
    """A registrar, the section with one seat, the pupils, and a full and an empty section to warm up with."""
    from apps.academics.models import AcademicSession, Course, Section, Student
    from apps.accounts.models import Campus, Role, School
    from apps.core.policy import Actor

    tag = uuid.uuid4().hex[:8]
    school = School.objects.create(name=f"bench-{tag}", code=f"bench-{tag}")
    campus = Campus.objects.create(school=school, name="Campus", code="c", features={"waiting_list": True})
    year = AcademicSession.objects.create(
        school=school,
        kind="school_year",
        name="Year",
        code="Y",
        begin_date=date(2026, 4, 1),
        end_date=date(2027, 4, 1),
    )

    def section(code: str, capacity: int) -> Any:
        course = Course.objects.create(school=school, name=f"Course {code}", code=code)
        row = Section.objects.create(
            school=school,
            campus=campus,
            session=year,
            course=course,
            name=code,
            code=code,
            capacity=capacity,
        )
        return Section.objects.select_related("campus", "session", "course").get(pk=row.pk)

    students = Student.objects.bulk_create(
        [
            Student(school=school, campus=campus, given_name=f"Pupil {n}", admission_number=f"B{n}")
            for n in range(crowd)
        ]
    )
    actor = Actor(user_id=uuid.uuid4(), school_id=school.pk, today=DAY, roles={Role.REGISTRAR: None})
    return actor, section("seat", 1), students, [section("full", 0), section("open", crowd)]


if __name__ == "__main__":
    main()
