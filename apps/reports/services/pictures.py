"""The pictures on a paper, small enough for it and carried within the page: logo, photo, QR code."""

import base64
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.core.files.storage import default_storage
from PIL import Image

from apps.core.models import StoredFile

# 22 x 28 mm at 280 dots an inch.
PHOTO: Final = (244, 310)
LOGO: Final = (260, 260)


@dataclass(frozen=True)
class Pictures:
    """Addresses of kind `data:`; empty where there is no picture."""

    logo: str = ""
    photo: str = ""
    qr: str = ""


def logo_address(file: StoredFile | None) -> str:
    picture = logo_bytes(file.key) if file else b""
    return _address("image/png", picture) if picture else ""


def photo_address(file: StoredFile | None) -> str:
    """A photo that cannot be read leaves its box empty; the paper is no worse for it."""
    if file is None:
        return ""
    small = photo_bytes(file.key)
    return _address("image/jpeg", small) if small else ""


def photo_bytes(key: str) -> bytes:
    try:
        with default_storage.open(key) as content, Image.open(content) as picture:
            picture.draft("RGB", PHOTO)
            return _jpeg(picture)
    except (OSError, ValueError):
        return b""


def qr_address(text: str) -> str:
    return _address("image/png", qr_bytes(text))


def qr_bytes(text: str) -> bytes:
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    code = QRCode(error_correction=ERROR_CORRECT_M, border=1, box_size=6)
    code.add_data(text)
    out = io.BytesIO()
    code.make_image().save(out)
    return out.getvalue()


@lru_cache(maxsize=32)
def logo_bytes(key: str) -> bytes:
    """Kept between papers: a file never changes."""
    try:
        with default_storage.open(key) as content, Image.open(content) as picture:
            small = picture.convert("RGBA")
            small.thumbnail(LOGO)
            out = io.BytesIO()
            small.save(out, "PNG", optimize=True)
    except (OSError, ValueError):
        return b""
    return out.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    small = picture.convert("RGB")
    small.thumbnail(PHOTO)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    return out.getvalue()


def _address(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
