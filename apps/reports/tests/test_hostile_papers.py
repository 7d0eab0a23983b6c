"""A paper reaches nothing: neither what pupils are called nor what teachers write makes it fetch."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from pypdf import PdfReader

from apps.core import files
from apps.core.errors import DomainError
from apps.reports import services
from apps.reports.selectors.layouts import layout_of
from apps.reports.services.drawing import pdf_of, style_of
from apps.reports.tests.registry import Registry, text_of

pytestmark = pytest.mark.django_db
STYLE = style_of(layout_of("report_card", {}))


@pytest.fixture
def listener() -> Iterator[Any]:
    """A server of this machine that writes down what it is asked for."""
    asked: list[str] = []

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            return None

    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield type("Listener", (), {"asked": asked, "url": f"http://127.0.0.1:{server.server_port}"})
    server.shutdown()
    server.server_close()


def ways_out(url: str) -> str:
    """Every way a page may ask for something else."""
    return f"""<html><head><link rel="stylesheet" href="{url}/style">
      <style>@import "{url}/import"; @font-face {{ font-family: F; src: url({url}/font) }}
      p {{ font-family: F; background: url({url}/background); list-style-image: url({url}/list) }}</style>
      <link rel="attachment" href="{url}/attachment"></head>
      <body><p>Text</p><img src="{url}/image"><object data="{url}/object"></object><embed src="{url}/embed">
      <svg width="9" height="9"><image href="{url}/svg" width="9" height="9"/><use href="{url}/use#a"/></svg>
      <img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}/inner'/></svg>">
      </body></html>"""


def test_a_page_asks_nobody(listener: Any) -> None:
    assert "Text" in text_of(pdf_of(ways_out(listener.url), STYLE))
    assert listener.asked == []


def test_without_the_protection_it_would(listener: Any, settings: Any) -> None:
    settings.PROTECTIONS_OFF = ["reports.paper_fetcher"]
    pdf_of(ways_out(listener.url), STYLE)

    assert {"/style", "/image", "/svg"} <= set(listener.asked)


def file_page(tmp_path: Path) -> str:
    secret = tmp_path / "secret.txt"
    secret.write_text("the words of a local file")
    return f'<link rel="attachment" href="{secret.as_uri()}"><p>Text</p>'


def attached(pdf: bytes) -> list[bytes]:
    files_of = PdfReader(io.BytesIO(pdf)).attachments
    return [content for contents in files_of.values() for content in contents]


def test_a_page_opens_no_local_file(tmp_path: Path) -> None:
    assert attached(pdf_of(file_page(tmp_path), STYLE)) == []


def test_without_the_protection_it_would_carry_the_file_away(tmp_path: Path, settings: Any) -> None:
    settings.PROTECTIONS_OFF = ["reports.paper_fetcher"]

    assert attached(pdf_of(file_page(tmp_path), STYLE)) == [b"the words of a local file"]


@pytest.mark.parametrize(
    "words",
    [
        '<img src="http://127.0.0.1:9/x">',
        '<link rel="attachment" href="file:///etc/passwd">',
        "{{ 7 * 7 }} {% debug %}",
        "</td></table><script>alert(1)</script>",
    ],
)
def test_names_and_comments_are_text(words: str) -> None:
    school = Registry((words[:90],), courses=("Art",))
    school.post_all(1)
    school.comment(school.pupils[0], school.sections[0], words, session=school.terms[0])
    row = services.issue_document(
        actor=school.actor(),
        template=school.template(),
        student=school.pupils[0],
        session=school.terms[0],
        today=school.today,
        now=timezone.now(),
    )
    with files.content_of(row.file) as content:
        said = text_of(content.read()).replace(" ", "")

    assert said.count(words.replace(" ", "")) >= 2


@pytest.mark.parametrize(
    "drawing",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        b"\x89PNG\r\n\x1a\nbroken",
    ],
)
def test_a_logo_is_a_picture(drawing: bytes) -> None:
    school = Registry(courses=())
    with pytest.raises(DomainError) as refusal:
        services.add_template(
            actor=school.actor(school.head),
            kind="report_card",
            name="With logo",
            logo=ContentFile(drawing, name="logo.svg"),
        )
    assert refusal.value.field == "logo"
