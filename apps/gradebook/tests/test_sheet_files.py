"""A gradebook as a workbook: what goes out comes in again, and only what changed is shown and written."""

import io
import os
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.errors import DomainError, StaleVersion
from apps.core.export import write_xlsx
from apps.core.models import StoredFile
from apps.gradebook.models import Result
from apps.gradebook.selectors.sheets import Sheet, sheet
from apps.gradebook.services.sheet_files import (
    MOST_BYTES,
    SheetUpload,
    apply_sheet,
    check_sheet,
    sheet_header,
    sheet_rows,
)
from apps.gradebook.tests.marking import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    book = Book(today=timezone.localdate())
    book.save(book.cell(0, 0, "17.5"), book.cell(1, 0, "12 late 2"), book.cell(2, 1, "ex"))
    return book


def open_sheet(book: Book) -> Sheet:
    return sheet(gradebook=book.book, session=book.terms[0], today=book.today)


def workbook(header: list[Any], rows: list[list[Any]]) -> "ContentFile[bytes]":
    target = io.BytesIO()
    write_xlsx(target, header, rows)
    return ContentFile(target.getvalue(), name="marks.xlsx")


def check(book: Book, header: list[Any], rows: list[list[Any]]) -> SheetUpload:
    return check_sheet(actor=book.teacher, made=open_sheet(book), file=workbook(header, rows))


def exported(book: Book) -> tuple[list[Any], list[list[Any]]]:
    made = open_sheet(book)
    return sheet_header(made), list(sheet_rows(made))


def test_what_goes_out_changes_nothing_when_it_comes_back(book: Book) -> None:
    header, rows = exported(book)
    assert [row[2:4] for row in rows] == [[Decimal("17.5"), ""], ["12 late 2", ""], ["", "ex"]]
    found = check(book, header, rows)
    assert (found.changes, found.problems, found.unchanged, found.file) == ([], [], 3, None)


def test_a_change_is_shown_then_written_and_the_plan_forgotten(book: Book) -> None:
    header, rows = exported(book)
    rows[0][2], rows[1][3], rows[2][3] = 9, 11.25, "-"
    found = check(book, header, rows)
    assert [(one.old, one.new) for one in found.changes] == [("17.5", "9"), ("", "11.25"), ("ex", "")]
    assert found.changes[0].student == book.pupils[0].full_name
    assert book.result().score == Decimal("17.5")
    apply(book, found)
    assert book.result().score == 9
    assert Result.objects.get(line_item=book.items[1], student=book.pupils[2]).status == "unmarked"
    assert not StoredFile.objects.exists()


def apply(book: Book, found: SheetUpload) -> None:
    assert found.file is not None
    apply_sheet(actor=book.teacher, section=book.section, file_id=found.file.pk, now=timezone.now())


def test_a_mark_that_changed_meanwhile_refuses_the_whole(book: Book) -> None:
    header, rows = exported(book)
    rows[0][2], rows[1][3] = 9, 11
    found = check(book, header, rows)
    book.save(book.cell(0, 0, "3", 1))
    with pytest.raises(StaleVersion):
        apply(book, found)
    assert book.result().score == 3
    assert Result.objects.count() == 3


def test_problems_are_told_by_row_and_column(book: Book) -> None:
    header, rows = exported(book)
    rows[0][2], rows[1][2], rows[2][0] = 900, "=1+1", "A-nobody"
    rows.append(list(rows[0]))
    found = check(book, [*header, "Gym"], rows)
    places = [(one.row, one.column) for one in found.problems]
    assert places == [(1, "G"), (4, "A"), (5, "A"), (2, "C"), (3, "C")]
    assert "more than 20" in found.problems[3].message


def test_items_of_one_name_keep_apart(book: Book) -> None:
    for one in book.items:
        one.title = "Quiz"
        one.save()
    header, rows = exported(book)
    assert header[2:4] == ["Quiz (20)", "Quiz (20) #2"]
    assert check(book, header, rows).unchanged == 3
    assert check(book, ["n", "name", "Quiz (20)", "Quiz"], rows).problems[0].column == "D"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no workbook", "NOT_A_WORKBOOK"), (b"x" * (MOST_BYTES + 1), "FILE_TOO_LARGE")],
)
def test_what_is_no_workbook_is_refused(book: Book, content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_sheet(actor=book.teacher, made=open_sheet(book), file=ContentFile(content, name="m.xlsx"))
    assert refused.value.code == code


def test_a_workbook_without_our_columns_says_how_to_begin(book: Book) -> None:
    with pytest.raises(DomainError, match="Begin with a download"):
        check(book, ["n", "name", "Gym"], [["1", "x", "5"]])


def test_the_pages(book: Book) -> None:
    client = Client()
    client.force_login(book.staff.user)
    term = f"?term={book.terms[0].pk}"
    url = reverse("gradebook:sheet-download", args=[book.section.pk]) + term
    answer: Any = client.get(url)
    downloaded: Any = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    downloaded.worksheets[0]["C2"] = 9
    changed = io.BytesIO()
    downloaded.save(changed)
    there = reverse("gradebook:sheet-upload", args=[book.section.pk]) + term
    answer = client.post(there, {"file": ContentFile(changed.getvalue(), name="marks.xlsx")})
    assert answer.status_code == 200
    result = answer.context["result"]
    assert len(result.changes) == 1
    assert client.post(there, {"file_id": result.file.pk}).status_code == 302
    assert book.result().score == 9
    assert client.post(there, {"file_id": result.file.pk}).status_code == 422
    assert client.post(there, {"reason": "x"}).status_code == 422


def test_a_small_workbook_with_a_long_list_of_words_is_refused(book: Book) -> None:
    """Its ratio is no bomb's, and yet reading it would keep a process busy for a minute."""
    target = io.BytesIO(workbook(*exported(book)).read())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"<si><t>x</t></si>" * 1_200_000)
        archive.writestr("padding.bin", os.urandom(400_000))
    file = ContentFile(target.getvalue(), name="marks.xlsx")
    assert file.size < MOST_BYTES
    with pytest.raises(DomainError) as refused:
        check_sheet(actor=book.teacher, made=open_sheet(book), file=file)
    assert refused.value.code == "ARCHIVE_REFUSED"
