"""How long attendance takes for 1,200 pupils over a year of 200 days with 7 lessons: 1.7 million marks.

    python bench/attendance.py [--pupils 1200] [--days 200]

Makes the marks with COPY (all triggers on: audit and counts), then prints the time of every summary and how
many registers of 30 are saved in a second. Uses the database of the environment and leaves a school named
"bench-..." behind.
"""

import argparse
import logging
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LESSONS = 7
IN_A_CLASS = 30
RANDOM = random.Random(24)  # noqa: S311  # the same marks each time, no secret
COLUMNS = "id, school_id, created_at, updated_at, register_id, student_id, date, code_id, reason, note"
YEAR = (date(2026, 4, 1), date(2027, 4, 1))
NOW = datetime.now(tz=UTC)


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=1200)
    parser.add_argument("--days", type=int, default=200)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.settings")
    import django

    django.setup()
    school = _School(asked.pupils, asked.days)
    began = time.perf_counter()
    marks = school.fill()
    took = time.perf_counter() - began
    print(f"{marks:,} marks by COPY with audit and counts: {took:.0f} s ({marks / took:,.0f}/s)")
    _summaries(school)
    _saves(school)


class _School:
    """A campus whose every homeroom has seven taught sections, and lessons on each day."""

    def __init__(self, pupils: int, days: int) -> None:
        from django.utils import timezone

        from apps.academics.models import (
            AcademicSession,
            Course,
            GradeLevel,
            Section,
            SectionKind,
            Student,
            Subject,
        )
        from apps.accounts.models import Campus, School
        from apps.attendance.services import install_codes

        tag = uuid.uuid4().hex[:8]
        self.school = School.objects.create(name=f"bench-{tag}", code=f"bench-{tag}")
        self.codes = {one.letter: one for one in install_codes(school=self.school)}
        mine: dict[str, Any] = {"school": self.school}
        self.campus = Campus.objects.create(**mine, name="Campus", code="c")
        year = AcademicSession.objects.create(
            **mine, kind="school_year", name="Year", code="Y", begin_date=YEAR[0], end_date=YEAR[1]
        )
        grades = GradeLevel.objects.bulk_create(
            [GradeLevel(**mine, name=f"Grade {n}", code=str(n), position=n) for n in range(1, 13)]
        )
        subjects = Subject.objects.bulk_create(
            [Subject(**mine, name=f"Subject {n}", code=f"S{n}") for n in range(LESSONS)]
        )
        courses = Course.objects.bulk_create(
            [Course(**mine, name=one.name, code=one.code, subject=one) for one in subjects]
        )
        rooms = range(-(-pupils // IN_A_CLASS))
        here = {**mine, "campus": self.campus, "session": year}
        self.homerooms = Section.objects.bulk_create(
            [
                Section(
                    **here, kind=SectionKind.HOMEROOM, name=f"H{n}", code=f"H{n}", grade_level=grades[n % 12]
                )
                for n in rooms
            ]
        )
        self.sections = [
            Section(
                **here,
                course=course,
                name=f"{home.name} {course.name}",
                code=f"{home.code}-{course.code}",
                homeroom=home,
            )
            for home in self.homerooms
            for course in courses
        ]
        Section.objects.bulk_create(self.sections)
        self.students = Student.objects.bulk_create(
            [
                Student(**mine, campus=self.campus, given_name=f"Pupil{n}", admission_number=f"A{n}",
                    grade_level=grades[n // IN_A_CLASS % 12])
                for n in range(pupils)
            ]
        )  # fmt: skip
        self.today = timezone.localdate()
        self.days = self._school_days(days)
        self._enroll()

    def _school_days(self, days: int) -> list[date]:
        every = (YEAR[0] + timedelta(days=n) for n in range((YEAR[1] - YEAR[0]).days))
        return [day for day in every if day.isoweekday() < 6][:days]

    def _enroll(self) -> None:
        from apps.academics.models import Enrollment

        rows = [
            Enrollment(
                school=self.school, student=student, section=section, begin_date=YEAR[0], end_date=YEAR[1]
            )
            for place, student in enumerate(self.students)
            for section in self.of_class(place // IN_A_CLASS)
        ]
        Enrollment.objects.bulk_create(rows, batch_size=5000)

    def of_class(self, number: int) -> list[Any]:
        taught = self.sections[number * LESSONS : (number + 1) * LESSONS]
        return [self.homerooms[number], *taught]

    def fill(self) -> int:
        """Ten days a statement."""
        from django.db import transaction

        marks = 0
        for start in range(0, len(self.days), 10):
            with transaction.atomic():
                marks += self._copy(self.days[start : start + 10])
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return marks

    def _copy(self, days: list[date]) -> int:
        from django.db import connection
        from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

        from apps.attendance.models import Register
        from apps.core.models import uuid7
        from apps.timetable.models import Meeting
        from apps.timetable.selectors import at

        meetings = [
            Meeting(
                school=self.school,
                section=section,
                date=day,
                during=DateTimeTZRange(begin, begin + timedelta(minutes=40)),
            )
            for day in days
            for number, section in enumerate(self.sections)
            for begin in [at(self.campus, day, datetime.min.time()) + timedelta(hours=8 + number % LESSONS)]
        ]  # fmt: skip
        Meeting.objects.bulk_create(meetings, batch_size=5000)
        registers = [
            Register(
                school=self.school,
                campus=self.campus,
                section=one.section,
                date=one.date,
                meeting=one,
                taken_at=NOW,
            )
            for one in meetings
        ]  # fmt: skip
        Register.objects.bulk_create(registers, batch_size=5000)
        numbers = {section.pk: place // LESSONS for place, section in enumerate(self.sections)}
        count = 0
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY attendance_attendanceevent ({COLUMNS}) FROM STDIN") as copy,
        ):
            for register in registers:
                first = numbers[register.section_id] * IN_A_CLASS
                for student in self.students[first : first + IN_A_CLASS]:
                    code = self.codes[RANDOM.choices("PLEA", (93, 2, 3, 2))[0]]
                    copy.write_row(
                        (
                            uuid7(),
                            self.school.pk,
                            NOW,
                            NOW,
                            register.pk,
                            student.pk,
                            register.date,
                            code.pk,
                            "",
                            "",
                        )
                    )
                    count += 1
        return count


def _summaries(school: _School) -> None:
    from apps.attendance.models import AttendanceDay, AttendanceMonth
    from apps.attendance.selectors import rates

    pupil, section = school.students[0], school.homerooms[0]
    days, months = AttendanceDay.objects.filter(campus=school.campus), AttendanceMonth.objects.filter(
        section__campus=school.campus)  # fmt: skip
    own = {"student": pupil}
    children = {"student__in": school.students[:3]}
    of_section = rates.of_section(section, *YEAR)
    taught = school.of_class(0)[1]
    for name, work in {
        "pupil: total": lambda: rates.total(AttendanceDay.objects.filter(**own)),
        "pupil: by month": lambda: rates.by_month(AttendanceDay.objects.filter(**own)),
        "pupil: by subject": lambda: rates.by_subject(AttendanceMonth.objects.filter(**own)),
        "guardian: three children": lambda: rates.by_student(AttendanceDay.objects.filter(**children)),
        "section: pupils in the year": lambda: rates.pupils_of(of_section),
        "section: by month": lambda: rates.by_month(of_section),
        "section: one subject": lambda: rates.by_section(AttendanceMonth.objects.filter(section=taught)),
        "campus: total": lambda: rates.total(days),
        "campus: by month": lambda: rates.by_month(days),
        "campus: by grade": lambda: rates.by_grade(days),
        "campus: by homeroom": lambda: rates.by_homeroom(days, school.campus.pk, school.days[-1]),
        "campus: by subject": lambda: rates.by_subject(months),
    }.items():
        print(f"{name:30} {_median(work):7.1f} ms")


def _saves(school: _School) -> None:
    """Registers of thirty, first saves with two absent each, through the service with everything on."""
    from apps.accounts.models import User
    from apps.attendance import services
    from apps.core.policy import Actor

    user = User.objects.create(school=school.school, email=f"{school.school.code}@bench.test", name="Bench")
    actor = Actor(user.pk, school.school.pk, school.today, {"school_admin": None})
    present, absent = school.codes["P"].pk, school.codes["A"].pk
    free = [
        day for day in (school.days[-1] + timedelta(days=n) for n in range(1, 60)) if day.isoweekday() < 6
    ]
    targets = [(number, day) for day in free for number in range(len(school.homerooms))][:300]
    times: list[float] = []
    for number, day in targets:
        pupils = school.students[number * IN_A_CLASS : (number + 1) * IN_A_CLASS]
        marks = [services.Mark(one.pk, absent if n < 2 else present) for n, one in enumerate(pupils)]
        began = time.perf_counter()
        services.take_register(
            actor=actor,
            section=school.homerooms[number],
            date=day,
            marks=marks,
            expected=0,
            now=NOW,
            today=day,
        )
        times.append(time.perf_counter() - began)
    rate, median = len(times) / sum(times), 1000 * statistics.median(times)
    print(f"registers of {IN_A_CLASS} saved: {rate:.0f}/s (median {median:.1f} ms)")


def _median(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(7):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


if __name__ == "__main__":
    main()
