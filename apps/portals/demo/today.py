"""What happened in a demo school since its last register, so that it looks lived in on any later day."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from apps.academics.models import Enrollment, Guardianship, Section, SectionKind, Student, TeachingAssignment
from apps.accounts.models import Campus, School, User
from apps.attendance.models import (
    AbsenceNotice,
    AbsenceReport,
    AttendanceCode,
    AttendanceEvent,
    CallNote,
    Category,
    Register,
    RegisterMode,
)
from apps.attendance.selectors.sheets import settings_of
from apps.core import live
from apps.core.audit import acting
from apps.core.models import uuid7
from apps.portals.demo.absences import PRESENT, Absences, Away, draw_ahead, draw_past, draw_today
from apps.portals.demo.copying import copy
from apps.portals.demo.going_on import go_on
from apps.portals.demo.life import add_calls, add_notices, add_reports
from apps.portals.demo.marks import make_marks
from apps.portals.demo.plan import Plan
from apps.portals.demo.registers import FIRST_LESSON, MARK, REGISTER, TAKEN_AT_LEAST
from apps.timetable.models import Meeting
from apps.timetable.selectors import at, school_days

FORGOTTEN: Final = 1 / 15
LEFT_OUT: Final = 2  # homerooms without a register today
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Filled:
    """A register that was taken meanwhile; without a meeting it is the homeroom's of that day."""

    key: UUID
    campus_id: UUID
    section_id: UUID
    day: date
    taken_at: datetime
    taker_id: UUID | None
    meeting_id: UUID | None = None
    is_first: bool = True


def last_day(plan: Plan) -> date | None:
    """The day of the last register of a demo school."""
    rows = Register.objects.filter(school__code=plan.code)
    last: date | None = rows.aggregate(last=Max("date"))["last"]
    return last


def catch_up(plan: Plan, *, today: date, now: datetime, at_least: int = TAKEN_AT_LEAST) -> int:
    """Fill the school days since the last register, and today as far as it has come; how many registers.

    `at_least` lessons of today have registers however early it is. Running again adds what is due since.
    """
    with transaction.atomic(), acting(cause="demo"):
        school = School.objects.select_for_update().get(code=plan.code)
        first = max(last_day(plan) or today, today - timedelta(days=2 * plan.days))
        if first > today:
            return 0
        go_on(school, plan, first, today, now)
        make_marks(school, plan, today, now)
        return _Meanwhile(school, plan, first, today, now, at_least).fill()


