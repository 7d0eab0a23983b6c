"""The school itself: campuses, year, what is taught, rooms and bells."""

from datetime import time, timedelta

from apps.academics.models import (
    AcademicSession,
    Course,
    CoursePrerequisite,
    CustomField,
    GradeLevel,
    Program,
    ProgramCourse,
    SessionKind,
    Subject,
    TermStructure,
)
from apps.accounts.models import Campus
from apps.attendance.models import RegisterMode, RegisterSettings
from apps.attendance.services import install_codes
from apps.facilities.models import Building, Room
from apps.portals.demo.made import Homeroom, Made
from apps.portals.demo.plan import BELLS, BREAKS, PROGRAMS, SUBJECTS, CampusPlan
from apps.timetable.models import BellSchedule, Calendar, CalendarDate, ClassPeriod, DateKind

# (name, code, kind, capacity) of rooms beside the homerooms' own.
SPECIAL_ROOMS = (
    ("Science laboratory", "LAB1", "laboratory", 40), ("Second laboratory", "LAB2", "laboratory", 40),
    ("Computer room", "COMP", "computer", 40), ("Art room", "ART", "classroom", 40),
    ("Music room", "MUS", "classroom", 40), ("Playing field", "FIELD", "ground", 200),
    ("Library", "LIB", "library", 60), ("Assembly hall", "HALL", "hall", 600),
)  # fmt: skip


def make_setting(made: Made) -> None:
    school, plan = made.school, made.plan
    for one in plan.campuses:
        made.campuses[one.code] = Campus.objects.create(
            school=school, name=one.name, code=one.code, address=one.address, phone=one.phone
        )
    _year(made)
    _teaching(made)
    install_codes(school=school)
    for one in plan.campuses:
        _rooms(made, one)
        _bells(made, one)
        _calendar(made, one)
        mode = RegisterMode.LESSON if one.by_lesson else RegisterMode.DAY
        RegisterSettings.objects.create(school=school, campus=made.campuses[one.code], mode=mode)
    house = {
        "target": "student",
        "code": "house",
        "label": "House",
        "kind": "choice",
        "families_may_see": True,
    }
    CustomField.objects.create(school=school, choices=["Ashoka", "Banyan", "Neem", "Peepal"], **house)


def _year(made: Made) -> None:
    year, school = made.year, made.school
    made.session = AcademicSession.objects.create(
        school=school, kind=SessionKind.SCHOOL_YEAR, name=year.name, code=year.name,
        begin_date=year.begin, end_date=year.end,
    )  # fmt: skip
    for number, begin, end in ((1, year.begin, year.middle), (2, year.middle, year.end)):
        AcademicSession.objects.create(
            school=school, parent=made.session, kind=SessionKind.TERM, name=f"Term {number}",
            code=f"{year.name}-T{number}", begin_date=begin, end_date=end,
        )  # fmt: skip


def _teaching(made: Made) -> None:
    school = made.school
    grades = sorted({grade for one in made.plan.campuses for grade in one.grades})
    made.grades = {
        grade: GradeLevel.objects.create(
            school=school, name=f"Grade {grade}", code=str(grade), position=grade
        )
        for grade in grades
    }
    made.subjects = {
        code: Subject.objects.create(school=school, name=name, code=code, department=department)
        for code, (name, department) in SUBJECTS.items()
    }
    for code, name, span, week in PROGRAMS:
        mine = [grade for grade in grades if grade in span]
        if not mine:
            continue
        program = Program.objects.create(
            school=school,
            name=name,
            code=code,
            term_structure=TermStructure.SEMESTERS,
            credits_required=len(week),
        )
        program.grade_levels.set([made.grades[grade] for grade in mine])
        made.programs[code] = program
        for grade in mine:
            for subject, _count in week:
                _curriculum(made, program, grade, subject)
        made.homerooms += _homerooms(made, code, span, week)
    _prerequisites(made)


