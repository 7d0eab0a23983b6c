"""Templates of papers: the school's settings, its logo, its own Word file."""

from typing import Any, Final

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Campus, School
from apps.core import files
from apps.core.errors import Conflict, DomainError
from apps.core.models import StoredFile
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, revised, school_of, user_of, written
from apps.core.sniffing import IMAGES
from apps.reports.models import DocumentKind, DocumentTemplate, IssuedDocument, ReportRun
from apps.reports.selectors.certificates import unknown_places
from apps.reports.selectors.labels import TITLES
from apps.reports.selectors.layouts import CertificateKind, require_layout
from apps.reports.services import word_files

LOGO: Final = "document_logo"


def register_files() -> None:
    files.register(LOGO, allowed=IMAGES, max_bytes=3 * files.MB, reached=_sees_templates, uploadable=False)


@transaction.atomic
def add_template(
    *,
    actor: Actor,
    kind: str,
    name: str,
    campus: Campus | None = None,
    layout: dict[str, Any] | None = None,
    logo: "File[Any] | None" = None,
    word_file: "File[Any] | None" = None,
) -> DocumentTemplate:
    """A new template; without a campus it is for all of them."""
    row = DocumentTemplate(school_id=school_of(actor), kind=kind)
    values = _checked(actor, kind, campus, layout or {})
    return written(row, name=name, **values, **_files(actor, kind, logo, word_file))


@transaction.atomic
def change_template(
    *,
    actor: Actor,
    template: DocumentTemplate,
    expected: int,
    name: str,
    campus: Campus | None,
    layout: dict[str, Any],
    is_active: bool = True,
    logo: "File[Any] | None" = None,
    word_file: "File[Any] | None" = None,
    drops_word_file: bool = False,
) -> DocumentTemplate:
    """What was printed before stays as it is; the next paper looks new."""
    of_school(actor, template)
    values = _checked(actor, template.kind, campus, layout)
    kept = _files(actor, template.kind, logo, word_file)
    if drops_word_file and "word_file" not in kept:
        kept["word_file"] = None
    return revised(template, expected=expected, name=name, is_active=is_active, **values, **kept)


@transaction.atomic
def remove_template(*, actor: Actor, template: DocumentTemplate) -> None:
    """Only while nothing was printed with it; afterwards it can be retired."""
    of_school(actor, template)
    used = IssuedDocument.objects.filter(template=template), ReportRun.objects.filter(template=template)
    if any(rows.exists() for rows in used):
        raise Conflict("IN_USE", _("Papers were printed with this template. Take it out of use instead."))
    removed(template)


def install_templates(*, school: School) -> list[DocumentTemplate]:
    """The usual papers for a school that has no template yet."""
    if DocumentTemplate.objects.filter(school=school).exists():
        return []
    kinds = [kind for kind in DocumentKind if kind != DocumentKind.CERTIFICATE]
    rows = [DocumentTemplate(school=school, kind=kind, name=str(TITLES[kind])) for kind in kinds]
    rows += [
        DocumentTemplate(
            school=school, kind=DocumentKind.CERTIFICATE, name=str(TITLES[kind]), layout={"certificate": kind}
        )
        for kind in CertificateKind
    ]
    return DocumentTemplate.objects.bulk_create(rows)


def _checked(actor: Actor, kind: str, campus: Campus | None, layout: dict[str, Any]) -> dict[str, Any]:
    require_layout(layout)
    if campus is not None:
        of_school(actor, campus)
    if kind == DocumentKind.CERTIFICATE:
        _require_known_places(layout)
    return {"campus": campus, "layout": layout}


def _require_known_places(layout: dict[str, Any]) -> None:
    wordings: dict[str, str] = layout.get("wording", {})
    if unknown := [name for text in wordings.values() for name in unknown_places(text)]:
        message = _("There is no {%(name)s}. Look at the list beside the wording.") % {"name": unknown[0]}
        raise DomainError("UNKNOWN_FIELD", message, "wording")


def _files(
    actor: Actor, kind: str, logo: "File[Any] | None", word_file: "File[Any] | None"
) -> dict[str, StoredFile | None]:
    kept: dict[str, StoredFile | None] = {}
    if logo is not None:
        kept["logo"] = _stored(actor, logo, LOGO)
    if word_file is not None:
        kept["word_file"] = _word_file(actor, kind, word_file)
    return kept


def _word_file(actor: Actor, kind: str, upload: "File[Any]") -> StoredFile:
    if kind == DocumentKind.MARK_SHEET:
        message = _("A mark sheet is drawn in our layout only.")
        raise DomainError("NO_WORD_FILE", message, "word_file")
    if (upload.name or "").lower().endswith((".docm", ".dotm")):
        message = _("Documents with macros are not accepted. Save it without macros.")
        raise DomainError("MACROS_REFUSED", message, "word_file")
    file = _stored(actor, upload, word_files.PURPOSE)
    with files.content_of(file) as content:
        word_files.require_template(content)
    return file


def _stored(actor: Actor, upload: "File[Any]", purpose: str) -> StoredFile:
    field = "logo" if purpose == LOGO else "word_file"
    try:
        return files.store(upload, school_id=school_of(actor), owner_id=user_of(actor), purpose=purpose)
    except DomainError as refusal:
        raise DomainError(refusal.code, refusal.message, field) from None


def _sees_templates(actor: Actor, file: StoredFile) -> bool:
    return DocumentTemplate.objects.permitted(actor).filter(logo=file).exists()
