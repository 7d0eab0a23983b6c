"""The school's own Word file: what is refused and why, and what it looks like filled."""

import io
import os
import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from docx import Document
from jinja2.exceptions import SecurityError

from apps.core import files
from apps.core.errors import DomainError
from apps.core.sniffing import DOCX
from apps.reports import services
from apps.reports.models import DocumentKind, IssuedDocument
from apps.reports.services.pictures import qr_bytes
from apps.reports.tests.registry import Registry

pytestmark = pytest.mark.django_db


# Lists within lists, deeper than any paper needs.
NESTED = "".join(f"{{% for n{n} in lines %}}" for n in range(4)) + "x" + "{% endfor %}" * 4


@pytest.fixture
def school() -> Registry:
    made = Registry(courses=("Art", "Music"))
    made.post_all(1)
    return made


def word(*lines: str, table: tuple[str, ...] = (), picture: str = "") -> bytes:
    """A Word file with these paragraphs, and a table with a row for each entry."""
    document: Any = Document()
    for line in lines:
        document.add_paragraph(line)
    if table:
        rows = document.add_table(rows=0, cols=1)
        for text in table:
            rows.add_row().cells[0].text = text
    if picture:
        run = document.add_paragraph().add_run()
        shape = run.add_picture(io.BytesIO(qr_bytes("placeholder")))
        shape._inline.graphic.graphicData.pic.nvPicPr.cNvPr.set("descr", picture)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(content: bytes, changes: dict[str, Any]) -> bytes:
    """The archive with some members changed (by a function of their bytes) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            change = changes.get(entry.filename, lambda text: text)
            new.writestr(entry.filename, change(old.read(entry)))
        for name, change in changes.items():
            if name not in old.namelist():
                new.writestr(name, change(b""))
    return out.getvalue()


def added(school: Registry, content: bytes, name: str = "letter.docx", kind: str = "report_card") -> Any:
    return services.add_template(
        actor=school.actor(school.head), kind=kind, name="Own", word_file=ContentFile(content, name=name)
    )


def refusal(school: Registry, content: bytes, name: str = "letter.docx") -> DomainError:
    with pytest.raises(DomainError) as found:
        added(school, content, name)
    assert found.value.field == "word_file"
    return found.value


def issued(school: Registry, template: Any) -> IssuedDocument:
    return services.issue_document(
        actor=school.actor(),
        template=template,
        student=school.pupils[0],
        session=school.terms[0],
        today=school.today,
        now=timezone.now(),
    )


def text_in(row: IssuedDocument) -> str:
    with files.content_of(row.file) as content:
        document: Any = Document(content)
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_a_file_is_filled_in_its_place(school: Registry) -> None:
    content = word(
        "{{ school.name }}: {{ student.name|upper }}",
        "{% if student.roll_number %}Roll {{ student.roll_number }}{% endif %}",
        table=(
            "{%tr for line in lines %}",
            "{{ line.subject }} {{ line.percent }} {{ line.grade }}",
            "{%tr endfor %}",
        ),
    )
    row = issued(school, added(school, content))

    assert row.file.media_type == DOCX
    assert row.file.name == "report-card-asha-rao.docx"
    assert text_in(row).split("\n") == [
        "Vidya Public School: ASHA RAO",
        "Roll 1",
        "Art 62.4 B2",
        "Music 67.4 B2",
    ]


def test_the_code_and_its_picture_stand_in_it(school: Registry) -> None:
    row = issued(school, added(school, word("{{ document.code }} {{ document.address }}", picture="qr")))
    with files.content_of(row.file) as content, zipfile.ZipFile(content) as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.startswith("word/media/")]

    assert row.code in text_in(row).replace("-", "")
    assert len(pictures) == 1
    assert pictures[0] != qr_bytes("placeholder")


def test_values_are_never_read_as_fields(school: Registry) -> None:
    pupil = school.pupils[0]
    pupil.given_name = "{{ school.name }} <w:p/> & {% for %}"
    pupil.save()
    row = issued(school, added(school, word("{{ student.given_name }}")))

    assert text_in(row) == "{{ school.name }} <w:p/> & {% for %}"


def test_unknown_fields_are_told_with_their_line_and_a_guess(school: Registry) -> None:
    """Empty lines are not counted."""
    found = refusal(
        school, word("Dear parents,", "{{ studnt.name }} and {{ student.nmae }}", "", "{{ lines.subject }}")
    )

    assert [one.message for one in found.details] == [
        "Line 2: there is no field “studnt”. Did you mean “student”?",
        "Line 2: there is no field “nmae”. Did you mean “name”?",
        "Line 3: there is no field “subject”. Look it up in the list of fields.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{{ student.name.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ lines.append('x') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ 'a' * 1000000000 }}",
        "{% for n in range(99999999) %}x{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% set a = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{{ student|attr('name') }}",
        "{{ student.name|map('upper') }}",
        NESTED,
    ],
)
def test_more_than_fields_is_refused(school: Registry, text: str) -> None:
    assert refusal(school, word(text)).code == "WORD_FIELDS"


def test_without_the_protection_a_file_computes(school: Registry, settings: Any) -> None:
    settings.PROTECTIONS_OFF = ["reports.word_fields"]

    assert text_in(issued(school, added(school, word("{{ 6 * 7 }}")))) == "42"


def test_the_sandbox_stands_behind_the_list_of_fields(school: Registry, settings: Any) -> None:
    settings.PROTECTIONS_OFF = ["reports.word_fields"]
    with pytest.raises(SecurityError):
        added(school, word("{{ ''.__class__.__mro__ }}"))


def test_a_broken_field_names_its_line(school: Registry) -> None:
    found = refusal(school, word("Hello", "{% if student.name %}never closed"))

    assert found.details[0].code == "SYNTAX"


def test_macros_are_refused(school: Registry) -> None:
    assert refusal(school, word("x"), "letter.docm").code == "MACROS_REFUSED"


def test_a_macro_inside_is_refused(school: Registry) -> None:
    content = repacked(word("x"), {"word/vbaProject.bin": lambda _old: b"macro"})

    assert refusal(school, content).code == "MACROS_REFUSED"


def test_a_macro_file_in_disguise_is_refused(school: Registry) -> None:
    disguised = repacked(
        word("x"),
        {
            "[Content_Types].xml": lambda old: old.replace(
                b"document.main+xml", b"document.macroEnabled.main+xml"
            )
        },
    )

    assert refusal(school, disguised).code == "MACROS_REFUSED"


OUTSIDE = (
    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"'
    b' Target="%s" TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (b"attachedTemplate", b"http://evil.test/t.dotm"),
        (b"image", b"file:///etc/passwd"),
        (b"oleObject", b"http://evil.test/o"),
        (b"hyperlink", b"file:///etc/passwd"),
        (b"hyperlink", b"javascript:alert(1)"),
    ],
)
def test_a_link_to_the_outside_is_refused(school: Registry, kind: bytes, target: bytes) -> None:
    place = "word/_rels/document.xml.rels"
    content = repacked(
        word("x"), {place: lambda old: old.replace(b"</Relationships>", OUTSIDE % (kind, target))}
    )

    assert refusal(school, content).code == "OUTSIDE"


def test_the_address_of_the_school_may_stand_in_it(school: Registry) -> None:
    place = "word/_rels/document.xml.rels"
    link = OUTSIDE % (b"hyperlink", b"https://school.test/")
    assert added(school, repacked(word("x"), {place: lambda old: old.replace(b"</Relationships>", link)}))


@pytest.mark.parametrize("field", ["INCLUDEPICTURE", "DDEAUTO", "INCLUDETEXT"])
def test_a_field_that_fetches_is_refused(school: Registry, field: str) -> None:
    instruction = f"<w:r><w:instrText>{field} &quot;http://evil.test&quot;</w:instrText></w:r></w:p>".encode()
    content = repacked(word("x"), {"word/document.xml": lambda old: old.replace(b"</w:p>", instruction, 1)})

    assert refusal(school, content).code == "FETCHING_FIELD"


def test_entities_are_refused(school: Registry) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    content = repacked(
        word("x"), {"word/document.xml": lambda old: old.replace(b"<w:document", bomb + b"<w:document", 1)}
    )

    assert refusal(school, content).code == "UNREADABLE"


def test_an_embedded_object_is_refused(school: Registry) -> None:
    content = repacked(word("x"), {"word/embeddings/oleObject1.bin": lambda _old: b"x"})

    assert refusal(school, content).code == "EMBEDDED"


def test_a_bomb_is_refused(school: Registry) -> None:
    content = repacked(word("x"), {"word/big.xml": lambda _old: b"0" * 60_000_000})

    assert refusal(school, content).code in {"ARCHIVE_REFUSED", "FILE_TOO_LARGE"}


def test_a_long_document_in_a_small_file_is_refused(school: Registry) -> None:
    """No bomb by its ratio, but reading its parts would take gigabytes."""
    parts = {
        "word/notes.xml": lambda _old: b"<x>" + b"<w/>" * 5_000_000 + b"</x>",
        "padding.bin": lambda _old: os.urandom(400_000),
    }
    fault = refusal(school, repacked(word("Dear"), parts))
    assert (fault.code, fault.field) == ("ARCHIVE_REFUSED", "word_file")


@pytest.mark.parametrize("content", [b"no archive", b"PK\x03\x04 broken"])
def test_something_else_is_refused(school: Registry, content: bytes) -> None:
    refusal(school, content)


def test_a_mark_sheet_is_ours_only(school: Registry) -> None:
    with pytest.raises(DomainError) as found:
        added(school, word("x"), kind=DocumentKind.MARK_SHEET)
    assert found.value.code == "NO_WORD_FILE"
