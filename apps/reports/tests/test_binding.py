"""Bound files: pages in order, whole, whatever the files are made of."""

import io
import secrets
import tempfile
import tracemalloc
from functools import partial

from pypdf import PdfReader, PdfWriter

from apps.reports.services.binding import bind_pdf
from apps.reports.services.drawing import pdf_of


def page(text: str) -> bytes:
    return pdf_of(f"<p>{text}</p>", "@page { size: A6 }")


def bound(*contents: bytes) -> PdfReader:
    target = io.BytesIO()
    count = bind_pdf((partial(io.BytesIO, one) for one in contents), target)
    reader = PdfReader(target, strict=True)
    assert len(reader.pages) == count
    return reader


def test_pages_stand_in_order() -> None:
    reader = bound(page("One"), page("Two"), page("Three"))

    assert [one.extract_text() for one in reader.pages] == ["One", "Two", "Three"]


def test_a_file_with_object_streams_is_bound_too() -> None:
    packed = io.BytesIO()
    writer = PdfWriter(clone_from=io.BytesIO(page("Packed")))
    writer.write(packed)

    assert [one.extract_text() for one in bound(packed.getvalue(), page("Plain")).pages] == [
        "Packed",
        "Plain",
    ]


def test_nothing_bound_is_an_empty_file() -> None:
    assert len(bound().pages) == 0


def heavy(size: int = 200_000) -> bytes:
    """A page with so many bytes that cannot be packed."""
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("noise", secrets.token_bytes(size))
    writer.write(out)
    return out.getvalue()


def test_memory_does_not_grow_with_the_files() -> None:
    content = heavy()
    tracemalloc.start()
    with tempfile.TemporaryFile() as target:
        bind_pdf((partial(io.BytesIO, content) for _ in range(100)), target)
        written = target.tell()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert written > 100 * 200_000
    assert peak < 6_000_000
