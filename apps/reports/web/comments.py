"""Writing report comments, reading them with a second pair of eyes, and how far everybody is."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.academics.models import AcademicSession, Section, Student
from apps.academics.selectors import term_on, terms_of
from apps.core.errors import DomainError, Missing
from apps.core.policy import added, permitted_or_missing, require_verb
from apps.core.web.pages import number_in
from apps.core.web.responses import go, say
from apps.reports import services
from apps.reports.models import CommentBankEntry, ReportComment
from apps.reports.selectors import comments
from apps.reports.selectors.wording import filled
from apps.timetable.web.asked import actor_of

LINE = "reports/comment_line.html"


@login_required
@require_GET
def comment_sections(request: HttpRequest) -> HttpResponse:
    """A teacher's sections, or all of a head's, with how many comments are written and accepted."""
    actor = actor_of(request)
    require_verb(actor, "view", ReportComment)
    terms = _terms(request)
    term = _asked(request, terms)
    lines = _progress(request, term) if term else []
    context = {
        "title": _("Report comments"),
        "terms": terms,
        "term": term,
        "lines": lines,
        "mine": _mine(request),
        "has_bank": CommentBankEntry.policy.allows(actor, "view"),
        "accepted": sum(one.accepted for one in lines),
        "pupils": sum(one.pupils for one in lines),
        "waiting": comments.to_proofread(actor, term).count() if term else 0,
    }
    return render(request, "reports/comment_sections.html", context)


def _mine(request: HttpRequest) -> set[uuid.UUID]:
    """The sections the actor writes about, among those a head only looks after."""
    rows = Section.objects.permitted(actor_of(request)).filter(comments.taught_by(actor_of(request)))
    return set(rows.values_list("pk", flat=True))


def _progress(request: HttpRequest, term: AcademicSession) -> list[comments.SectionProgress]:
    sections = comments.commented_sections(actor_of(request), term)
    found = comments.comment_progress(list(sections), term, actor_of(request))
    return sorted((one for one in found if one.pupils), key=lambda one: one.is_complete)


@login_required
@require_GET
def comment_sheet(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """Everybody in a section, each with a field."""
    section = _writable(request, section_id)
    terms = terms_of(section.session)
    term = _asked(request, terms)
    lines = comments.comment_lines(section, term) if term else []
    context = {
        "title": section.name,
        "section": section,
        "terms": terms,
        "term": term,
        "lines": lines,
        "bank": _bank(request, section),
        "drafts": sum(one.state == "draft" and bool(one.text) for one in lines),
    }
    return render(request, "reports/comment_sheet.html", context)


@login_required
@require_POST
def comment_save(request: HttpRequest, section_id: uuid.UUID, student_id: uuid.UUID) -> HttpResponse:
    """One comment: kept as a draft, handed in (`do=submit`), or the reader's wording taken or declined.

    Answers with the line; after a refusal with what was typed still in it.
    """
    section = _writable(request, section_id)
    term = _asked(request, terms_of(section.session), request.POST.get("term", ""))
    student = permitted_or_missing(Student.objects.all(), actor_of(request), pk=student_id)
    if term is None:
        raise Missing
    context: dict[str, Any] = {"section": section, "term": term, "bank": _bank(request, section)}
    try:
        with transaction.atomic():
            added(actor_of(request), _done(request, section, term, student), "write")
    except DomainError as refusal:
        context |= {"refusal": refusal, "typed": request.POST.get("text", "")}
    context["line"] = comments.comment_line(section, term, student)
    refused = context.get("refusal")
    return render(request, LINE, context, status=refused.status if refused else 200)


def _done(request: HttpRequest, section: Section, term: AcademicSession, student: Student) -> ReportComment:
    actor, sent = actor_of(request), request.POST
    do, expected = sent.get("do", ""), number_in(sent.get("version", ""), 0)
    if do in {"take", "decline"}:
        comment = comments.shown_comments().filter(section=section, session=term, student=student).first()
        if comment is None:
            raise Missing
        if do == "take":
            return services.take_proposal(actor=actor, comment=comment, expected=expected)
        note = sent.get("note", "")
        return services.decline_proposal(actor=actor, comment=comment, expected=expected, note=note)
    return services.write_comment(
        actor=actor,
        section=section,
        session=term,
        student=student,
        text=sent.get("text", ""),
        expected=expected,
        submit=do == "submit",
    )


@login_required
@require_POST
def comments_submit(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """Hand in all drafts of the section."""
    section = _writable(request, section_id)
    term = _asked(request, terms_of(section.session), request.POST.get("term", ""))
    if term is None:
        raise Missing
    count = services.submit_drafts(actor=actor_of(request), section=section, session=term)
    say(request, ngettext("%s comment handed in.", "%s comments handed in.", count) % count)
    return go(request, f"{reverse('reports:comment-sheet', args=[section.pk])}?term={term.pk}")


@login_required
@require_GET
def proofread(request: HttpRequest) -> HttpResponse:
    """Comments that wait for this reader."""
    actor = actor_of(request)
    require_verb(actor, "proofread", ReportComment)
    terms = _terms(request)
    term = _asked(request, terms)
    rows = list(comments.to_proofread(actor, term)) if term else []
    context = {"title": _("Proof-reading"), "terms": terms, "term": term, "rows": comments.remarked(rows)}
    return render(request, "reports/comment_proofread.html", context)


@login_required
@require_POST
def proofread_one(request: HttpRequest, comment_id: uuid.UUID) -> HttpResponse:
    """Accept a comment (`do=accept`), or return it with other words or a note; answers with the line."""
    actor = actor_of(request)
    comment = permitted_or_missing(comments.shown_comments(), actor, "proofread", pk=comment_id)
    expected = number_in(request.POST.get("version", ""), 0)
    proposal, note = request.POST.get("proposal", ""), request.POST.get("note", "")
    refusal = None
    try:
        if request.POST.get("do") == "accept":
            comment = services.accept_comment(actor=actor, comment=comment, expected=expected)
        else:
            comment = services.propose_wording(
                actor=actor, comment=comment, expected=expected, proposal=proposal, note=note
            )
    except DomainError as fault:
        refusal = fault
    line = comments.comment_line(comment.section, comment.session, comment.student)
    context = {"line": line, "refusal": refusal, "proposal": proposal, "note": note, "read": refusal is None}
    return render(request, "reports/proofread_line.html", context, status=refusal.status if refusal else 200)


def _bank(request: HttpRequest, section: Section) -> list[Any]:
    return list(comments.bank_for(actor_of(request), section)[:200])


@login_required
@require_GET
def bank_fill(request: HttpRequest, section_id: uuid.UUID, student_id: uuid.UUID) -> HttpResponse:
    """A sentence of the bank with the pupil's name and pronouns, as plain text."""
    section = _writable(request, section_id)
    student = permitted_or_missing(Student.objects.all(), actor_of(request), pk=student_id)
    wanted = comments.bank_for(actor_of(request), section).filter(pk=_uuid(request.GET.get("entry", "")))
    entry = wanted.first()
    if entry is None:
        raise Missing
    return HttpResponse(filled(entry.text, student), content_type="text/plain; charset=utf-8")


def _writable(request: HttpRequest, section_id: uuid.UUID) -> Section:
    """A section the actor writes about."""
    actor = actor_of(request)
    require_verb(actor, "write", ReportComment)
    rows = Section.objects.permitted(actor).filter(comments.taught_by(actor), pk=section_id)
    section = rows.select_related("course", "session__parent").first()
    if section is None:
        raise Missing
    return section


def _terms(request: HttpRequest) -> list[AcademicSession]:
    """The terms of the school year that runs today, or of the latest one."""
    years = AcademicSession.objects.permitted(actor_of(request)).filter(parent__isnull=True)
    year = years.filter(begin_date__lte=timezone.localdate()).order_by("-begin_date").first()
    return terms_of(year) if year else []


def _asked(
    request: HttpRequest, terms: list[AcademicSession], wanted: str | None = None
) -> AcademicSession | None:
    """The term in the address, else that of today."""
    name = request.GET.get("term", "") if wanted is None else wanted
    asked = next((one for one in terms if str(one.pk) == name), None)
    return asked or (term_on(terms, timezone.localdate()) if terms else None)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Missing from None
