"""Marks as history: section marks of Contoso's and Ed-Fi's kind, and plain tables of them."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile

from apps.academics.models import Student
from apps.academics.tests.factories import (
    AcademicSessionFactory,
    CourseFactory,
    SectionFactory,
    StudentFactory,
)
from apps.accounts.models import School
from apps.accounts.tests.factories import CampusFactory
from apps.core.audit import history
from apps.gradebook.models import CourseTranscript
from apps.interop.services import mapping
from apps.interop.tests.roster import applied, checked, codes, csv_file, problems, totals

HEADER = (
    "id,student_id,section_id,school_year,term_id,numeric_grade_earned,alpha_grade_earned,"
    "is_final_grade,credits_attempted,credits_earned,grad_credit_type\n"
)
ROWS = "m1,st1,sec1,2021,term1,92,A,No,5,5,\nm2,st1,sec2,2021,term1,54.5,F,Yes,5,0,core\n"
FILE = "studentsectionmark.csv"


@pytest.fixture
def pupils(school: School) -> list[Student]:
    campus = CampusFactory.create(school=school)
    return [
        StudentFactory.create(school=school, campus=campus, sourced_id=f"st{n}", admission_number=f"A{n}")
        for n in (1, 2)
    ]


def marks(text: str) -> Any:
    return csv_file(FILE, text)


def rows_of(pupil: Student) -> list[tuple[object, ...]]:
    rows = CourseTranscript.objects.filter(student=pupil).order_by("sourced_id", "course_title")
    return list(rows.values_list("sourced_id", "year_label", "course_title", "percent", "label"))


@pytest.mark.usefixtures("pupils")
def test_section_marks_come_in_once(school: School) -> None:
    run = applied(school, marks(HEADER + ROWS))
    assert (run.format, totals(run)) == ("Marks", {"transcript": 2})
    assert problems(run) == [(FILE, 2, "section_id", "COURSE_UNKNOWN", "sec1")]
    second = CourseTranscript.objects.get(sourced_id="st1:m2")
    assert (second.course_code, second.course_title, second.term_label) == ("sec2", "sec2", "term1")
    assert (second.percent, second.label, second.is_final) == (Decimal("54.5"), "F", True)
    assert (second.credits_attempted, second.credits_earned) == (Decimal(5), Decimal(0))
    assert second.credit_type == "core"
    again = applied(school, marks(HEADER + ROWS))
    assert again.result == {"created": 0, "changed": 0, "ended": 0, "left": 2}


@pytest.mark.usefixtures("pupils")
def test_a_corrected_mark_is_the_only_change_and_leaves_its_trace(school: School) -> None:
    applied(school, marks(HEADER + ROWS))
    run = applied(school, marks(HEADER + ROWS.replace("92,A", "82,B")))
    assert [line.changes for line in run.lines.all()] == [{"percent": ["92", "82"], "label": ["A", "B"]}]
    trail = history(CourseTranscript.objects.get(sourced_id="st1:m1"))
    assert [(row["pgh_label"], row["percent"]) for row in trail] == [
        ("update", Decimal(82)),
        ("insert", Decimal(92)),
    ]


def test_what_a_snapshot_leaves_out_is_told_and_stays(school: School, pupils: list[Student]) -> None:
    applied(school, marks(HEADER + ROWS + "m3,st2,sec1,2021,term1,70,C,No,5,5,\n"))
    run = applied(school, marks(HEADER + ROWS.splitlines()[0]))
    assert problems(run)[0] == (FILE, 2, "", "NOT_IN_FILE", "st1:m2")
    assert run.problems.get(code="NOT_IN_FILE").hint == "sec2: F"
    assert codes(run).count("NOT_IN_FILE") == 1  # of st2 the file says nothing
    assert len(rows_of(pupils[0])) == 2


WRONG = [
    ("m9,nobody,sec1,2021,t,70,C,No,5,5,", ("student_id", "REFERENCE_UNKNOWN", "nobody")),
    ("m9,,sec1,2021,t,70,C,No,5,5,", ("student_id", "REQUIRED", "")),
    ("m9,st1,sec1,2021,t,seventy,C,No,5,5,", ("numeric_grade_earned", "SCORE_INVALID", "seventy")),
    ("m9,st1,sec1,2021,t,nan,C,No,5,5,", ("numeric_grade_earned", "SCORE_INVALID", "nan")),
    ("m9,st1,sec1,2021,t,-5,C,No,5,5,", ("numeric_grade_earned", "SCORE_OUT_OF_SCALE", "-5")),
    ("m9,st1,sec1,2021,t,1000,C,No,5,5,", ("numeric_grade_earned", "SCORE_OUT_OF_SCALE", "1000")),
    ("m9,st1,sec1,2021,t,,,No,5,5,", ("numeric_grade_earned", "GRADE_BLANK", "")),
    ("m9,st1,,2021,t,70,C,No,5,5,", ("section_id", "COURSE_UNNAMED", "")),
    ("m9,st1,sec1,2021,t,70,C,perhaps,5,5,", ("is_final_grade", "FLAG_INVALID", "perhaps")),
    ("m9,st1,sec1,2021,t,70,C,No,five,5,", ("credits_attempted", "NUMBER_INVALID", "five")),
    ("m9,st1,sec1,2021,t,70,C,No,5,-1,", ("credits_earned", "CREDITS_OUT_OF_SCALE", "-1")),
    ("m9,st1,sec1,2021,t,70,C,No,5,6,", ("credits_earned", "CREDITS_EXCEEDED", "6")),
    ("m1,st1,sec1,2021,term1,70,C,No,5,5,", ("id", "DUPLICATE_ID", "m1")),
    ("m1,st2,sec9,2021,t,70,C,No,5,5,", ("id", "DUPLICATE_ID", "m1")),
    ("m9,st1,sec1,2021,t,70,C,No,5,5,,extra", ("", "TOO_MANY_CELLS", "")),
]


@pytest.mark.usefixtures("pupils")
@pytest.mark.parametrize(("line", "expected"), WRONG, ids=[f"{one[1][1]}-{n}" for n, one in enumerate(WRONG)])
def test_a_wrong_row_is_left_out_and_named(school: School, line: str, expected: tuple[str, str, str]) -> None:
    run = applied(school, marks(f"{HEADER}{ROWS}\n{line}\n"))
    found = [row for row in problems(run) if row[3] != "COURSE_UNKNOWN"]
    assert found == [(FILE, 5, *expected)]
    assert (run.errors, totals(run)) == (1, {"transcript": 2})


@pytest.mark.usefixtures("pupils")
@pytest.mark.parametrize(
    ("line", "code"),
    [("m9,st1,s,2021,t,150,A,No,5,5,", "SCORE_UNUSUAL"), ("m9,st1,s,2021,t,70,Zz,No,5,5,", "LETTER_UNKNOWN"),
     ("m1,st1,sec1,2021,term1,92,A,No,5,5,", "DUPLICATE_ROW"), ("m9,st1,s,2021,t,70,C", "TOO_FEW_CELLS")],
)  # fmt: skip
def test_what_only_looks_odd_comes_in_and_is_told(school: School, line: str, code: str) -> None:
    run = checked(school, marks(f"{HEADER}{ROWS}{line}\n"))
    assert code in codes(run)
    assert run.errors == 0


def test_ids_begin_anew_where_tables_were_joined(school: School, pupils: list[Student]) -> None:
    run = applied(school, marks(HEADER + ROWS + HEADER + "m1,st2,sec9,2021,term1,70,C,No,5,5,\n"))
    assert [(row[1], row[3]) for row in problems(run)] == [(2, "COURSE_UNKNOWN"), (4, "REPEATED_HEADER")]
    assert rows_of(pupils[1]) == [("st2:m1", "2021", "sec9", Decimal(70), "C")]


def test_a_known_section_says_what_when_and_in_which_year(school: School, pupils: list[Student]) -> None:
    year = AcademicSessionFactory.create(school=school, kind="school_year", name="2025-26")
    term = AcademicSessionFactory.create(
        school=school, kind="term", name="Autumn", parent=year, begin_date=year.begin_date
    )
    course = CourseFactory.create(school=school, name="Algebra")
    SectionFactory.create(
        school=school, campus=pupils[0].campus, session=term, course=course, sourced_id="sec1"
    )
    run = applied(school, marks(HEADER + "m1,st1,sec1,,,92,A,No,5,5,\n"))
    assert codes(run) == []
    kept = CourseTranscript.objects.get()
    assert (kept.course, kept.course_title, kept.course_code) == (course, "Algebra", "sec1")
    assert (kept.year_label, kept.term_label) == ("2025-26", "Autumn")


@pytest.mark.usefixtures("pupils")
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("alpha_grade_earned;section_id;student_id;numeric_grade_earned\nA;sec1;st1;92,5\n", "utf-8-sig"),
        (
            "Numeric Grade Earned\tSTUDENT ID\tSection-Id\talpha grade earned\n\n92.5\tst1\tsec1\tA\n",
            "utf-16",
        ),
        ("student_id|section_id|numeric_grade_earned|remark\nA1|sec1|92.5 %|good\n\n", "cp1252"),
    ],
    ids=["semicolons-and-mark", "tabs-and-wide", "bars-and-admission-numbers"],
)
def test_other_orders_separators_and_encodings(school: School, text: str, encoding: str) -> None:
    run = applied(school, csv_file("marks.csv", text, encoding))
    assert (run.errors, totals(run)) == (0, {"transcript": 1})
    kept = CourseTranscript.objects.get()
    assert (kept.percent, kept.course_title, kept.sourced_id) == (Decimal("92.5"), "sec1", "")
    again = applied(school, csv_file("marks.csv", text, encoding))
    assert (again.result["created"], again.result["changed"]) == (0, 0)


@pytest.mark.usefixtures("pupils")
def test_a_title_above_and_junk_below_cost_no_mark(school: School) -> None:
    text = f"Section marks\n\nSchool year 2021\n{HEADER}{ROWS}Total;;\n".replace(",", ";")
    run = applied(school, marks(text))
    assert totals(run) == {"transcript": 2}
    assert [row[:4] for row in problems(run) if row[1] == 7] == [
        (FILE, 7, "", "TOO_FEW_CELLS"),
        (FILE, 7, "section_id", "COURSE_UNNAMED"),
        (FILE, 7, "student_id", "REQUIRED"),
    ]


PLAIN = """\
Adm No,Subject,Academic Year,Exam,Marks Obtained,Max Marks,Grade
A1,Mathematics,2024-25,Annual,72,80,A2
A2,Hindi,2024-25,Annual,,,B1
"""


def test_a_plain_table_of_marks_comes_in_by_its_columns(school: School, pupils: list[Student]) -> None:
    run = applied(school, csv_file("annual marks.csv", PLAIN))
    assert (codes(run), totals(run)) == (["COURSE_UNKNOWN"], {"transcript": 2})
    assert rows_of(pupils[0]) == [("", "2024-25", "Mathematics", Decimal(90), "A2")]
    assert rows_of(pupils[1]) == [("", "2024-25", "Hindi", None, "B1")]
    run = applied(school, csv_file("annual marks.csv", PLAIN.replace(",72,", ",76,")))
    assert [line.changes for line in run.lines.all()] == [{"percent": ["90", "95"]}]


def test_a_workbook_of_marks_comes_in(school: School, pupils: list[Student]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (HEADER + ROWS).splitlines():
        sheet.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    out = io.BytesIO()
    book.save(out)
    applied(school, ContentFile(out.getvalue(), name="marks.xlsx"))
    assert [row[0] for row in rows_of(pupils[0])] == ["st1:m1", "st1:m2"]


@pytest.mark.parametrize(
    "headers",
    [
        ["StudentUniqueId", "SectionIdentifier", "SchoolYear", "NumericGradeEarned", "LetterGradeEarned"],
        ["Adm No", "Subject", "Marks", "Out of"],
        ["Student ID", "Course Title", "Final Grade", "Credits Earned", "School Name"],
    ],
)
def test_tables_of_marks_are_guessed(headers: list[str]) -> None:
    found = mapping.guess(headers, "x.csv")
    assert (found["kind"], mapping.missing("mark", found["columns"])) == ("mark", [])


def test_a_run_for_one_campus_writes_no_marks_of_another(school: School, pupils: list[Student]) -> None:
    other = CampusFactory.create(school=school)
    run = checked(school, marks(HEADER + ROWS), campus=other)
    assert codes(run) == ["REFERENCE_UNKNOWN"] * 2
    assert rows_of(pupils[0]) == []
