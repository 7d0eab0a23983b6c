"""Taking a register."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.academics.tests.factories import StudentFactory
from apps.attendance.models import AttendanceDay, AttendanceEvent, Register
from apps.attendance.selectors.sheets import sheet
from apps.attendance.services import Mark
from apps.attendance.tests.classroom import NOW, Class
from apps.attendance.tests.factories import AbsenceReportFactory
from apps.core.audit import history
from apps.core.errors import DomainError, Missing, StaleVersion
from apps.core.models import Job
from apps.timetable.models import Meeting
from apps.timetable.tests.factories import (
    MONDAY,
    CalendarDateFactory,
    CalendarFactory,
    MeetingFactory,
    between,
)

pytestmark = pytest.mark.django_db
QUERIES_FIRST_SAVE = 10


@pytest.fixture
def school() -> Class:
    return Class()


def letters(register: Register) -> str:
    rows = register.marks.select_related("code", "student").order_by("student__given_name")
    return "".join(one.code.letter for one in rows.order_by("student__admission_number"))


def test_a_register_is_saved_as_sent(school: Class) -> None:
    register = school.take("PAL")
    assert letters(register) == "PAL"
    assert (register.version, register.taken_by_id, register.taken_at) == (1, school.staff.user_id, NOW)
    assert register.marks.get(student=school.pupils[2]).minutes_late == 5


def test_saving_again_what_stands_changes_nothing(school: Class) -> None:
    school.take("PAP")
    again = school.take("PAP")
    assert (again.version, AttendanceEvent.objects.count()) == (1, 3)


def test_two_teachers_never_overwrite_each_other_silently(school: Class) -> None:
    school.take("PAP")
    with pytest.raises(StaleVersion) as refused:
        school.take("PPP")
    theirs = refused.value.values["theirs"]
    assert (theirs["version"], theirs["marks"][str(school.pupils[1].pk)]) == (1, "A")
    assert letters(Register.objects.get()) == "PAP"


def test_without_the_version_the_first_is_overwritten(school: Class, settings: Any) -> None:
    settings.PROTECTIONS_OFF = ("register_version",)
    school.take("PAP")
    school.take("PPP")
    assert letters(Register.objects.get()) == "PPP"


def test_a_change_on_the_right_version_counts(school: Class) -> None:
    school.take("PAP")
    register = school.take("PLP", expected=1)
    assert (register.version, letters(register)) == (2, "PLP")


def test_only_changed_lines_are_written(school: Class) -> None:
    school.take("PAP")
    school.take("PLP", expected=1)
    assert [len(history(one)) for one in AttendanceEvent.objects.order_by("student__admission_number")] == [
        1,
        2,
        1,
    ]


def test_a_pupil_who_is_not_in_the_section_is_named(school: Class) -> None:
    stranger = StudentFactory.create(school=school.school)
    with pytest.raises(DomainError) as refused:
        school.take("PPP", marks=[*school.marks("PPP"), Mark(stranger.pk, school.codes["P"].pk)])
    assert [(one.field, one.code) for one in refused.value.details] == [("marks.3.student", "NOT_IN_SECTION")]
    assert not Register.objects.exists()


@pytest.mark.parametrize("minutes", [-1, 601])
def test_minutes_late_have_a_range(school: Class, minutes: int) -> None:
    mark = Mark(school.pupils[0].pk, school.codes["L"].pk, minutes)
    with pytest.raises(DomainError):
        school.take("PPP", marks=[mark])


def test_minutes_belong_to_the_late_only(school: Class) -> None:
    register = school.take("PPP", marks=[Mark(school.pupils[0].pk, school.codes["P"].pk, 9, "overslept")])
    mark = register.marks.get()
    assert (mark.minutes_late, mark.reason) == (None, "")


def test_no_register_of_tomorrow(school: Class) -> None:
    with pytest.raises(DomainError) as refused:
        school.take("PPP", today=MONDAY - timedelta(days=1))
    assert refused.value.code == "NOT_YET"


def test_no_register_of_a_cancelled_lesson(school: Class) -> None:
    Meeting.objects.update(is_cancelled=True)
    school.lesson.refresh_from_db()
    with pytest.raises(DomainError) as refused:
        school.take("PPP")
    assert refused.value.code == "CANCELLED"


def test_a_day_register_needs_a_school_day(school: Class) -> None:
    calendar = CalendarFactory.create(
        school=school.school, campus=school.campus, session=school.section.session
    )
    CalendarDateFactory.create(school=school.school, calendar=calendar)
    with pytest.raises(DomainError) as refused:
        school.take("PPP", meeting=None)
    assert refused.value.code == "NO_SCHOOL"


def test_an_earlier_day_changes_with_a_reason_only(school: Class) -> None:
    school.take("PAP")
    tomorrow = MONDAY + timedelta(days=1)
    with pytest.raises(DomainError) as refused:
        school.take("PPP", expected=1, today=tomorrow)
    assert refused.value.code == "REASON_NEEDED"
    school.take("PPP", expected=1, today=tomorrow, reason="She was in the library")
    told = history(AttendanceEvent.objects.get(student=school.pupils[1]))
    assert told[0]["pgh_context"]["reason"] == "She was in the library"
    assert told[0]["pgh_context"]["user"] == str(school.staff.user_id)
    assert [one["code_id"] for one in told] == [school.codes["P"].pk, school.codes["A"].pk]


def test_a_forgotten_register_may_be_taken_later(school: Class) -> None:
    assert school.take("PPP", today=MONDAY + timedelta(days=1)).version == 1


def test_somebody_of_another_school_finds_nothing(school: Class) -> None:
    with pytest.raises(Missing):
        school.take("PPP", actor=Class(0).teacher)


@pytest.mark.parametrize("pupils", [1, 30])
def test_saving_costs_the_same_whatever_the_section(pupils: int) -> None:
    school = Class(pupils)
    actor, marks = school.teacher, school.marks("A" * pupils)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        school.take("", actor=actor, marks=marks)
    assert len(queries) == QUERIES_FIRST_SAVE
    assert Job.objects.filter(task="attendance.tell_guardians").count() == 1


@pytest.mark.parametrize("pupils", [1, 30])
def test_the_sheet_costs_the_same_whatever_the_section(pupils: int, django_assert_num_queries: Any) -> None:
    school = Class(pupils)
    with django_assert_num_queries(5):
        assert len(sheet(school.section, MONDAY, school.lesson).lines) == pupils


def test_everybody_is_preset_present(school: Class) -> None:
    made = sheet(school.section, MONDAY, school.lesson)
    assert [line.code.letter for line in made.lines if line.code] == ["P", "P", "P"]
    assert (made.version, made.counts["present"]) == (0, 3)


def test_a_report_presets_its_lessons(school: Class) -> None:
    AbsenceReportFactory.create(school=school.school, student=school.pupils[0])
    line = sheet(school.section, MONDAY, school.lesson).lines[0]
    assert line.code == school.codes["E"]
    assert (line.reason, line.hint) == ("Illness", "reported by the family")


def test_a_report_of_some_lessons_presets_only_those(school: Class) -> None:
    other = school.section.pk  # any id that is not the lesson's period
    AbsenceReportFactory.create(school=school.school, student=school.pupils[0], period_ids=[other])
    assert sheet(school.section, MONDAY, school.lesson).lines[0].code == school.codes["P"]


def test_the_lesson_before_presets_the_next(school: Class) -> None:
    school.take("PAL")
    later = MeetingFactory.create(
        school=school.school, section=school.section, teacher=school.staff, during=between("05:10", "05:50")
    )
    lines = sheet(school.section, MONDAY, later).lines
    assert [line.code.letter for line in lines if line.code] == ["P", "A", "P"]
    assert lines[1].hint == "absent in the lesson before"


def test_the_roster_is_that_of_the_day(school: Class) -> None:
    gone = school.pupils[0].enrollments.get()
    gone.end_date = MONDAY
    gone.save()
    assert len(sheet(school.section, MONDAY, school.lesson).lines) == 2
    assert len(sheet(school.section, date(2026, 6, 12), None).lines) == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_first_saves_at_once_one_wins() -> None:
    school = Class(2)
    actor = school.teacher
    start = threading.Barrier(10)

    def save(number: int) -> str:
        try:
            start.wait()
            school.take("", actor=actor, marks=school.marks("PA" if number % 2 else "AP"))
            return "saved"
        except StaleVersion:
            return "stale"
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(save, range(10)))
    # Whoever sent what the winner sent has nothing left to save.
    assert answers.count("saved") == 5
    assert (Register.objects.count(), AttendanceEvent.objects.count()) == (1, 2)
    assert sum(AttendanceDay.objects.values_list("marks", flat=True)) == 2


@pytest.mark.django_db(transaction=True)
def test_registers_of_the_same_pupils_at_once_are_all_counted() -> None:
    school = Class(5)
    actor = school.teacher
    lessons = [
        MeetingFactory.create(school=school.school, section=school.section, teacher=None,
            during=between(f"{6 + n:02}:00", f"{6 + n:02}:40")) for n in range(8)
    ]  # fmt: skip
    start = threading.Barrier(len(lessons))

    def save(lesson: Any) -> None:
        try:
            start.wait()
            school.take("PPPAL", actor=actor, meeting=lesson)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(lessons)) as pool:
        list(pool.map(save, lessons))
    counts = AttendanceDay.objects.order_by("student__admission_number").values_list(
        "marks", "present", "late"
    )
    assert list(counts) == [(8, 8, 0), (8, 8, 0), (8, 8, 0), (8, 0, 0), (8, 0, 8)]
