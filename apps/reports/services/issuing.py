"""Papers are issued, released to families, revoked. What was issued never changes."""

import base64
import io
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, Section, Student
from apps.core import files
from apps.core.errors import Conflict, DomainError
from apps.core.models import StoredFile, uuid7
from apps.core.policy import Actor
from apps.core.protections import stands
from apps.core.rows import of_school
from apps.core.sniffing import DOCX, PDF
from apps.reports.models import DocumentKind, DocumentTemplate, IssuedDocument
from apps.reports.selectors.held import held_papers
from apps.reports.selectors.papers import Look, Paper, look_of, papers, section_paper
from apps.reports.selectors.verifying import shown_code
from apps.reports.services import word_files
from apps.reports.services.drawing import drawn
from apps.reports.services.notices import announce
from apps.reports.services.pictures import Pictures, logo_address, photo_address, qr_address

log = structlog.get_logger(__name__)

PURPOSE: Final = "issued_document"
_CODE_BYTES: Final = 16
_LONGEST_TITLE: Final = 200


@dataclass(frozen=True)
class Made:
    """A paper with its code, drawn and not yet kept."""

    paper: Paper
    code: str
    content: bytes
    media_type: str


def register_files() -> None:
    files.register(
        PURPOSE,
        allowed=frozenset({PDF, DOCX}),
        max_bytes=50 * files.MB,
        reached=lambda actor, file: IssuedDocument.objects.permitted(actor).filter(file=file).exists(),
        uploadable=False,
    )


def issue_document(
    *,
    actor: Actor,
    template: DocumentTemplate,
    student: Student | None = None,
    section: Section | None = None,
    session: AcademicSession | None = None,
    reason: str = "",
    release_at: datetime | None = None,
    today: date,
    now: datetime,
) -> IssuedDocument:
    """Draw, keep and register one paper: about a pupil, or (a mark sheet) about a section."""
    of_school(actor, template)
    paper = _paper(actor, template, student, section, session, reason, today)
    made = make(paper)
    with transaction.atomic():
        row = register([made], actor.user_id, now=now)[0]
        return row if release_at is None else release_document(actor=actor, document=row, at=release_at)


def make(paper: Paper) -> Made:
    """Draw a paper under a new code; nothing is written yet."""
    paper.require_content()
    code = new_code()
    if paper.look.template.word_file_id:
        content = word_files.filled(paper, code=shown_code(code), address=address_of(code))
        return Made(paper, code, content, DOCX)
    pictures = Pictures(
        logo_address(paper.look.template.logo), photo_address(paper.photo), qr_address(address_of(code))
    )
    return Made(paper, code, drawn(paper, pictures, code=shown_code(code), place=verify_place()), PDF)


def register(
    made: Sequence[Made],
    user_id: uuid.UUID | None,
    *,
    now: datetime,
) -> list[IssuedDocument]:
    """Keep the files and write the rows, in one statement for the rows."""
    return IssuedDocument.objects.bulk_create([_row(one, _kept(one), user_id, now) for one in made])


@transaction.atomic
def release_documents(
    *, actor: Actor, documents: Iterable[IssuedDocument], at: datetime
) -> list[IssuedDocument]:
    """Let families see the papers from a moment on. Those revoked stay where they are, and so do those with
    a grade on them that is not out by then.
    """
    ids = [of_school(actor, one).pk for one in documents]
    rows = IssuedDocument.objects.filter(pk__in=ids, revoked_at__isnull=True).order_by("pk")
    found = list(rows.select_for_update(of=("self",)).select_related("session"))
    held = held_papers(found, at) if stands("reports.held_grades") else set()
    free = [one for one in found if one.pk not in held]
    IssuedDocument.objects.filter(pk__in=[one.pk for one in free]).update(release_at=at, updated_at=Now())
    for one in free:
        one.release_at = at
    announce(free, at=at)
    return free


def release_document(*, actor: Actor, document: IssuedDocument, at: datetime) -> IssuedDocument:
    """As release_documents, for one: what keeps it from the family is said."""
    if found := release_documents(actor=actor, documents=[document], at=at):
        return found[0]
    if document.revoked_at is not None:
        raise Conflict("REVOKED_ALREADY", _("This document was revoked already."))
    raise Conflict("GRADES_HELD", _("A grade on this paper is not out yet. Let the grades out first."))


@transaction.atomic
def revoke_document(*, actor: Actor, document: IssuedDocument, reason: str, now: datetime) -> IssuedDocument:
    """The paper no longer counts; whoever scans its code is told so. There is no way back."""
    of_school(actor, document)
    row = IssuedDocument.objects.select_for_update().get(pk=document.pk)
    if row.revoked_at is not None:
        raise Conflict("REVOKED_ALREADY", _("This document was revoked already."))
    if not reason.strip():
        raise DomainError("REASON_NEEDED", _("Say why the document is revoked."), "reason")
    row.revoked_at, row.revoke_reason = now, reason.strip()[:300]
    row.save(update_fields=["revoked_at", "revoke_reason", "updated_at"])
    return row


def new_code() -> str:
    """128 random bits, in letters and digits that are hard to mix up."""
    return base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().rstrip("=")


def verify_place() -> str:
    return f"{settings.SITE_URL}{reverse('verify:start')}"


def address_of(code: str) -> str:
    """What the QR code carries."""
    return f"{settings.SITE_URL}{reverse('verify:document', args=[code])}"


def _paper(
    actor: Actor,
    template: DocumentTemplate,
    student: Student | None,
    section: Section | None,
    session: AcademicSession | None,
    reason: str,
    today: date,
) -> Paper:
    about: Any = section if template.kind == DocumentKind.MARK_SHEET else student
    if about is None:
        field = "section" if template.kind == DocumentKind.MARK_SHEET else "student"
        raise DomainError("WHOM", _("Say whom the document is about."), field)
    of_school(actor, about)
    look = look_for(template, about)
    if template.kind == DocumentKind.MARK_SHEET:
        return section_paper(look, about, session, day=today)
    pupils = [Student.objects.select_related("grade_level", "photo").get(pk=about.pk)]
    return papers(look, pupils, session, day=today, reason=reason)[about.pk]


def look_for(template: DocumentTemplate, about: Any) -> Look:
    """The template on the campus of the pupil or section; one of another campus does not fit."""
    if not template.is_active or template.campus_id not in {None, about.campus_id}:
        raise DomainError("TEMPLATE_ELSEWHERE", _("This template is not for this campus."), "template")
    return look_of(template, about.campus)


def _kept(made: Made) -> StoredFile:
    paper = made.paper
    ending = "docx" if made.media_type == DOCX else "pdf"
    name = f"{slugify(paper.look.title) or paper.look.template.kind}-{slugify(paper.name)}.{ending}"
    school_id = paper.look.school.pk
    return files.keep_made(
        io.BytesIO(made.content), name, made.media_type, school_id=school_id, purpose=PURPOSE
    )


def _row(made: Made, file: StoredFile, user_id: uuid.UUID | None, now: datetime) -> IssuedDocument:
    paper = made.paper
    return IssuedDocument(
        id=uuid7(),
        school_id=paper.look.school.pk,
        campus_id=paper.look.campus.pk,
        template=paper.look.template,
        kind=paper.look.template.kind,
        student_id=paper.student_id,
        section_id=paper.section_id,
        session=paper.session,
        title=paper.title[:_LONGEST_TITLE],
        file=file,
        sha256=file.sha256,
        code=made.code,
        facts=paper.facts,
        issued_at=now,
        issued_by_id=user_id,
    )
