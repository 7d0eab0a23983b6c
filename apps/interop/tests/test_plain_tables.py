"""Plain tables: guessed columns, families in a pupil's row, homerooms, staff, enrollments."""

import pytest

from apps.academics.models import Enrollment, Guardianship, Section, StaffMember, Student
from apps.accounts.models import School
from apps.accounts.tests.factories import CampusFactory
from apps.core.errors import DomainError
from apps.interop import services
from apps.interop.models import ColumnMapping, RunState
from apps.interop.services import mapping
from apps.interop.tests.roster import actor_of, applied, checked, codes, csv_file, problems, totals

PUPILS = """\
Admission No.,Student Name,Class,Section,DOB,Gender,Father Name,Father Mobile,Mother's Name,\
Blood Group
A1,Asha Rao,IX,A,2012-03-04,F,Ravi Rao,98765,Gita Rao,O+
A2,Bela Rao,7,B,2014-03-04,girl,Ravi Rao,98765,Gita Rao,
A3,Chand,9,A,2012-05-06,M,,,,
"""
STAFF = "Emp ID,Name,Email,Designation,Department\nE1,Tara Sen,tara@x.test,PGT,Science\n"
PLACES = "Student ID,Section Code,From\nA1,9A,2026-11-01\nA9,9A,\n"


@pytest.fixture
def one_campus(school: School) -> School:
    CampusFactory.create(school=school, name="Main")
    return school


def test_an_office_spreadsheet_comes_in_with_families_and_homerooms(one_campus: School) -> None:
    run = applied(one_campus, csv_file("pupils.csv", PUPILS))
    assert codes(run) == []
    assert totals(run) == {
        "session": 1, "grade_level": 2, "section": 2, "student": 3, "guardian": 3, "guardianship": 4,
        "enrollment": 3,
    }  # fmt: skip
    asha = Student.objects.get(school=one_campus, admission_number="A1")
    assert (str(asha.grade_level), asha.sex, asha.blood_group) == ("Grade 9", "female", "O+")
    relations = Guardianship.objects.filter(student=asha).values_list("relation", "guardian__given_name")
    assert sorted(relations) == [("father", "Ravi"), ("mother", "Gita")]
    section = Section.objects.get(school=one_campus, code="9A")
    assert (section.kind, section.seats_taken) == ("homeroom", 2)
    assert Student.objects.get(admission_number="A3").full_name == "Chand"


def test_the_spreadsheet_twice_changes_nothing(one_campus: School) -> None:
    applied(one_campus, csv_file("pupils.csv", PUPILS))
    again = applied(one_campus, csv_file("pupils.csv", PUPILS))
    assert (again.result["created"], again.result["changed"], again.result["ended"]) == (0, 0, 0)


def test_a_corrected_cell_is_the_only_change(one_campus: School) -> None:
    applied(one_campus, csv_file("pupils.csv", PUPILS))
    run = applied(one_campus, csv_file("pupils.csv", PUPILS.replace("A3,Chand", "A3,Chand Roy")))
    assert [(line.kind, line.changes) for line in run.lines.all()] == [
        ("student", {"family_name": ["", "Roy"]})
    ]


def test_a_new_grade_closes_the_stay_and_opens_the_next(one_campus: School) -> None:
    applied(one_campus, csv_file("pupils.csv", PUPILS))
    applied(one_campus, csv_file("pupils.csv", PUPILS.replace("A2,Bela Rao,7", "A2,Bela Rao,8")))
    bela = Student.objects.get(school=one_campus, admission_number="A2")
    stays = bela.campus_enrollments.order_by("begin_date")
    assert [stay.grade_level.code for stay in stays] == ["7", "8"]
    assert stays[0].end_date == stays[1].begin_date
    assert stays[1].end_date is None


def test_staff_and_enrollments_in_one_upload(one_campus: School) -> None:
    applied(one_campus, csv_file("pupils.csv", PUPILS))
    run = applied(one_campus, csv_file("staff.csv", STAFF), csv_file("enrollments.csv", PLACES))
    assert problems(run) == [("enrollments.csv", 3, "Student ID", "REFERENCE_UNKNOWN", "A9")]
    member = StaffMember.objects.get(school=one_campus)
    assert (member.employee_id, member.job_title, member.department) == ("E1", "PGT", "Science")
    place = Enrollment.objects.get(student__admission_number="A1")
    assert place.begin_date.isoformat() == "2026-11-01"


def test_a_table_nobody_can_guess_waits_for_its_columns(one_campus: School) -> None:
    run = services.start_import(
        actor=actor_of(one_campus), uploads=[csv_file("x.csv", "alpha,beta\nA1,Asha Rao\n")]
    )
    assert (run.state, run.plan_job) == (RunState.MAPPING, None)
    named = {"x.csv": {"kind": "student", "columns": {"number": "alpha"}}}
    with pytest.raises(DomainError) as refusal:
        services.name_columns(actor=actor_of(one_campus), run=run, named=named)
    assert refusal.value.code == "COLUMNS_MISSING"
    named["x.csv"]["columns"] = {"number": "alpha", "full_name": "beta"}
    run = services.name_columns(actor=actor_of(one_campus), run=run, named=named)
    assert run.state == RunState.CHECKING
    assert ColumnMapping.objects.get(school=one_campus).columns == {"number": "alpha", "full_name": "beta"}


def test_a_mapping_is_remembered_by_the_school_alone(one_campus: School) -> None:
    from apps.accounts.tests.factories import SchoolFactory

    text = "alpha,beta\nA1,Asha Rao\n"
    run = services.start_import(actor=actor_of(one_campus), uploads=[csv_file("x.csv", text)])
    named = {"x.csv": {"kind": "student", "columns": {"number": "alpha", "full_name": "beta"}}}
    services.name_columns(actor=actor_of(one_campus), run=run, named=named)
    again = services.start_import(actor=actor_of(one_campus), uploads=[csv_file("y.csv", text)])
    assert again.state == RunState.CHECKING
    other = SchoolFactory.create()
    assert (
        services.start_import(actor=actor_of(other), uploads=[csv_file("y.csv", text)]).state
        == RunState.MAPPING
    )


@pytest.mark.parametrize(
    ("headers", "name", "kind"),
    [
        (["Adm No", "Student Name", "Class"], "x.csv", "student"),
        (["Employee ID", "Name", "Designation"], "x.csv", "staff"),
        (["Parent Name", "Mobile", "Student ID", "Relation"], "parents.csv", "guardian"),
        (["Student ID", "Section Code"], "roster.csv", "enrollment"),
        (["ID", "First Name", "Last Name"], "teachers.csv", "staff"),
        (["प्रवेश संख्या", "नाम", "कक्षा"], "x.csv", "student"),
    ],
)
def test_kinds_are_guessed(headers: list[str], name: str, kind: str) -> None:
    found = mapping.guess(headers, name)
    assert (found["kind"], mapping.missing(kind, found["columns"])) == (kind, [])


def test_campuses_named_in_a_column(school: School) -> None:
    for name in ("North", "South"):
        CampusFactory.create(school=school, name=name)
    text = "Admission No,Name,Campus\nA1,Asha,north\nA2,Bela,SOUTH\nA3,Chand,East\n"
    run = checked(school, csv_file("students.csv", text))
    assert problems(run) == [("students.csv", 4, "Campus", "CAMPUS_UNCLEAR", "East")]
    assert totals(run) == {"student": 2}
