"""The comment bank: sentences to begin from."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.academics.models import Subject
from apps.accounts.access import Role
from apps.core.policy import Actor, permitted_or_missing, require_verb
from apps.core.web.cells import Badge, Column
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form
from apps.core.web.tables import Empty, Table, table_view
from apps.reports import services
from apps.reports.models import CommentBankEntry
from apps.timetable.web.asked import actor_of

HOME = "reports:comment-bank"


class EntryForm(ServiceForm):
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "{name} becomes the pupil's given name; {they}, {them}, {their} the pronouns."
        ),
    )
    heading = forms.CharField(
        label=gettext_lazy("Heading"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Sentences stand under it in the list, such as “Effort”."),
    )
    subject = forms.ModelChoiceField(
        label=gettext_lazy("Subject"),
        queryset=Subject.objects.none(),
        required=False,
        empty_label=gettext_lazy("Any subject"),
    )
    is_shared = forms.BooleanField(label=gettext_lazy("For everybody who writes"), required=False)

    def __init__(self, *args: Any, actor: Actor, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject: Any = self.fields["subject"]
        subject.queryset = Subject.objects.permitted(actor).order_by("name")
        if not is_new or not actor.has(Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN):
            del self.fields["is_shared"]


def _whose(entry: CommentBankEntry) -> Badge:
    return Badge(_("Mine"), "info") if entry.owner_id else Badge(_("School"))


class BankTable(Table):
    """The sentences the actor may use."""

    name = "comment-bank"
    caption = gettext_lazy("Comment bank")
    default_sort = "heading"
    search_fields = ("text", "heading")
    columns = (
        Column(
            "text",
            gettext_lazy("Text"),
            link=lambda row: reverse("reports:bank-change", args=[row.pk]) if row.is_theirs else "",
        ),
        Column("heading", gettext_lazy("Heading"), sort=("heading", "text")),
        Column("subject", gettext_lazy("Subject"), value=lambda row: row.subject or _("Any subject")),
        Column("owner", gettext_lazy("Whose"), value=_whose),
    )
    empty = Empty(
        gettext_lazy("No sentences yet"),
        gettext_lazy("Write one once, use it for every pupil it fits."),
        icon="message",
    )

    def prepare(self, rows: list[Any]) -> list[Any]:
        actor = actor_of(self.request)
        keys = [row.pk for row in rows]
        theirs = set(
            CommentBankEntry.objects.permitted(actor, "change")
            .filter(pk__in=keys)
            .values_list("pk", flat=True)
        )
        for row in rows:
            row.is_theirs = row.pk in theirs
        return rows


@login_required
@require_http_methods(["GET"])
def bank(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "view", CommentBankEntry)
    rows = CommentBankEntry.objects.permitted(actor).select_related("subject")
    return table_view(request, BankTable, rows, template="reports/comment_bank.html")  # type: ignore[return-value]  # a file is streamed


@login_required
@require_http_methods(["GET", "POST"])
def bank_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", CommentBankEntry)
    form = EntryForm(request.POST or None, actor=actor, is_new=True)
    if _saved(request, form, services.add_bank_entry):
        return go(request, HOME)
    return _page(request, form, _("New sentence"))


@login_required
@require_http_methods(["GET", "POST"])
def bank_change(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    entry = permitted_or_missing(CommentBankEntry.objects.all(), actor, "change", pk=entry_id)
    first = {"text": entry.text, "heading": entry.heading, "subject": entry.subject_id}
    form = EntryForm(request.POST or None, initial=first, actor=actor, is_new=False)
    if _saved(request, form, services.change_bank_entry, entry=entry):
        return go(request, HOME)
    return _page(request, form, _("Sentence of the comment bank"), entry)


@login_required
@require_POST
def bank_remove(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    entry = permitted_or_missing(CommentBankEntry.objects.all(), actor, "delete", pk=entry_id)
    services.remove_bank_entry(actor=actor, entry=entry)
    say(request, _("Removed."))
    return go(request, HOME)


def _saved(request: HttpRequest, form: EntryForm, service: Callable[..., Any], **known: Any) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    if form.call(service, actor=actor_of(request), **known, **form.cleaned_data) is None:
        return False
    say(request, _("Saved."))
    return True


def _page(
    request: HttpRequest, form: EntryForm, title: str, entry: CommentBankEntry | None = None
) -> HttpResponse:
    context = {"title": title, "cancel_url": reverse(HOME), "entry": entry}
    return show_form(request, "reports/bank_form.html", form, context)
