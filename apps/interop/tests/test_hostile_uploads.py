"""Files that mean harm, or are no rosters: refused with the reason, and nothing is kept."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.academics.models import Student
from apps.accounts.models import School
from apps.accounts.tests.factories import CampusFactory
from apps.core import files
from apps.core.errors import DomainError
from apps.core.models import StoredFile
from apps.interop import services
from apps.interop.models import ImportRun
from apps.interop.tests.roster import actor_of, applied, checked, csv_file, zipped
from apps.interop.tests.test_rostered import FILES, ORGS

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _link_inside() -> Any:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("orgs.csv")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return ContentFile(out.getvalue(), name="link.zip")


def _workbook(name: str = "book.xlsx", extra: dict[str, bytes] | None = None, rows: Any = ()) -> Any:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows or [["Admission No", "Name"], ["A1", "Asha Rao"]]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    if extra:
        with zipfile.ZipFile(out, "a") as archive:
            for member, content in extra.items():
                archive.writestr(member, content)
    return ContentFile(out.getvalue(), name=name)


BOMB = zipped({"orgs.csv": b"0," * 30_000_000})
HOSTILE = [
    ("zip_slip", zipped({"../../orgs.csv": ORGS}), "ARCHIVE_REFUSED"),
    ("absolute", zipped({"/etc/orgs.csv": ORGS}), "ARCHIVE_REFUSED"),
    ("drive", zipped({"C:\\orgs.csv": ORGS}), "ODD_PLACES"),
    ("link", _link_inside(), "LINKS_INSIDE"),
    ("bomb", BOMB, "ARCHIVE_REFUSED"),
    ("entries", zipped({f"f{n}.csv": "a,b\n" for n in range(1001)}), "ARCHIVE_REFUSED"),
    ("many", zipped({f"f{n}.csv": "a,b\n" for n in range(61)}), "TOO_MANY_FILES"),
    ("nested", zipped({"orgs.csv": ORGS, "more.zip": b"PK"}), "ARCHIVE_INSIDE"),
    ("disguised", zipped({"orgs.csv": zipped({"orgs.csv": ORGS}).read()}), "NOT_A_TABLE"),
    ("twice", zipped({"a/orgs.csv": ORGS, "b/orgs.csv": ORGS}), "FILE_TWICE"),
    ("torn", ContentFile(zipped({"orgs.csv": ORGS}).read()[:-30], name="torn.zip"), "ARCHIVE_UNREADABLE"),
    ("macros", _workbook(extra={"xl/vbaProject.bin": b"x"}), "MACROS_REFUSED"),
    ("picture", ContentFile(b"\x89PNG\r\n\x1a\n" + b"\0" * 99, name="orgs.csv"), "NOT_A_TABLE"),
    ("pdf", ContentFile(b"%PDF-1.7 ...", name="orgs.csv"), "NOT_A_TABLE"),
    ("program", ContentFile(b"MZ\x90\0\x03\0", name="orgs.csv"), "NOT_A_TABLE"),
    ("old_excel", ContentFile(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, name="a.xls"), "NOT_A_TABLE"),
    ("zeros", ContentFile(ORGS.encode() + b"o2,,B\0ad,school,,\n", name="orgs.csv"), "NOT_A_TABLE"),
    ("late_zeros", ContentFile(ORGS.encode() + b"o2,,B,school,,\n" * 9999 + b"\0", name="o"), "NOT_A_TABLE"),
    ("empty", ContentFile(b"", name="orgs.csv"), "FILE_EMPTY"),
    ("only_header", csv_file("orgs.csv", ORGS.split("\n", maxsplit=1)[0]), "NOTHING_INSIDE"),
    ("cell", csv_file("orgs.csv", ORGS + f"o2,,{'x' * 20_000},school,,\n"), "CELL_TOO_LONG"),
    ("huge_cell", csv_file("orgs.csv", ORGS + f"o2,,{'x' * 200_000},school,,\n"), "TABLE_UNREADABLE"),
    ("open_quote", csv_file("orgs.csv", ORGS + 'o2,,"open' + ",school,,\n" * 20_000), "TABLE_UNREADABLE"),
    ("columns", csv_file("wide.csv", ",".join(f"c{n}" for n in range(900)) + "\n"), "TOO_MANY_COLUMNS"),
    ("virus", ContentFile(EICAR, name="orgs.csv"), "NO_HEADER"),
    ("page", csv_file("a.html", "<html><script>alert(1)</script></html>\n"), "NO_HEADER"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("upload", "code"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE]
)
def test_a_hostile_upload_is_refused_and_leaves_nothing(school: School, upload: Any, code: str) -> None:
    upload.seek(0)
    with pytest.raises(DomainError) as refusal:
        services.start_import(actor=actor_of(school), uploads=[upload])
    assert refusal.value.code == code
    assert str(refusal.value)
    assert not ImportRun.objects.filter(school=school).exists()
    assert not StoredFile.objects.filter(school=school).exists()


def test_a_workbook_is_read_and_its_formulas_do_not_run(school: School) -> None:
    CampusFactory.create(school=school)
    rows = [
        ["Admission No", "Name", "DOB", "Class"],
        ["A1", "=1+1", "2012-03-04", 9],
        [7, "Bela Roy", None, "X"],
    ]
    applied(school, _workbook(rows=rows))
    found = Student.objects.filter(school=school).values_list(
        "admission_number", "given_name", "grade_level__code"
    )
    assert sorted(found) == [("7", "Bela", "10")]  # a formula without a kept value is an empty cell


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_entities_in_a_workbook_are_not_expanded(school: School, member: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_workbook().read())) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == member:
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content
            target.writestr(entry.filename, content)
    with pytest.raises(DomainError) as refusal:
        services.start_import(actor=actor_of(school), uploads=[ContentFile(out.getvalue(), name="x.xlsx")])
    assert refusal.value.code == "WORKBOOK_UNREADABLE"


def test_no_password_is_stored_shown_or_kept_in_the_outline(school: School) -> None:
    run = checked(school, zipped(FILES))
    assert run.file is not None
    with files.content_of(run.file) as content, zipfile.ZipFile(content) as kept:
        text = b"".join(kept.read(name) for name in kept.namelist())
    assert b"Asha" in text
    assert b"Sup3rSecret" not in text
    assert "Sup3rSecret" not in json.dumps([run.outline, run.summary])
    assert "password" in next(part for part in run.outline if part["table"] == "users")["dropped"]


@pytest.mark.parametrize(
    "header", ["Password", "PASS WORD", "Initial Password", "pwd", "Passwort", "user_password"]
)
def test_passwords_of_plain_files_go_whatever_the_column_is_called(school: School, header: str) -> None:
    CampusFactory.create(school=school)
    run = checked(
        school, csv_file("students.csv", f"Admission No,Name,{header}\nA1,Asha Rao,hunter2hunter2\n")
    )
    assert run.outline[0]["dropped"] == [header]
    assert run.file is not None
    with files.content_of(run.file) as content, zipfile.ZipFile(content) as kept:
        assert b"hunter2" not in kept.read("0.jsonl")


def test_without_the_password_rule_the_password_would_be_kept(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the tests above would notice."""
    from apps.interop.services import tables

    monkeypatch.setattr(tables, "is_secret", lambda key: False)
    CampusFactory.create(school=school)
    run = checked(
        school, csv_file("students.csv", "Admission No,Name,Password\nA1,Asha Rao,hunter2hunter2\n")
    )
    assert run.file is not None
    with files.content_of(run.file) as content, zipfile.ZipFile(content) as kept:
        assert b"hunter2" in kept.read("0.jsonl")


