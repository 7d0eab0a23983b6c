"""How fast the list of 1,200 pupils answers, with every check on: `python bench/roster.py [pupils] [rounds]`.

Makes a school in one transaction that is rolled back at the end; prints the median server time and the number
of queries of the page, its htmx part, a search, a sorted page of 100, and the API list.
"""

import logging
import os
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from apps.academics import models
from apps.accounts.models import Campus, Role, RoleAssignment, School, User

HOMEROOM_SIZE = 35
LIMIT_MS = 100


def main(pupils: int, rounds: int) -> int:
    settings.ALLOWED_HOSTS = ["*"]
    logging.disable(logging.WARNING)
    # Collected files are looked up by name; nothing was collected here.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    with transaction.atomic():
        client = _school(pupils)
        slowest = 0.0
        for name, url, headers in (
            ("page", "/academics/students/", {}),
            ("htmx part", "/academics/students/?page=3", {"HX-Request": "true"}),
            ("search", "/academics/students/?q=asha%2011", {}),
            ("filter and sort", "/academics/students/?sort=-admission_number&per=100", {}),
            ("API list", "/api/v1/students?per_page=50&expand=guardians", {}),
        ):
            median, worst, queries = _measure(client, url, headers, rounds)
            slowest = max(slowest, median)
            print(f"{name:16} median {median:6.1f} ms   worst {worst:6.1f} ms   {queries} queries")
        transaction.set_rollback(True)
    print(f"{pupils} pupils, {rounds} rounds: {'within' if slowest < LIMIT_MS else 'ABOVE'} {LIMIT_MS} ms")
    return int(slowest >= LIMIT_MS)


def _measure(client: Client, url: str, headers: dict[str, str], rounds: int) -> tuple[float, float, int]:
    counted: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        counted.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        response = client.get(url, headers=headers)
    if response.status_code != 200:
        raise SystemExit(f"{url} answers {response.status_code}")
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        client.get(url, headers=headers)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), max(taken), len(counted)


def _school(pupils: int) -> Client:
    today = date.today()  # noqa: DTZ011  # any day will do
    school = School.objects.create(name="Bench", code=f"bench-{time.time_ns()}")
    campus = Campus.objects.create(school=school, name="Main", code="main")
    year = models.AcademicSession.objects.create(
        school=school,
        kind="school_year",
        name="Year",
        code="Y",
        begin_date=today - timedelta(days=100),
        end_date=today + timedelta(days=200),
    )
    grades = _made(
        models.GradeLevel,
        ({"name": f"Grade {n}", "code": str(n), "position": n} for n in range(1, 13)),
        school,
    )
    rooms = _made(
        models.Section,
        (_homeroom(campus, year, grades, n) for n in range(-(-pupils // HOMEROOM_SIZE))),
        school,
    )
    students = _made(models.Student, (_pupil(campus, grades, n) for n in range(pupils)), school)
    since = {"begin_date": year.begin_date, "end_date": year.end_date}
    places = ({"student": s, "section": rooms[n // HOMEROOM_SIZE], **since} for n, s in enumerate(students))
    _made(models.Enrollment, places, school)
    guardians = _made(
        models.Guardian, ({"given_name": f"Parent{n}", "family_name": "Rao"} for n in range(pupils)), school
    )
    links = (
        {"student": s, "guardian": g, "begin_date": year.begin_date}
        for s, g in zip(students, guardians, strict=True)
    )
    _made(models.Guardianship, links, school)
    return _signed_in(school, today)


def _made(model: Any, rows: Any, school: School) -> list[Any]:
    return list(model.objects.bulk_create([model(school=school, **row) for row in rows], batch_size=500))


def _homeroom(campus: Campus, year: Any, grades: list[Any], n: int) -> dict[str, Any]:
    grade = grades[n % len(grades)]
    place = {"campus": campus, "session": year, "grade_level": grade, "seats_taken": HOMEROOM_SIZE}
    return {**place, "kind": "homeroom", "name": f"{grade.code}-{n}", "code": f"H{n}"}


def _pupil(campus: Campus, grades: list[Any], n: int) -> dict[str, Any]:
    name = {"given_name": ("Asha", "Ravi", "Meera", "Kabir")[n % 4], "family_name": f"Rao{n}"}
    grade = grades[n // HOMEROOM_SIZE % len(grades)]
    return {**name, "campus": campus, "admission_number": f"A{n:05}", "grade_level": grade}


def _signed_in(school: School, today: date) -> Client:
    user = User.objects.create(school=school, email=f"bench-{time.time_ns()}@example.test", name="Bench")
    RoleAssignment.objects.create(school=school, user=user, role=Role.SCHOOL_ADMIN, begin_date=today)
    client = Client()
    client.force_login(user)
    return client


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(given + [1200, 40][len(given) :])))
