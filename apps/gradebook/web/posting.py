"""Closing a term in a section: what would be posted, who has something open, and letting it out."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.academics.models import AcademicSession
from apps.core.errors import Missing
from apps.core.policy import Actor, may, permitted_or_missing, require_verb
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form
from apps.gradebook.models import Gradebook, PostedGrade, Posting
from apps.gradebook.selectors.posting import PostingPreview, latest_posting, posting_preview
from apps.gradebook.selectors.years import Years, years_of
from apps.gradebook.services.opening import opened_gradebook
from apps.gradebook.services.posting import post_grades, release_posted, withdraw_posting
from apps.gradebook.services.release import release_section
from apps.timetable.web.asked import actor_of


class PostForm(ServiceForm):
    """`seen` is what the person looked at; a reason is needed where a grade that stands changes."""

    seen = forms.CharField(widget=forms.HiddenInput(), max_length=64)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)


class OutForm(ServiceForm):
    at = forms.DateTimeField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateTimeInput(),
        help_text=gettext_lazy("Empty is at once."),
    )


class ReasonForm(ServiceForm):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)


@login_required
@require_http_methods(["GET", "POST"])
def posting(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """Look at what would be posted, exceptions first; then post just that."""
    actor = actor_of(request)
    book, session, years = _book(request, section_id, "post")
    preview = posting_preview(book.section, session, actor.today)
    # A refused post shows what would be posted now, to be looked at before it is agreed to.
    form = PostForm(request.POST or None, initial={"seen": preview.fingerprint})
    form.fields["reason"].required = preview.replaces
    if request.method == "POST" and form.is_valid():
        done = form.call(
            post_grades, actor=actor, section=book.section, session=session,
            now=timezone.now(), today=actor.today, **form.cleaned_data,
        )  # fmt: skip
        if done is not None:
            say(request, _("Posted. The grades stand until somebody changes them with a reason."))
            return go(request, address(section_id, session))
    return show_form(request, "gradebook/posting.html", form, _context(actor, book, preview, years))


@login_required
@require_POST
def results_out(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """Let out every marked result of the term that is not out yet."""
    book, session, _years = _book(request, section_id, "release")
    return _let_out(request, book, session, release_section)


@login_required
@require_POST
def grades_out(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """Let out the posted grades of the term."""
    actor = actor_of(request)
    require_verb(actor, "release", PostedGrade)
    book, session, _years = _book(request, section_id, "view")
    if not may_let_out(actor, book, session):
        raise Missing
    return _let_out(request, book, session, release_posted)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, posting_id: uuid.UUID) -> HttpResponse:
    """Take a posting back, with a reason."""
    actor = actor_of(request)
    row = permitted_or_missing(
        Posting.objects.select_related("section", "session"), actor, "withdraw", pk=posting_id
    )
    form = ReasonForm(request.POST or None)
    back = address(row.section_id, row.session)
    if request.method == "POST" and form.is_valid():
        done = form.call(withdraw_posting, actor=actor, posting=row, now=timezone.now(), **form.cleaned_data)
        if done is not None:
            say(request, ngettext("%d grade withdrawn.", "%d grades withdrawn.", done) % done)
            return go(request, back)
    context = {
        "title": _("Withdraw what was posted"),
        "lead": _(
            "The grades of this posting stand no longer, and families no longer see them. What was"
            " posted stays in the history; marks are not touched."
        ),
        "submit_label": _("Withdraw"),
        "cancel_url": back,
    }
    return show_form(request, "gradebook/form.html", form, context)


def may_let_out(actor: Actor, book: Gradebook, session: AcademicSession) -> bool:
    """Whether somebody lets out the grades that stand in this section and term."""
    rows = PostedGrade.objects.permitted(actor, "release").standing()
    return rows.filter(section=book.section_id, session=session).exists()


def address(section_id: uuid.UUID, session: AcademicSession) -> str:
    return f"{reverse('gradebook:posting', args=[section_id])}?term={session.pk}"


def _book(request: HttpRequest, section_id: uuid.UUID, verb: str) -> tuple[Gradebook, AcademicSession, Years]:
    """The gradebook, and the term in the address or the one that runs."""
    actor = actor_of(request)
    book = opened_gradebook(actor=actor, section_id=section_id, verb=verb)
    years = years_of(book.school_id)
    session = book.section.session_id
    wanted = request.GET.get("term") or request.POST.get("term")
    chosen = next((one for one in years.postable(session) if str(one.pk) == wanted), None)
    return book, chosen or years.running(session, actor.today), years


def _let_out(
    request: HttpRequest, book: Gradebook, session: AcademicSession, service: Callable[..., int]
) -> HttpResponse:
    form = OutForm(request.POST)
    if form.is_valid():
        count = form.call(
            service, actor=actor_of(request), section=book.section, session=session,
            now=timezone.now(), **form.cleaned_data,
        )  # fmt: skip
        if count:
            say(request, ngettext("%d let out, told once.", "%d let out, told once.", count) % count)
        elif count == 0:
            say(request, _("Nothing is waiting to be let out."), level=messages.INFO)
    for fault in form.errors.get("at", []):
        say(request, fault, level=messages.ERROR)
    return go(request, address(book.section_id, session))


def _context(actor: Actor, book: Gradebook, preview: PostingPreview, years: Years) -> dict[str, Any]:
    standing = latest_posting(book.section, preview.session)
    return {
        "title": _("Post grades"),
        "book": book,
        "section": book.section,
        "preview": preview,
        "sessions": years.postable(book.section.session_id),
        "standing": standing,
        "may_withdraw": standing is not None and may(actor, "withdraw", standing),
        "may_let_out": may_let_out(actor, book, preview.session),
        "waiting": PostedGrade.objects.permitted(actor)
        .standing()
        .waiting()
        .filter(section=book.section_id, session=preview.session)
        .count(),
        "out_form": OutForm(auto_id="out-%s"),
    }
