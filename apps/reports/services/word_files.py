"""The school's own Word file, filled in its place: plain texts only, in a sandbox."""

import io
import re
from typing import IO, Any, Final

from django.utils import translation

from apps.core import files
from apps.core.models import StoredFile
from apps.core.policy import Actor
from apps.core.sniffing import DOCX
from apps.reports.models import DocumentTemplate
from apps.reports.selectors.papers import Paper
from apps.reports.selectors.word_fields import FIELDS, values_of
from apps.reports.services.pictures import logo_bytes, photo_bytes, qr_bytes
from apps.reports.services.word_checks import Sandbox, require_safe

PURPOSE: Final = "document_word_file"
MOST_BYTES: Final = 5 * files.MB
# What no XML may hold, and no name needs.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def register_files() -> None:
    files.register(
        PURPOSE, allowed=frozenset({DOCX}), max_bytes=MOST_BYTES, reached=_keeps_templates, uploadable=False
    )


def require_template(content: IO[bytes]) -> None:
    """Refuse a file that is unsafe, or names a field that is not there; every fault with its line."""
    require_safe(content)
    _render(content, _sample(FIELDS))


def filled(paper: Paper, *, code: str, address: str) -> bytes:
    """The Word file of one paper."""
    template = paper.look.template
    with translation.override(paper.look.layout.languages[0]):
        values = _clean(values_of(paper, code=code, address=address))
    pictures = {"qr": qr_bytes(address)}
    if paper.photo and (photo := photo_bytes(paper.photo.key)):
        pictures["photo"] = photo
    if template.logo and (logo := logo_bytes(template.logo.key)):
        pictures["logo"] = logo
    with files.content_of(template.word_file) as content:  # type: ignore[arg-type]  # asked for by who calls
        return _render(content, values, pictures)


def _render(content: IO[bytes], values: dict[str, Any], pictures: dict[str, bytes] | None = None) -> bytes:
    from docxtpl import DocxTemplate

    content.seek(0)
    document = DocxTemplate(io.BytesIO(content.read()))
    document.allow_missing_pics = True
    document.render(values, jinja_env=Sandbox(), autoescape=True)
    for name, picture in (pictures or {}).items():
        document.replace_pic(name, io.BytesIO(picture))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _sample(fields: Any) -> Any:
    """Every field with something in it, and every list with one entry, so that all of the file is read."""
    if isinstance(fields, list):
        return [_sample(fields[0])]
    if isinstance(fields, dict):
        return {name: _sample(kind) for name, kind in fields.items()}
    return "x"


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _clean(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return _FORBIDDEN.sub("", str(value))


def _keeps_templates(actor: Actor, file: StoredFile) -> bool:
    return DocumentTemplate.objects.permitted(actor, "change").filter(word_file=file).exists()
