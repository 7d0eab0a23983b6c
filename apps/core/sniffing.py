"""What a file really is, told by its bytes; neither its name nor the browser's word counts."""

import io
import zipfile
from typing import IO, Final

import puremagic
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from apps.core.errors import DomainError

PDF: Final = "application/pdf"
PLAIN: Final = "text/plain"
CSV: Final = "text/csv"
ZIP: Final = "application/zip"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
ODP: Final = "application/vnd.oasis.opendocument.presentation"

IMAGES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
DOCUMENTS: Final = frozenset({PDF, PLAIN, CSV, DOCX, XLSX, PPTX, ODT, ODS, ODP})

_HEAD: Final = 8192
_MAX_ENTRIES: Final = 1000
_MAX_RATIO: Final = 100
_MAX_UNPACKED: Final = 500 * 1024 * 1024
_MAX_PIXELS: Final = 40_000_000
_MAX_SIDE: Final = 4096
_OFFICE_PARTS: Final = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_TOO_MUCH: Final = _("This archive unpacks to too much, or to odd places.")
_PILLOW_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def media_type_of(content: IO[bytes], name: str) -> str:
    """The media type by content; archives are listed, never unpacked, and bombs are refused here."""
    content.seek(0)
    head = content.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content)
    if head.startswith(b"%PDF-"):
        return PDF
    if _is_text(head):
        return CSV if name.lower().endswith(".csv") else PLAIN
    try:
        return str(puremagic.magic_string(head)[0].mime_type)
    except (puremagic.PureError, ValueError, IndexError):
        return "application/octet-stream"


def require_light(content: IO[bytes], most: int, field: str = "file") -> None:
    """Refuse an Office file whose parts are long: whoever reads them takes many times their size and time."""
    content.seek(0)
    with zipfile.ZipFile(content) as archive:
        parts = [
            one.file_size for one in archive.infolist() if one.filename.lower().endswith((".xml", ".rels"))
        ]
    content.seek(0)
    if sum(parts) > most:
        raise DomainError("ARCHIVE_REFUSED", _TOO_MUCH, field)


def redrawn(content: IO[bytes], media_type: str) -> bytes:
    """The picture encoded anew: no hidden payload, no camera position, no more pixels than a screen shows."""
    content.seek(0)
    try:
        with Image.open(content, formats=[_PILLOW_FORMATS[media_type]]) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise DomainError("IMAGE_TOO_LARGE", _("This picture has too many pixels."), "file")
            return _encoded(ImageOps.exif_transpose(picture), media_type)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as fault:
        raise DomainError("IMAGE_UNREADABLE", _("This picture cannot be read."), "file") from fault


def _encoded(picture: Image.Image, media_type: str) -> bytes:
    picture.thumbnail((_MAX_SIDE, _MAX_SIDE))
    if media_type == "image/jpeg" and picture.mode not in {"RGB", "L"}:
        picture = picture.convert("RGB")
    # Only the pixels: whatever else the file carried stays behind.
    clean = Image.new(picture.mode, picture.size)
    if picture.mode == "P" and picture.palette is not None:
        picture = picture.convert("RGBA")
        clean = Image.new("RGBA", picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    clean.save(out, _PILLOW_FORMATS[media_type])
    return out.getvalue()


def _kind_of_archive(content: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            _refuse_bomb(entries)
            return _kind_of_entries(archive, {entry.filename for entry in entries})
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as fault:
        raise DomainError("ARCHIVE_UNREADABLE", _("This file is damaged."), "file") from fault


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    escapes = any(".." in entry.filename.split("/") or entry.filename.startswith("/") for entry in entries)
    too_much = unpacked > _MAX_UNPACKED or unpacked > _MAX_RATIO * max(packed, 10_240)
    if len(entries) > _MAX_ENTRIES or too_much or escapes:
        raise DomainError("ARCHIVE_REFUSED", _TOO_MUCH, "file")


def _kind_of_entries(archive: zipfile.ZipFile, names: set[str]) -> str:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise DomainError(
            "MACROS_REFUSED", _("Documents with macros are not accepted. Save it without macros."), "file"
        )
    for part, media_type in _OFFICE_PARTS.items():
        if part in names:
            return media_type
    if "mimetype" in names and "content.xml" in names:
        declared = archive.read("mimetype")[:200].decode("ascii", "replace").strip()
        return declared if declared in {ODT, ODS, ODP} else ZIP
    return ZIP


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        head.decode()
    except UnicodeDecodeError as fault:
        # A character cut by the end of the sample is no fault.
        return fault.start > len(head) - 4
    return True
