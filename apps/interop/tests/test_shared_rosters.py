"""Every roster of the shared data folder, with its exact counts and its known defects."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from apps.academics.models import Enrollment, Section, Student, StudentStatus
from apps.accounts.models import Campus, School
from apps.accounts.tests.factories import CampusFactory
from apps.core.errors import DomainError
from apps.gradebook.models import CourseTranscript
from apps.interop.tests.roster import applied, checked, codes, problems, totals

SETTING = "SHARED_DATA_DIR"


@pytest.fixture
def shared() -> Path:
    """The folder with oneroster/ and sis-contoso/; SHARED_DATA_DIR names it."""
    folder = os.environ.get(SETTING, "")
    if not folder or not (Path(folder) / "oneroster").is_dir():
        pytest.skip(f"The shared rosters are absent: set {SETTING} to the folder that holds oneroster/.")
    return Path(folder)


def files_of(folder: Path, *names: str) -> list[Any]:
    paths = [folder / name for name in names] if names else sorted(folder.glob("*.csv"))
    assert paths, folder
    return [ContentFile(path.read_bytes(), name=path.name) for path in paths]


GENERATED = {"campus": 1, "session": 2, "grade_level": 13, "subject": 7, "course": 91}
SETS = [
    (
        "generated-school-small",
        "OneRoster 1.1",
        GENERATED | {"section": 91, "student": 156, "staff": 13, "teaching": 91, "enrollment": 1092},
        ["SCHOOL_YEAR_FORM"] * 2,
    ),
    (
        "generated-school-medium",
        "OneRoster 1.1",
        GENERATED | {"section": 182, "student": 455, "staff": 24, "teaching": 182, "enrollment": 3185},
        ["SCHOOL_YEAR_FORM"] * 2,
    ),
    (
        "sds-v1-25users",
        "School Data Sync 1",
        {"campus": 2, "session": 1, "grade_level": 4, "subject": 1, "course": 2, "section": 2, "student": 22}
        | {"staff": 2, "teaching": 2, "enrollment": 44},
        [],
    ),
    (
        # No terms, no courses; a pupil of campus 10001 sits in a class of 10002.
        "sds-v2",
        "School Data Sync 2",
        {"campus": 3, "session": 1, "grade_level": 7, "course": 4, "section": 4, "student": 22, "staff": 7}
        | {"teaching": 7, "enrollment": 22},
        ["COURSE_MISSING", "TERM_MISSING"] * 4 + ["OTHER_CAMPUS"],
    ),
    (
        "sds-v2.1",
        "School Data Sync 2.1",
        {"campus": 2, "session": 2, "grade_level": 3, "subject": 2, "course": 3, "section": 2, "student": 4}
        | {"staff": 2, "guardian": 2, "guardianship": 3, "teaching": 2, "enrollment": 4},
        [],
    ),
]


@pytest.mark.parametrize(("folder", "format_", "created", "expected"), SETS, ids=[one[0] for one in SETS])
def test_a_set_comes_in_whole_and_only_once(
    shared: Path, school: School, folder: str, format_: str, created: dict[str, int], expected: list[str]
) -> None:
    files = shared / "oneroster" / folder
    run = applied(school, *files_of(files))
    assert (run.format, totals(run), codes(run)) == (format_, created, expected)
    again = applied(school, *files_of(files))
    assert again.result == {"created": 0, "changed": 0, "ended": 0, "left": again.result["left"]}
    assert again.result["left"] > 0


def test_seats_are_counted_and_sections_hold_who_sits_in_them(shared: Path, school: School) -> None:
    applied(school, *files_of(shared / "oneroster/generated-school-medium"))
    for section in Section.objects.filter(school=school):
        taken = Enrollment.objects.filter(section=section, status="active").count()
        assert section.seats_taken == taken <= section.capacity


def test_the_pupil_in_a_class_of_another_campus_is_named(shared: Path, school: School) -> None:
    run = checked(school, *files_of(shared / "oneroster/sds-v2"))
    assert ("enrollments.csv", 8, "schoolSourcedId", "OTHER_CAMPUS", "13007") in problems(run)


CONTOSO = [
    ("students.csv", 2, "Birthdate", "DATE_ORDER_ASSUMED", "4/2/2004"),
    ("students.csv", 2, "School SIS ID", "ORG_UNDESCRIBED", "sch0"),
    ("students.csv", 102, "School SIS ID", "ORG_UNDESCRIBED", "sch1"),
    ("students.csv", 202, "School SIS ID", "ORG_UNDESCRIBED", "sch2"),
    ("students.csv", 302, "School SIS ID", "ORG_UNDESCRIBED", "sch3"),
]


def test_students_alone_go_to_the_only_campus(shared: Path, school: School) -> None:
    CampusFactory.create(school=school)
    run = applied(school, *files_of(shared / "sis-contoso/highschool", "students.csv"))
    assert totals(run) == {"student": 400, "grade_level": 4}
    assert problems(run) == CONTOSO
    assert Student.objects.filter(school=school, status=StudentStatus.ACTIVE).count() == 400


def test_students_alone_need_a_campus_when_there_are_two(shared: Path, school: School) -> None:
    CampusFactory.create_batch(2, school=school)
    files = shared / "sis-contoso/highschool"
    run = checked(school, *files_of(files, "students.csv"))
    assert codes(run).count("CAMPUS_UNCLEAR") == 400
    chosen = Campus.objects.filter(school=school).first()
    run = checked(school, *files_of(files, "students.csv"), campus=chosen)
    assert (run.errors, totals(run)["student"]) == (0, 400)


@pytest.mark.parametrize(
    ("folder", "names", "code"),
    [
        ("sis-contoso/highschool/m365", ("Calendar.csv",), "NO_HEADER"),
        ("sis-contoso/attendance", (), "NOT_A_ROSTER"),
        ("sis-contoso/deltas/batch1", ("studentdemographics.csv",), "NOT_A_ROSTER"),
    ],
)
def test_what_is_no_roster_is_refused_with_the_reason(
    shared: Path, school: School, folder: str, names: tuple[str, ...], code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        checked(school, *files_of(shared / folder, *names))
    assert refusal.value.code == code


def test_no_password_of_any_set_is_kept(shared: Path, school: School) -> None:
    CampusFactory.create(school=school)
    run = checked(school, *files_of(shared / "sis-contoso/highschool", "students.csv"))
    assert run.file is not None
    from apps.core import files

    with files.content_of(run.file) as content:
        import zipfile

        kept = b"".join(zipfile.ZipFile(content).read(name) for name in zipfile.ZipFile(content).namelist())
    assert b"albertibarra1@" in kept
    assert b"#3NOx54M_@" not in kept
    assert "Password" in run.outline[0]["dropped"]
    assert "FederalRaceCategory" in run.outline[0]["dropped"]


MARKS = "studentsectionmark.csv"


def test_the_marks_come_in_as_history_and_the_three_that_point_at_nobody_are_named(
    shared: Path, school: School
) -> None:
    CampusFactory.create(school=school)
    files = shared / "sis-contoso/highschool"
    run = applied(school, *files_of(files, "students.csv", MARKS))
    assert totals(run) == {"student": 400, "grade_level": 4, "transcript": 4800}
    assert [one for one in problems(run)[5:] if one[3] != "COURSE_UNKNOWN"] == [
        (MARKS, line, "", "REPEATED_HEADER", "id") for line in (1202, 2403, 3604)
    ]
    assert (run.errors, run.summary["files"][MARKS]["skipped"]) == (3, 3)
    again = applied(school, *files_of(files, MARKS))
    assert again.result == {"created": 0, "changed": 0, "ended": 0, "left": 4800}


def test_the_second_day_of_marks_changes_what_changed_and_tells_what_is_gone(
    shared: Path, school: School
) -> None:
    CampusFactory.create(school=school)
    applied(school, *files_of(shared / "sis-contoso/highschool", "students.csv"))
    first = applied(school, *files_of(shared / "sis-contoso/deltas/batch1"))
    assert (first.format, first.result["created"]) == ("Marks", 1044)
    second = applied(school, *files_of(shared / "sis-contoso/deltas/batch2"))
    assert second.result == {"created": 3, "changed": 2, "ended": 0, "left": 1041}
    changed = second.lines.filter(action="changed").order_by("line")
    assert [(row.line, row.changes["percent"]) for row in changed] == [(2, ["92", "82"]), (3, ["93", "83"])]
    assert [one for one in problems(second) if one[3] == "NOT_IN_FILE"] == [
        (MARKS, 2, "", "NOT_IN_FILE", "st1:m4")
    ]
    assert CourseTranscript.objects.filter(school=school).count() == 1047


def test_marks_of_unknown_pupils_are_all_named(shared: Path, school: School) -> None:
    CampusFactory.create(school=school)
    run = checked(school, *files_of(shared / "sis-contoso/deltas/batch1", MARKS))
    assert codes(run) == ["REFERENCE_UNKNOWN"] * 1044


def test_tables_without_headers_give_the_marks_their_sections(shared: Path, school: School) -> None:
    files = shared / "sis-contoso/highschool"
    run = applied(school, *files_of(files / "m365"), *files_of(files, "students.csv", MARKS))
    assert totals(run) == {
        "campus": 4, "session": 8, "course": 40, "section": 100, "student": 400, "staff": 48, "teaching": 100,
        "enrollment": 2400, "grade_level": 4, "transcript": 4800,
    }  # fmt: skip
    # The set has 100 of the 200 sections its members sit in.
    assert codes(run).count("REFERENCE_UNKNOWN") == 100 + 2400
    mark = CourseTranscript.objects.get(sourced_id="st1:m7")
    assert (mark.course_code, mark.course_title) == ("sec26", "Music")
    assert (mark.term_label, str(mark.percent)) == ("Spring Semester", "75.0000")
    again = applied(school, *files_of(files / "m365"))
    assert (again.result["created"], again.result["changed"], again.result["ended"]) == (0, 0, 0)
