"""How long a campus's report cards take: 2 pages each, with chart, photo and QR code.

    python bench/report_cards.py [--pupils 1200] [--processes 2]

Makes a school with posted grades of three terms, comments, attendance and a photo of each pupil, starts a run
as the office does, and works it off in processes of their own, as the workers do. Prints the time, the memory
of each process at its peak, and the size of the print file. Uses the database of the environment and leaves a
school named "bench-..." behind.
"""

import argparse
import io
import logging
import os
import random
import resource
import subprocess
import sys
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COURSES = (
    "English", "Hindi", "Mathematics", "Science", "Social Science", "Computer Science", "Art", "Sanskrit",
)  # fmt: skip
DAYS = (date(2026, 4, 1), date(2026, 8, 1), date(2026, 12, 1), date(2027, 4, 1))
TERMS = tuple(pairwise(DAYS))
IN_A_CLASS = 40
RANDOM = random.Random(24)  # noqa: S311  # the same marks each time, no secret
NOW = datetime(2027, 3, 20, 9, tzinfo=UTC)
WORDS = "Works with care, asks good questions, and helps others. Should read a little every day at home."


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=1200)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--work", help="of a process: the run it works at")
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.settings")
    import django

    django.setup()
    if asked.work:
        _work(uuid.UUID(asked.work))
    else:
        _measure(asked.pupils, asked.processes)


def _measure(pupils: int, processes: int) -> None:
    from apps.reports.models import ReportRun
    from apps.reports.selectors import runs

    run = _School(pupils).start()
    command = [sys.executable, __file__, "--work", str(run.pk)]
    began = time.perf_counter()
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    told = [one.communicate()[0].split() for one in workers]
    peaks, seconds = [float(peak) for peak, _used in told], sum(float(used) for _peak, used in told)
    took = time.perf_counter() - began
    run = ReportRun.objects.select_related("output").get(pk=run.pk)
    done = runs.counts(run).done
    size = run.output.size / 1e6 if run.output else 0
    print(f"{done} of {pupils} report cards in {took:.1f} s by {processes} processes")
    print(f"{seconds / done * 1000:.0f} ms of processor time each, Python's start included")
    print(f"1,200 at this pace: {took / done * 1200:.0f} s; on two cores of one's own:", end=" ")
    print(f"{seconds / done * 600:.0f} s (the load of the machine was {os.getloadavg()[0]:.1f})")
    print(f"memory at the peak: {' + '.join(f'{peak:.0f}' for peak in peaks)} = {sum(peaks):.0f} MB")
    print(f"print file: {size:.1f} MB")


def _work(run_id: uuid.UUID) -> None:
    """As a worker: share after share, until nothing is open."""
    from apps.core import jobs
    from apps.reports.models import ReportRun
    from apps.reports.selectors import runs

    run = ReportRun.objects.get(pk=run_id)
    while shares := list(runs.open_jobs(run)):
        ran = [jobs.run(job.pk) for job in shares]
        if not any(ran):
            time.sleep(0.2)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)