def _curriculum(made: Made, program: Program, grade: int, subject: str) -> None:
    key = (grade, subject)
    if key not in made.courses:
        made.courses[key] = Course.objects.create(
            school=made.school, name=f"{SUBJECTS[subject][0]} {grade}", code=f"{subject}-{grade}",
            subject=made.subjects[subject], grade_level=made.grades[grade], credits=1,
        )  # fmt: skip
    ProgramCourse.objects.create(
        school=made.school, program=program, course=made.courses[key], grade_level=made.grades[grade]
    )


def _homerooms(made: Made, program: str, span: range, week: tuple[tuple[str, int], ...]) -> list[Homeroom]:
    """In the senior grades the first homeroom is the science one, the second commerce."""
    return [
        Homeroom(campus, grade, letter, program, week)
        for campus in made.plan.campuses
        for grade in campus.grades
        for letter in campus.letters
        if grade in span and (grade < 11 or (letter == "A") == (program == "SCI"))
    ]


def _prerequisites(made: Made) -> None:
    """The second senior year builds on the first."""
    for (grade, subject), course in made.courses.items():
        if grade == 12 and (before := made.courses.get((11, subject))):
            CoursePrerequisite.objects.create(school=made.school, course=course, requires=before)


def _rooms(made: Made, plan: CampusPlan) -> None:
    campus, school = made.campuses[plan.code], made.school
    building = Building.objects.create(school=school, campus=campus, name="Main building", code="M")
    shared = {"school": school, "campus": campus}
    special = [
        Room(name=name, code=code, kind=kind, capacity=capacity, **shared)
        for name, code, kind, capacity in SPECIAL_ROOMS
    ]
    own = [
        Room(name=f"Room {one.name}", code=one.name, capacity=40, building=building, **shared)
        for one in made.homerooms_of(plan)
    ]
    made.rooms[plan.code] = {room.code: room for room in Room.objects.bulk_create([*special, *own])}
    for one in made.homerooms_of(plan):
        one.room = made.rooms[plan.code][one.name]


def _bells(made: Made, plan: CampusPlan) -> None:
    campus, school = made.campuses[plan.code], made.school
    full = BellSchedule.objects.create(school=school, campus=campus, name="Regular day")
    lessons = [
        ClassPeriod(
            school=school,
            bell_schedule=full,
            name=f"Lesson {n}",
            code=str(n),
            begin_time=_clock(begin),
            end_time=_clock(end),
        )
        for n, begin, end in BELLS
    ]
    breaks = [
        ClassPeriod(
            school=school,
            bell_schedule=full,
            name=name,
            code=code,
            begin_time=_clock(begin),
            end_time=_clock(end),
            is_lesson=False,
        )
        for code, name, begin, end in BREAKS
    ]
    ClassPeriod.objects.bulk_create([*lessons, *breaks])
    made.periods[plan.code] = {int(one.code): one for one in lessons}


def _calendar(made: Made, plan: CampusPlan) -> None:
    campus, school, year = made.campuses[plan.code], made.school, made.year
    calendar = Calendar.objects.create(school=school, campus=campus, session=made.session)
    closed = [
        CalendarDate(school=school, calendar=calendar, date=day, kind=DateKind.HOLIDAY, title=title)
        for day, title in year.holidays.items()
        if day != made.today
    ]
    events = [
        (made.today + timedelta(days=9), "Parents' evening"),
        (made.today + timedelta(days=16), "Sports day"),
    ]
    named = [
        CalendarDate(school=school, calendar=calendar, date=day, kind=DateKind.EVENT, title=title)
        for day, title in events
        if year.begin <= day < year.end and day not in year.holidays
    ]
    if made.today.isoweekday() == 7:
        named.append(
            CalendarDate(
                school=school,
                calendar=calendar,
                date=made.today,
                kind=DateKind.EXTRA_DAY,
                title="Open school day",
            )
        )
    CalendarDate.objects.bulk_create([*closed, *named])


def _clock(text: str) -> time:
    return time.fromisoformat(text)