class _Meanwhile:
    """The days from the one of the last register up to today."""

    def __init__(
        self, school: School, plan: Plan, first: date, today: date, now: datetime, at_least: int
    ) -> None:
        self.school, self.plan, self.first, self.today, self.now = school, plan, first, today, now
        self.at_least = at_least
        self.rng = random.Random(f"{plan.seed} {first} {today}")  # noqa: S311  # makes a demo, guards nothing
        self.campuses = list(Campus.objects.filter(school=school))
        self.rosters = self._rosters()
        enrolled = {student for roster in self.rosters.values() for student, _, _ in roster}
        self.pupils = list(Student.objects.filter(pk__in=enrolled).order_by("pk"))
        self.codes = dict(AttendanceCode.objects.filter(school=school).values_list("letter", "pk"))

    def fill(self) -> int:
        filled = [one for campus in self.campuses for one in self._due(campus)]
        absences = self._absences(filled)
        copy(Register, REGISTER, (_register(one) for one in filled), self.school, self.now)
        copy(AttendanceEvent, MARK, self._marks(filled, absences), self.school, self.now)
        self._tell(absences)
        for campus in self.campuses:
            live.publish(f"campus:{campus.pk}:board", "board")
        return len(filled)

    # --- registers ---

    def _due(self, campus: Campus) -> Iterator[Filled]:
        mode = settings_of(campus.pk).mode
        if mode != RegisterMode.DAY:
            yield from self._lessons(campus)
        if mode != RegisterMode.LESSON:
            yield from self._homerooms(campus)

    def _lessons(self, campus: Campus) -> Iterator[Filled]:
        rows = Meeting.objects.filter(
            section__campus=campus, date__gte=self.first, date__lte=self.today,
            is_cancelled=False, register__isnull=True,
        )  # fmt: skip
        for one in rows.select_related("period", "teacher__user").order_by("during", "pk"):
            if one.date < self.today or self._is_taken_today(one):
                yield Filled(
                    uuid7(),
                    campus.pk,
                    one.section_id,
                    one.date,
                    min(one.begin_at + timedelta(minutes=self.rng.randint(2, 12)), self.now),
                    one.teacher.user_id if one.teacher else None,
                    one.pk,
                    _number(one) == FIRST_LESSON,
                )

    def _is_taken_today(self, lesson: Meeting) -> bool:
        """Teacher@ leaves all but the first lesson to whoever looks; of the others some are forgotten."""
        number = _number(lesson)
        begun = number <= self.at_least or lesson.begin_at + timedelta(minutes=10) <= self.now
        if (
            lesson.teacher
            and lesson.teacher.user
            and lesson.teacher.user.email == f"teacher@{self.plan.domain}"
        ):
            return begun and number == FIRST_LESSON
        # Forgotten now is forgotten whenever this runs today.
        forgotten = random.Random(str(lesson.pk)).random() < FORGOTTEN  # noqa: S311  # makes a demo
        return begun and (number == FIRST_LESSON or not forgotten)

    def _homerooms(self, campus: Campus) -> Iterator[Filled]:
        sections = list(
            Section.objects.filter(campus=campus, kind=SectionKind.HOMEROOM, is_active=True).order_by("name")
        )
        known = Register.objects.filter(section__in=sections, date__gte=self.first, meeting=None)
        taken = set(known.values_list("section", "date"))
        teachers = dict(
            TeachingAssignment.objects.filter(section__in=sections).values_list("section", "staff__user")
        )
        for day in self._open_days(campus):
            for section in sections[:-LEFT_OUT] if day == self.today else sections:
                if (section.pk, day) not in taken:
                    moment = at(campus, day, time(8, self.rng.randint(5, 40)))
                    taker = teachers.get(section.pk)
                    yield Filled(uuid7(), campus.pk, section.pk, day, min(moment, self.now), taker)

    def _open_days(self, campus: Campus) -> list[date]:
        return [one.date for one in school_days(campus.pk, self.first, self.today + _ONE_DAY) if one.is_open]

    # --- marks ---

    def _rosters(self) -> Mapping[UUID, list[tuple[UUID, date, date | None]]]:
        rosters: defaultdict[UUID, list[tuple[UUID, date, date | None]]] = defaultdict(list)
        rows = Enrollment.objects.filter(school=self.school)
        for section, *place in rows.values_list("section", "student", "begin_date", "end_date"):
            rosters[section].append((place[0], place[1], place[2]))
        return rosters

    def _absences(self, filled: Sequence[Filled]) -> Absences:
        """Days with registers say who was away; other days are drawn; what families wrote counts on all."""
        standing = self._standing()
        fresh = sorted({one.day for one in filled} - {day for _, day in standing})
        reported = self._reported()
        free = [one for one in self.pupils if one.pk not in {student for student, _ in reported}]
        absences = draw_past(self.rng, free, [day for day in fresh if day < self.today])
        if self.today in fresh:
            elder, younger = self._children_of_the_demo()
            draw_today(self.rng, absences, free, self.today, present=elder, missed=younger)
            absences.spells += draw_ahead(self.rng, free, self.today + _ONE_DAY)
        for (student, day), away in {**reported, **standing}.items():
            absences.days.setdefault(student, {})[day] = away
        return absences

    def _standing(self) -> dict[tuple[UUID, date], Away]:
        """Whoever was absent in one lesson of a day is in the next; whoever came late is there."""
        rows = AttendanceEvent.objects.filter(
            register__school=self.school, date__gte=self.first, date__lte=self.today
        )
        found: dict[tuple[UUID, date], Away] = {}
        for student, day, letter, category, reason in rows.values_list(
            "student", "date", "code__letter", "code__category", "reason"
        ):
            is_away = category in {Category.EXCUSED, Category.UNEXCUSED}
            if is_away or (student, day) not in found:
                found[student, day] = Away(letter, reason=reason) if is_away else Away(PRESENT)
        return found

    def _reported(self) -> dict[tuple[UUID, date], Away]:
        rows = AbsenceReport.objects.filter(
            school=self.school, withdrawn_at__isnull=True, begin_date__lte=self.today, end_date__gt=self.first
        )
        return {
            (one.student_id, one.begin_date + timedelta(days=n)): Away("E", reason=one.note)
            for one in rows.filter(period_ids=[])
            for n in range((one.end_date - one.begin_date).days)
        }

    def _children_of_the_demo(self) -> tuple[list[Student], list[Student]]:
        """Of guardian@'s children the eldest is here, and a younger one is missed."""
        links = Guardianship.objects.filter(guardian__user__email=f"guardian@{self.plan.domain}")
        mine = {link.student_id for link in links}
        children = sorted((one for one in self.pupils if one.pk in mine), key=_age)
        return children[:1], children[1:2]

    def _marks(self, filled: Sequence[Filled], absences: Absences) -> Iterator[tuple[object, ...]]:
        present, nothing = Away(PRESENT), dict[date, Away]()
        for one in filled:
            for student, begin, end in self.rosters.get(one.section_id, ()):
                if begin <= one.day and (end is None or one.day < end):
                    away = absences.days.get(student, nothing).get(one.day, present)
                    if away.letter == "L" and not one.is_first:
                        away = present
                    yield one.key, student, one.day, self.codes[away.letter], away.minutes, away.reason, ""

    # --- families ---

    def _tell(self, absences: Absences) -> None:
        """Reports, notices and calls, each only where there is none yet."""
        unexplained = self._missed_today()
        missed = [one for one in self.pupils if one.pk in unexplained]
        known = {one.student.pk for one in absences.spells} | {one.pk for one in missed}
        guardians = self._guardians(known)
        add_reports(self.school, absences.spells, guardians)
        add_notices(self.school, missed, guardians, self.today, self.now)
        called = CallNote.objects.filter(school=self.school, date=self.today).exists()
        if not called:
            caller = User.objects.filter(email=f"registrar@{self.plan.domain}").first()
            add_calls(
                self.school, [one for one in missed if guardians[one.pk]][1:], guardians, self.today, caller
            )

    def _missed_today(self) -> set[UUID]:
        told = AbsenceNotice.objects.filter(school=self.school, date=self.today).values("student")
        rows = AttendanceEvent.objects.filter(
            register__school=self.school, date=self.today, code__is_unexplained=True
        )
        return set(rows.exclude(student__in=told).values_list("student", flat=True))

    def _guardians(self, students: set[UUID]) -> Mapping[UUID, list[Any]]:
        found: defaultdict[UUID, list[Any]] = defaultdict(list)
        links = Guardianship.objects.filter(student__in=students).select_related("guardian__user")
        for link in links.order_by("order"):
            found[link.student_id].append(link.guardian)
        return found


def _register(one: Filled) -> tuple[object, ...]:
    return one.key, 1, one.campus_id, one.section_id, one.day, one.meeting_id, one.taken_at, one.taker_id


def _number(lesson: Meeting) -> int:
    """The lesson's place in the day; the demo's periods are named by it."""
    return int(lesson.period.code) if lesson.period and lesson.period.code.isdigit() else 0


def _age(student: Student) -> date:
    return student.birth_date or date.max
