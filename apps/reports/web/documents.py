"""Issued documents: the list, a pupil's tab, issuing one, releasing, revoking, opening."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_filters import ChoiceFilter, FilterSet

from apps.academics.models import AcademicSession, Section, Student
from apps.academics.web.students import JOINS, student_page
from apps.core import files
from apps.core.errors import Conflict
from apps.core.policy import Actor, added, may, permitted_or_missing, require_verb
from apps.core.web.cells import Badge, Column
from apps.core.web.forms import ServiceForm, dress
from apps.core.web.responses import go, say, show_form
from apps.core.web.tables import BulkAction, Empty, Table, table_view
from apps.reports import services
from apps.reports.models import DocumentKind, DocumentTemplate, IssuedDocument
from apps.reports.selectors.verifying import shown_code
from apps.timetable.web.asked import actor_of


class IssueForm(ServiceForm):
    template = forms.ModelChoiceField(
        label=gettext_lazy("Template"), queryset=DocumentTemplate.objects.none()
    )
    session = forms.ModelChoiceField(
        label=gettext_lazy("Term or year"),
        queryset=AcademicSession.objects.none(),
        required=False,
        help_text=gettext_lazy("Certificates and transcripts need none."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Wording or reason"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Printed where the template says {reason}."),
    )
    is_released = forms.BooleanField(label=gettext_lazy("The family sees it at once"), required=False)

    def __init__(
        self, *args: Any, actor: Actor, campus_id: uuid.UUID, for_section: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        template: Any = self.fields["template"]
        session: Any = self.fields["session"]
        rows = DocumentTemplate.objects.permitted(actor).filter(
            Q(campus__isnull=True) | Q(campus=campus_id), is_active=True
        )
        sheets = rows.filter(kind=DocumentKind.MARK_SHEET)
        template.queryset = sheets if for_section else rows.exclude(kind=DocumentKind.MARK_SHEET)
        session.queryset = AcademicSession.objects.permitted(actor).filter(begin_date__lte=actor.today)
        if for_section:
            del self.fields["is_released"], self.fields["reason"]
            session.required = True
        dress(self)


class RevokeForm(ServiceForm):
    reason = forms.CharField(label=gettext_lazy("Why it is revoked"), max_length=300)


class DocumentFilter(FilterSet):
    kind = ChoiceFilter(choices=DocumentKind.choices, label=gettext_lazy("Kind"))

    class Meta:
        model = IssuedDocument
        fields = ["kind"]


def _state(row: IssuedDocument) -> Badge:
    if row.revoked_at:
        return Badge(_("Revoked"), "danger")
    if row.release_at and row.release_at <= timezone.now():
        return Badge(_("With the family"), "success")
    return Badge(_("In the office"), "info")


def _release(request: HttpRequest, rows: Any) -> None:
    actor = actor_of(request)
    chosen = IssuedDocument.objects.permitted(actor, "release").filter(
        pk__in=rows.values("pk"), revoked_at__isnull=True
    )
    let_out(request, actor, chosen)


def let_out(request: HttpRequest, actor: Actor, papers: QuerySet[IssuedDocument]) -> None:
    """Show papers to the families, and say how many stay behind."""
    wanted = list(papers)
    done = services.release_documents(actor=actor, documents=wanted, at=timezone.now())
    say(request, _("%d documents are out to the families.") % len(done))
    if held := len(wanted) - len(done):
        words = ngettext(
            "%d stays in the office: a grade on it is not out yet.",
            "%d stay in the office: grades on them are not out yet.",
            held,
        )
        say(request, words % held, level=messages.WARNING)


class DocumentTable(Table):
    """Papers the actor may see, the newest first."""

    name = "documents"
    caption = gettext_lazy("Documents")
    default_sort = "-issued_at"
    search_fields = (
        "title",
        "student__given_name",
        "student__family_name",
        "student__admission_number",
        "code",
    )
    search_label = gettext_lazy("Name, admission number or code")
    filterset = DocumentFilter
    columns = (
        Column(
            "title",
            gettext_lazy("Document"),
            link=lambda row: reverse("reports:document", args=[row.pk]),
            sort="title",
        ),
        Column("about", gettext_lazy("About"), value=lambda row: row.student or row.section),
        Column("issued_at", gettext_lazy("Issued"), sort="issued_at"),
        Column("state", gettext_lazy("State"), value=_state),
    )
    actions = (
        BulkAction(
            "release",
            gettext_lazy("Show to the families"),
            "send",
            _release,
            confirm=gettext_lazy("Show the chosen documents to the families now?"),
            allowed=lambda actor: IssuedDocument.policy.allows(actor, "release"),
        ),
    )
    empty = Empty(
        gettext_lazy("No documents yet"),
        gettext_lazy("Report cards, transcripts and certificates show here once they are issued."),
        icon="file-certificate",
    )


@login_required
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "view", IssuedDocument)
    rows = IssuedDocument.objects.permitted(actor).select_related("student", "section")
    context = {"may_issue": IssuedDocument.policy.allows(actor, "add")}
    return table_view(request, DocumentTable, rows, template="reports/documents.html", context=context)  # type: ignore[return-value]  # a file is streamed


@login_required
@require_GET
def document(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One paper: what it says of itself, who issued it, its code."""
    actor = actor_of(request)
    row = _found(request, pk)
    form = RevokeForm()
    context = {
        "document": row,
        "code": shown_code(row.code),
        "state": _state(row),
        "link": files.address_of(row.file_id, actor),
        "may_release": may(actor, "release", row),
        "may_revoke": may(actor, "revoke", row) and row.revoked_at is None,
        "may_see_office": IssuedDocument.policy.allows(actor, "add"),
    }
    return show_form(request, "reports/document.html", form, context)


