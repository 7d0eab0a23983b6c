"""How long and how much memory a roster of 100,000 rows with 500 bad ones takes.

    python bench/import_roster.py [--rows 100000] [--bad 500] [--marks 0] [--keep PATH]

Writes a OneRoster 1.1 archive, brings it in (dry run, effect, a second time), and prints what it took. Uses
the database of the environment and leaves a school named "bench-..." behind.
"""

import argparse
import csv
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", "1.1"]]
STAMP = "2026-08-15T00:00:00.000Z"
YEAR = ("2026-08-15", "2027-06-10")


def archive(rows: int, bad: int, marks: int = 0) -> bytes:
    """`rows` data rows in all; `bad` of them wrong, each by itself, in ten different ways. Beside them
    `marks` of earlier terms.
    """
    pupils, teachers, guardians = rows // 10, max(10, rows // 200), rows // 50
    sections = max(10, rows // 125)
    fixed = 1 + 2 + sections // 4 + sections + pupils + teachers + guardians + pupils
    tables = {
        "orgs": _orgs(),
        "academicSessions": _sessions(),
        "courses": _courses(sections // 4),
        "classes": _classes(sections),
        "users": _users(pupils, teachers, guardians),
        "demographics": _demographics(pupils),
        "enrollments": _enrollments(rows - fixed, bad, pupils, teachers, sections),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        manifest = MANIFEST + [[f"file.{name}", "bulk"] for name in tables]
        target.writestr("manifest.csv", _csv(iter(manifest)))
        for name, lines in tables.items():
            target.writestr(f"{name}.csv", _csv(lines))
        if marks:
            target.writestr("studentsectionmark.csv", _csv(_marks(marks, pupils)))
    return out.getvalue()


def _csv(lines: Iterator[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _orgs() -> Iterator[list[Any]]:
    yield "sourcedId status dateLastModified name type identifier parentSourcedId".split()
    yield ["org1", "active", STAMP, "Bench School", "school", "1", ""]


def _sessions() -> Iterator[list[Any]]:
    yield "sourcedId status dateLastModified title type startDate endDate parentSourcedId schoolYear".split()
    yield ["year", "active", STAMP, "School year", "schoolYear", *YEAR, "", "2027"]
    yield ["term", "active", STAMP, "Full year", "term", *YEAR, "year", "2027"]


def _courses(count: int) -> Iterator[list[Any]]:
    yield "sourcedId status title courseCode grades orgSourcedId subjects".split()
    for n in range(count):
        yield [f"course{n}", "active", f"Course {n}", f"C{n}", str(n % 12 + 1), "org1", f"Subject {n % 9}"]


def _classes(count: int) -> Iterator[list[Any]]:
    yield (
        "sourcedId status title grades courseSourcedId classCode classType schoolSourcedId termSourcedIds"
    ).split()
    for n in range(count):
        course = f"course{n % max(1, count // 4)}"
        yield [f"class{n}", "active", f"Class {n}", "", course, f"S{n}", "scheduled", "org1", "term"]


def _users(pupils: int, teachers: int, guardians: int) -> Iterator[list[Any]]:
    yield (
        "sourcedId status enabledUser orgSourcedIds role username givenName familyName identifier email "
        "phone agentSourcedIds grades password"
    ).split()
    people = [("student", pupils), ("teacher", teachers), ("guardian", guardians)]
    for role, count in people:
        for n in range(count):
            key = f"{role}{n}"
            agents = f"guardian{n}" if role == "student" and n < guardians else ""
            grade = str(n % 12 + 1) if role == "student" else ""
            number = f"{role[0].upper()}{n}"
            yield [
                key,
                "active",
                "true",
                "org1",
                role,
                key,
                f"Given{n}",
                f"Family{n % 977}",
                number,
                f"{key}@bench.test",
                "",
                agents,
                grade,
                "Secret-123",
            ]


def _demographics(pupils: int) -> Iterator[list[Any]]:
    yield "sourcedId status birthDate sex".split()
    for n in range(pupils):
        yield [f"student{n}", "active", f"20{10 + n % 10}-0{n % 9 + 1}-1{n % 9}", ("female", "male")[n % 2]]


def _enrollments(count: int, bad: int, pupils: int, teachers: int, sections: int) -> Iterator[list[Any]]:
    yield (
        "sourcedId status classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate"
    ).split()
    every = max(1, count // bad) if bad else count + 1
    for n in range(count):
        if n < sections:
            line = [
                f"e{n}",
                "active",
                f"class{n}",
                "org1",
                f"teacher{n % teachers}",
                "teacher",
                "true",
                *YEAR,
            ]
        else:
            pupil, turn = n % pupils, n // pupils
            section = (pupil * 7 + turn) % sections
            line = [f"e{n}", "active", f"class{section}", "org1", f"student{pupil}", "student", "", *YEAR]
        wrong, rest = divmod(n, every)
        yield _spoilt(line, wrong % 10) if bad and rest == every - 1 and wrong < bad else line


def _spoilt(line: list[Any], way: int) -> list[Any]:
    place, value = (
        (2, "class-nowhere"),
        (4, "student-nobody"),
        (5, "wizard"),
        (7, "2026-13-45"),
        (8, "2020-01-01"),
        (2, ""),
        (4, ""),
        (5, ""),
        (0, "x" * 300),
        (8, "soon"),
    )[way]
    spoilt = list(line)
    spoilt[place] = value
    return spoilt


def _marks(count: int, pupils: int) -> Iterator[list[Any]]:
    yield (
        "id student_id section_id school_year term_id numeric_grade_earned alpha_grade_earned "
        "is_final_grade credits_attempted credits_earned"
    ).split()
    for n in range(count):
        place = [f"old{n % 97}", 2020 + n % 5, f"term{n % 3}"]
        yield [f"m{n}", f"student{n % pupils}", *place, 40 + n * 7 % 60, "B", "Yes", 5, 5]


def measure(path: Path) -> dict[str, Any]:
    """In this process alone, so that the memory is that of one worker."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.settings")
    import django

    django.setup()
    from django.core.files import File
    from django.utils import timezone

    from apps.accounts.models import School
    from apps.core import jobs
    from apps.core.policy import Actor
    from apps.interop import services
    from apps.interop.models import ImportRun

    now = timezone.now()
    school = School.objects.create(name="Bench", code=f"bench-{now:%y%m%d%H%M%S}", country="US")
    actor = Actor(user_id=None, school_id=school.pk, today=timezone.localdate(), roles={"school_admin": None})
    figures: dict[str, Any] = {"rss_before_mb": _rss()}

    def timed(name: str, work: Any) -> Any:
        began = time.perf_counter()
        found = work()
        figures[f"{name}_s"] = round(time.perf_counter() - began, 1)
        figures[f"{name}_rss_mb"] = _rss()
        return found

    def start() -> ImportRun:
        with path.open("rb") as content:
            return services.start_import(actor=actor, uploads=[File(content, name=path.name)])

    def fresh(run: ImportRun) -> ImportRun:
        return ImportRun.objects.select_related("plan_job", "apply_job").get(pk=run.pk)

    for turn in ("first", "second"):
        run = timed(f"{turn}_upload", start)
        timed(f"{turn}_dry_run", lambda run=run: jobs.run(run.plan_job_id))
        run = fresh(run)
        figures[f"{turn}_listed"] = run.problems.filter(severity="error").count()
        run = services.apply_run(actor=actor, run=run)
        timed(f"{turn}_apply", lambda run=run: jobs.run(run.apply_job_id))
        figures[f"{turn}_result"] = fresh(run).result
    return figures


def _rss() -> int:
    """The most this process has held so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--bad", type=int, default=500)
    parser.add_argument("--marks", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="write the archive here and keep it")
    parser.add_argument("--measure", type=Path, help="only bring this archive in")
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure), indent=2))  # its output is what it is for
        return
    path = asked.keep or Path(tempfile.mkdtemp()) / "roster.zip"
    path.write_bytes(archive(asked.rows, asked.bad, asked.marks))
    subprocess.run([sys.executable, __file__, "--measure", str(path)], check=True)


if __name__ == "__main__":
    main()
