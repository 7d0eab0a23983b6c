"""A paper ready to be drawn: what it says, in which words, for whom."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, Section, Student
from apps.accounts.models import Campus, School
from apps.core.errors import DomainError
from apps.core.models import StoredFile
from apps.reports.models import DocumentKind, DocumentTemplate
from apps.reports.selectors.cards import Card, cards
from apps.reports.selectors.certificates import certificates
from apps.reports.selectors.charts import term_chart
from apps.reports.selectors.labels import chosen, labels_for, signatures_of, title_of
from apps.reports.selectors.layouts import Layout, layout_of
from apps.reports.selectors.mark_sheets import mark_sheet
from apps.reports.selectors.transcripts import transcripts

FROM_SESSION = frozenset({DocumentKind.REPORT_CARD, DocumentKind.PROGRESS, DocumentKind.MARK_SHEET})


@dataclass(frozen=True)
class Look:
    """What all papers of a template share."""

    template: DocumentTemplate
    layout: Layout
    school: School
    campus: Campus
    title: str
    labels: Mapping[str, str]
    signatures: Sequence[str]

    @property
    def school_name(self) -> str:
        return chosen(self.layout.school_name, self.layout.languages) or self.school.name

    @property
    def address(self) -> str:
        return self.layout.address or self.campus.address


@dataclass(frozen=True)
class Paper:
    """One paper. `content` is a Card, Transcript, Sheet or Certificate."""

    look: Look
    content: Any
    name: str
    session: AcademicSession | None
    day: date
    student_id: uuid.UUID | None = None
    section_id: uuid.UUID | None = None
    photo: StoredFile | None = None
    reason: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def session_name(self) -> str:
        """The term with its year."""
        if self.session is None:
            return ""
        year = self.session.parent
        return f"{self.session.name}, {year.name}" if year else self.session.name

    @property
    def title(self) -> str:
        return f"{self.look.title} · {self.session_name}" if self.session else self.look.title

    @property
    def facts(self) -> dict[str, str]:
        """What the page that checks the paper may tell; all of it stands on the paper."""
        return {
            "school": self.look.school_name,
            "campus": self.look.campus.name,
            "title": self.look.title,
            "name": self.name,
            "session": self.session_name,
            "issued_on": self.day.isoformat(),
        }

    def require_content(self) -> None:
        """Refuse a paper on which nothing would stand."""
        kind = self.look.template.kind
        empty: dict[DocumentKind, Callable[[], bool]] = {
            DocumentKind.REPORT_CARD: lambda: self.content.is_empty,
            DocumentKind.PROGRESS: lambda: self.content.is_empty and not self.content.comments,
            DocumentKind.TRANSCRIPT: lambda: not self.content.entries,
            DocumentKind.MARK_SHEET: lambda: not self.content.has_marks,
        }
        if kind in empty and empty[DocumentKind(kind)]():
            message = _("No grades have been posted for %(name)s. Post them first.") % {"name": self.name}
            raise DomainError("NOTHING_POSTED", message)


def look_of(template: DocumentTemplate, campus: Campus, layout: Layout | None = None) -> Look:
    """The look of a template; `layout` is for trying out settings that are not saved."""
    layout = layout or layout_of(template.kind, template.layout)
    return Look(
        template=template,
        layout=layout,
        school=campus.school,
        campus=campus,
        title=title_of(layout),
        labels=labels_for(layout),
        signatures=signatures_of(layout),
    )


def papers(
    look: Look,
    students: Sequence[Student],
    session: AcademicSession | None,
    *,
    day: date,
    reason: str = "",
) -> dict[uuid.UUID, Paper]:
    """The papers of many pupils, read in a fixed number of queries."""
    kind, layout = look.template.kind, look.layout
    found: Mapping[uuid.UUID, Any]
    if kind == DocumentKind.TRANSCRIPT:
        found = transcripts(students, day=day)
    elif kind == DocumentKind.CERTIFICATE:
        found = certificates(students, layout, look.school, day=day, reason=reason)
    else:
        found = cards(students, required_session(session), layout, day=day)
    shown = session if kind in FROM_SESSION else None
    return {pk: _paper(look, content, shown, day, reason) for pk, content in found.items()}


def section_paper(look: Look, section: Section, session: AcademicSession | None, *, day: date) -> Paper:
    """The mark sheet of a section."""
    sheet = mark_sheet(section, required_session(session), day=day)
    return Paper(look, sheet, section.name, session, day, section_id=section.pk)


def required_session(session: AcademicSession | None) -> AcademicSession:
    if session is None:
        raise DomainError("SESSION_NEEDED", _("Choose the term or the year the paper is about."), "session")
    return session


def _paper(look: Look, content: Any, session: AcademicSession | None, day: date, reason: str) -> Paper:
    pupil = content.pupil
    return Paper(
        look=look,
        content=content,
        name=pupil.full_name,
        session=session,
        day=day,
        student_id=pupil.id,
        photo=pupil.photo,
        reason=reason,
        extra={"chart": term_chart(content)}
        if isinstance(content, Card) and look.layout.shows("chart")
        else {},
    )