@login_required
@require_GET
def document_open(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """On to the file, by a short link of the reader's own."""
    return go(request, files.address_of(_found(request, pk).file_id, actor_of(request)))


@login_required
@require_POST
def document_release(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = _found(request, pk, "release")
    try:
        services.release_document(actor=actor_of(request), document=row, at=timezone.now())
    except Conflict as refusal:
        say(request, str(refusal), level=messages.ERROR)
    else:
        say(request, _("The family sees it now."))
    return go(request, "reports:document", pk)


@login_required
@require_POST
def document_revoke(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row, form = _found(request, pk, "revoke"), RevokeForm(request.POST)
    if form.is_valid():
        services.revoke_document(
            actor=actor_of(request), document=row, now=timezone.now(), **form.cleaned_data
        )
        say(request, _("Revoked. Whoever checks the code is told so."))
    else:
        say(request, _("Say why the document is revoked."), level=40)
    return go(request, "reports:document", pk)


@login_required
@require_GET
def student(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A tab of the pupil: the papers that were issued."""
    actor = actor_of(request)
    require_verb(actor, "view", IssuedDocument)
    pupil = permitted_or_missing(Student.objects.select_related(*JOINS), actor, pk=pk)
    rows = IssuedDocument.objects.permitted(actor).filter(student=pupil).select_related("file")
    context = {
        "pupil": pupil,
        "rows": [(row, _state(row), files.address_of(row.file_id, actor)) for row in rows],
        "may_issue": IssuedDocument.policy.allows(actor, "add"),
    }
    return student_page(request, pupil, "documents", "reports/student_documents.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def issue_student(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", IssuedDocument)
    pupil = permitted_or_missing(Student.objects.select_related("campus"), actor, pk=pk)
    form = IssueForm(request.POST or None, actor=actor, campus_id=pupil.campus_id, for_section=False)
    context = {
        "title": _("A document for %s") % pupil.full_name,
        "cancel_url": reverse("reports:student", args=[pk]),
    }
    return _issued(request, form, context, student=pupil)


@login_required
@require_http_methods(["GET", "POST"])
def issue_section(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The mark sheet of a section."""
    actor = actor_of(request)
    require_verb(actor, "add", IssuedDocument)
    section = permitted_or_missing(Section.objects.select_related("campus"), actor, pk=pk)
    form = IssueForm(request.POST or None, actor=actor, campus_id=section.campus_id, for_section=True)
    context = {
        "title": _("Mark sheet of %s") % section.name,
        "cancel_url": reverse("academics:section-detail", args=[pk]),
    }
    return _issued(request, form, context, section=section)


def _issued(request: HttpRequest, form: IssueForm, context: dict[str, Any], **about: Any) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        release_at = timezone.now() if given.pop("is_released", False) else None
        row = form.call(_issue, actor=actor_of(request), release_at=release_at, **given, **about)
        if row is not None:
            say(request, _("Issued."))
            return go(request, "reports:document", row.pk)
    return show_form(request, "reports/issue_form.html", form, {**context, "submit_label": _("Issue")})


def _issue(*, actor: Actor, **data: Any) -> IssuedDocument:
    with transaction.atomic():
        row = services.issue_document(actor=actor, today=timezone.localdate(), now=timezone.now(), **data)
        return added(actor, row)


def _found(request: HttpRequest, pk: uuid.UUID, verb: str = "view") -> IssuedDocument:
    row: IssuedDocument = permitted_or_missing(
        IssuedDocument.objects.select_related("student", "section", "template", "issued_by", "file"),
        actor_of(request),
        verb,
        pk=pk,
    )
    return row
