"""Encodings, separators, quotes, blank lines, line numbers, dates."""

from datetime import date

import pytest

from apps.academics.models import Student
from apps.accounts.models import School
from apps.accounts.tests.factories import CampusFactory, SchoolFactory
from apps.interop.services.decoding import delimiter_of
from apps.interop.services.values import order_seen, parsed_date
from apps.interop.services.words import grade_of
from apps.interop.tests.roster import applied, checked, codes, csv_file, problems

TEXT = "Admission No,Name,DOB\nA1,Zoë Müller,2012-03-04\n"


@pytest.fixture
def one_campus(school: School) -> School:
    CampusFactory.create(school=school)
    return school


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_are_found(one_campus: School, encoding: str) -> None:
    run = applied(one_campus, csv_file("students.csv", TEXT, encoding))
    assert codes(run) == []
    assert Student.objects.get(school=one_campus).full_name == "Zoë Müller"


def test_western_text_is_read_and_said(one_campus: School) -> None:
    run = applied(one_campus, csv_file("students.csv", TEXT, "cp1252"))
    assert codes(run) == ["ENCODING_GUESSED"]
    assert Student.objects.get(school=one_campus).full_name == "Zoë Müller"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators_are_found(one_campus: School, mark: str) -> None:
    applied(one_campus, csv_file("students.csv", TEXT.replace(",", mark)))
    assert Student.objects.get(school=one_campus).birth_date == date(2012, 3, 4)


def test_a_quoted_separator_is_no_separator() -> None:
    assert delimiter_of('"a;b;c;d",x,y\n') == ","


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_numbers_are_those_of_the_file(one_campus: School, ending: str) -> None:
    text = 'Admission No,Name,Address,DOB\n\nA1,Asha,"Street 1\nCity",2012-03-04\n,,,\nA2,Bela,,soon\n'
    run = checked(one_campus, csv_file("students.csv", text.replace("\n", ending)))
    assert problems(run) == [("students.csv", 6, "DOB", "DATE_INVALID", "soon")]


def test_a_broken_line_keeps_its_place(one_campus: School) -> None:
    run = checked(one_campus, csv_file("students.csv", "Admission No,Name\nA1,Rao, Asha\nA2\nA3,Bela\n"))
    assert problems(run) == [
        ("students.csv", 2, "", "TOO_MANY_CELLS", ""),
        ("students.csv", 3, "", "TOO_FEW_CELLS", ""),
        ("students.csv", 3, "Name", "REQUIRED", ""),
    ]


def test_headers_match_whatever_their_case_and_marks(one_campus: School) -> None:
    applied(one_campus, csv_file("students.csv", "\ufeff ADMISSION no. , full NAME \nA1,Asha Rao\n"))
    assert Student.objects.get(school=one_campus).family_name == "Rao"


@pytest.mark.parametrize(
    ("country", "values", "expected", "warned"),
    [
        ("IN", ["03/04/2012"], date(2012, 4, 3), True),
        ("US", ["03/04/2012"], date(2012, 3, 4), True),
        ("US", ["03/04/2012", "25/12/2012"], date(2012, 4, 3), False),
        ("IN", ["03/04/2012", "12/25/2012"], date(2012, 3, 4), False),
        ("IN", ["2012-04-03"], date(2012, 4, 3), False),
        ("IN", ["3.4.2012", "30.4.2012"], date(2012, 4, 3), False),
    ],
)
def test_the_order_of_day_and_month(
    country: str, values: list[str], expected: date, warned: bool, db: None
) -> None:
    school = SchoolFactory.create(country=country)
    CampusFactory.create(school=school)
    rows = "".join(f"A{n},Asha,{value}\n" for n, value in enumerate(values))
    run = applied(school, csv_file("students.csv", f"Admission No,Name,DOB\n{rows}"))
    assert Student.objects.get(school=school, admission_number="A0").birth_date == expected
    assert (codes(run) == ["DATE_ORDER_ASSUMED"]) is warned


def test_a_chosen_order_counts(one_campus: School) -> None:
    text = "Admission No,Name,DOB\nA1,Asha,03/04/2012\n"
    run = applied(one_campus, csv_file("students.csv", text), date_order="mdy")
    assert codes(run) == []
    assert Student.objects.get(school=one_campus).birth_date == date(2012, 3, 4)


def test_both_orders_in_one_file_leave_the_rows_that_do_not_fit(one_campus: School) -> None:
    text = "Admission No,Name,DOB\nA1,Asha,13/04/2012\nA2,Bela,14/05/2012\nA3,Chitra,04/15/2012\n"
    run = checked(one_campus, csv_file("students.csv", text))
    assert problems(run) == [("students.csv", 4, "DOB", "DATE_INVALID", "04/15/2012")]


@pytest.mark.parametrize(
    ("text", "month_first", "expected"),
    [
        ("2026-02-29", False, None),
        ("2024-02-29T00:00:00Z", False, date(2024, 2, 29)),
        ("8/13/2020 10:36:44 AM", True, date(2020, 8, 13)),
        ("13/8/20", False, None),
        ("tomorrow", False, None),
        ("٣/٤/٢٠١٢", False, date(2012, 4, 3)),
    ],
)
def test_dates(text: str, month_first: bool, expected: date | None) -> None:
    assert parsed_date(text, month_first=month_first) == expected


def test_the_order_is_seen_in_any_value() -> None:
    assert order_seen(["1/2/2020", "31/1/2020"]) == "dmy"
    assert order_seen(["1/2/2020", "1/31/2020"]) == "mdy"
    assert order_seen(["1/2/2020"]) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [("09", "9"), ("9", "9"), ("Grade 9", "9"), ("Class IX", "9"), ("KG", "KG"), ("K", "KG"), ("0", "KG"),
     ("PK", "PK"), ("lkg", "LKG"), ("Nursery", "PK"), ("PS1", "PS1"), ("Undergraduate", "undergraduate"),
     ("XII", "12"), ("Rainbow", "Rainbow")],
)  # fmt: skip
def test_grades_however_they_are_written(text: str, code: str) -> None:
    assert grade_of(text)[0] == code