class _School:
    """A campus of classes of forty, with everything a report card shows."""

    def __init__(self, pupils: int) -> None:
        from apps.academics.models import AcademicSession, GradeLevel
        from apps.accounts.models import Campus, School, User

        tag = uuid.uuid4().hex[:8]
        self.school = School.objects.create(name=f"bench-{tag}", code=f"bench-{tag}")
        self.mine: dict[str, Any] = {"school": self.school}
        self.campus = Campus.objects.create(
            **self.mine, name="North Campus", code="n", address="12 Lake Road"
        )
        self.user = User.objects.create(**self.mine, email=f"{tag}@example.test", name="Office")
        self.year = AcademicSession.objects.create(
            **self.mine, kind="school_year", name="2026-27", code="Y",
            begin_date=TERMS[0][0], end_date=TERMS[-1][1],
        )  # fmt: skip
        self.terms = [
            AcademicSession.objects.create(
                **self.mine, kind="term", parent=self.year, name=f"Term {n}", code=f"T{n}",
                begin_date=begin, end_date=end,
            )
            for n, (begin, end) in enumerate(TERMS, 1)
        ]  # fmt: skip
        self.grade = GradeLevel.objects.create(**self.mine, name="Grade 9", code="9", position=9)
        self.courses = self._courses()
        self.bands = self._bands()
        for number in range(0, pupils, IN_A_CLASS):
            self._class(number // IN_A_CLASS, min(IN_A_CLASS, pupils - number))

    def start(self) -> Any:
        from apps.core.policy import Actor
        from apps.reports import services
        from apps.reports.models import DocumentKind, DocumentTemplate

        template = DocumentTemplate.objects.create(**self.mine, kind=DocumentKind.REPORT_CARD, name="Card")
        actor = Actor(self.user.pk, self.school.pk, NOW.date())
        return services.start_run(actor=actor, campus=self.campus, template=template, session=self.year)

    def _courses(self) -> Any:
        from apps.academics.models import Course

        rows = [Course(**self.mine, name=name, code=name[:8].upper(), credits=4) for name in COURSES]
        return Course.objects.bulk_create(rows)

    def _bands(self) -> list[dict[str, Any]]:
        lowers = (("A1", 91), ("A2", 81), ("B1", 71), ("B2", 61), ("C1", 51), ("C2", 41), ("D", 33), ("E", 0))
        return [
            {"label": label, "lower": str(lower), "points": str(10 - n), "is_passing": lower >= 33}
            for n, (label, lower) in enumerate(lowers)
        ]

    def _class(self, number: int, size: int) -> None:
        from apps.academics.models import Enrollment, Section, SectionKind

        there = {**self.mine, "campus": self.campus, "session": self.year, "capacity": size}
        homeroom = Section.objects.create(
            **there,
            kind=SectionKind.HOMEROOM,
            name=f"9-{number:02}",
            code=f"H{number}",
            grade_level=self.grade,
        )
        taught = Section.objects.bulk_create(
            Section(
                **there,
                name=f"{one.name} {number}",
                code=f"{one.code}{number}",
                course=one,
                homeroom=homeroom,
            )
            for one in self.courses
        )
        pupils = self._pupils(number, size)
        Enrollment.objects.bulk_create(
            Enrollment(
                **self.mine, student=pupil, section=section, begin_date=TERMS[0][0], end_date=TERMS[-1][1]
            )
            for section in (homeroom, *taught)
            for pupil in pupils
        )
        self._marks(taught, pupils)
        self._words([homeroom, *taught], pupils)
        self._days(pupils)

    def _pupils(self, number: int, size: int) -> Any:
        from apps.academics.models import Student

        return Student.objects.bulk_create(
            Student(
                **self.mine, campus=self.campus, given_name=f"Pupil{n}", family_name=f"Of Class {number}",
                admission_number=f"{number:03}{n:03}", roll_number=str(n), grade_level=self.grade,
                birth_date=date(2012, 5, 1) + timedelta(days=n), photo=self._photo(),
            )
            for n in range(1, size + 1)
        )  # fmt: skip

    def _photo(self) -> Any:
        from django.core.files.base import ContentFile
        from PIL import Image

        from apps.core import files

        small = Image.effect_noise((60, 80), 60).convert("RGB")
        out = io.BytesIO()
        small.resize((900, 1200)).save(out, "JPEG")
        return files.keep_made(
            ContentFile(out.getvalue()),
            "photo.jpg",
            "image/jpeg",
            school_id=self.school.pk,
            purpose="person_photo",
        )

    def _marks(self, taught: Any, pupils: Any) -> None:
        from apps.gradebook.models import PostedGrade, Posting

        for session in (*self.terms, self.year):
            for section in taught:
                posting = Posting.objects.create(
                    **self.mine, section=section, session=session, scheme_name="CBSE", scheme_version=1,
                    rules={"bands": self.bands}, posted_at=NOW,
                )  # fmt: skip
                PostedGrade.objects.bulk_create(self._grade(posting, pupil) for pupil in pupils)

    def _grade(self, posting: Any, pupil: Any) -> Any:
        from apps.gradebook.models import PostedGrade

        percent = Decimal(RANDOM.randint(300, 1000)) / 10
        band = next(one for one in self.bands if percent >= Decimal(one["lower"]))
        return PostedGrade(
            **self.mine, posting=posting, student=pupil, section_id=posting.section_id,
            session_id=posting.session_id, percent=percent, label=band["label"],
            points=Decimal(band["points"]), is_passing=band["is_passing"], credits_earned=4,
        )  # fmt: skip

    def _words(self, sections: Any, pupils: Any) -> None:
        from apps.reports.models import CommentState, ReportComment

        ReportComment.objects.bulk_create(
            ReportComment(
                **self.mine, section=section, session=self.terms[-1], student=pupil, text=WORDS,
                state=CommentState.ACCEPTED,
            )
            for section in sections
            for pupil in pupils
        )  # fmt: skip

    def _days(self, pupils: Any) -> None:
        from apps.attendance.models import AttendanceDay

        AttendanceDay.objects.bulk_create(
            AttendanceDay(
                **self.mine, student=pupil, campus=self.campus, date=begin + timedelta(days=n), marks=1,
                present=int(RANDOM.random() > 0.06),
            )
            for pupil in pupils
            for begin, _end in TERMS
            for n in range(60)
        )  # fmt: skip


if __name__ == "__main__":
    main()