def test_the_file_goes_once_it_is_applied(school: School, django_capture_on_commit_callbacks: Any) -> None:
    run = checked(school, zipped(FILES))
    assert run.file is not None
    key = run.file.key
    run = applied(school, zipped(FILES))
    assert run.file is None
    assert default_storage.exists(key)  # that of the run that waits


def naughty() -> list[str]:
    """The public list of naughty strings, when the shared folder is there, and our own."""
    ours = [
        "=HYPERLINK(1)", "+1", "@SUM(1)", "'; DROP TABLE x; --", "<script>alert(1)</script>", "{{7*7}}",
        "{x.__class__}",
        "अनुष्का", "தமிழ்", "\u202egnirts", "👩‍👩‍👧‍👦", "O'Neil", 'Say "hi"', "a,b;c\td", "%s%n", "${jndi:x}",
        "NULL", "None",
    ]  # fmt: skip
    path = Path(os.environ.get("SHARED_DATA_DIR", "")) / "security" / "blns.json"
    listed = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return [text for text in [*ours, *listed] if text.strip() and "\x00" not in text and len(text) <= 100]


def test_naughty_strings_are_kept_as_names_or_refused(school: School) -> None:
    import csv

    CampusFactory.create(school=school)
    names = naughty()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Admission No", "First Name", "Last Name"])
    for index, name in enumerate(names):
        writer.writerow([f"N{index}", name, "X"])
    run = applied(school, csv_file("students.csv", out.getvalue()))
    kept = dict(Student.objects.filter(school=school).values_list("admission_number", "given_name"))
    wrong = {row.line for row in run.problems.filter(severity="error")}
    assert len(kept) + len(wrong) == len(names)
    for index, name in enumerate(names):
        if f"N{index}" in kept:
            assert (
                kept[f"N{index}"] == " ".join(name.strip().splitlines()).replace("\t", " ")
                or not name.isprintable()
            )
