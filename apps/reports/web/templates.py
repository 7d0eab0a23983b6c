"""Templates of papers: settings on the left, the paper as it would look on the right."""

import uuid
from typing import Any, Final

from csp.constants import NONCE, NONE, SELF
from csp.decorators import csp, csp_update
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.models import Campus
from apps.core.errors import Missing
from apps.core.policy import Actor, added, may, permitted_or_missing, require_verb
from apps.core.web.cells import Badge, Column
from apps.core.web.responses import go, say, show_form
from apps.core.web.tables import Empty, Table, table_view
from apps.reports import services
from apps.reports.models import DocumentTemplate
from apps.reports.selectors.certificates import PLACES
from apps.reports.selectors.layouts import Language, Layout, layout_of
from apps.reports.selectors.papers import Paper, look_of
from apps.reports.selectors.samples import CODE, sample
from apps.reports.selectors.word_fields import FIELDS, PICTURES
from apps.reports.services import drawing
from apps.reports.services.issuing import verify_place
from apps.reports.services.pictures import Pictures, logo_address, qr_address
from apps.reports.web.template_forms import NewTemplateForm, TemplateForm
from apps.timetable.web.asked import actor_of

_SALT: Final = "reports.template-draft"
_DRAFT_SECONDS: Final = 3600


def _state(row: DocumentTemplate) -> Badge:
    return Badge(_("In use"), "success") if row.is_active else Badge(_("Retired"))


class TemplateTable(Table):
    name = "document-templates"
    caption = gettext_lazy("Document templates")
    default_sort = "kind"
    exports = False
    columns = (
        Column(
            "name",
            gettext_lazy("Name"),
            link=lambda row: reverse("reports:template", args=[row.pk]),
            sort="name",
        ),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind", "name")),
        Column("campus", gettext_lazy("Campus"), value=lambda row: row.campus or _("All campuses")),
        Column(
            "word_file",
            gettext_lazy("Layout"),
            value=lambda row: _("Own Word file") if row.word_file_id else _("Ours"),
        ),
        Column("is_active", gettext_lazy("State"), value=_state),
    )
    empty = Empty(
        gettext_lazy("No templates yet"),
        gettext_lazy("Put the usual ones there with one button, and change what you like."),
        icon="file-text",
    )


@login_required
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "view", DocumentTemplate)
    rows = DocumentTemplate.objects.permitted(actor).select_related("campus")
    context = {"may_add": DocumentTemplate.policy.allows(actor, "add"), "is_empty": not rows.exists()}
    return table_view(request, TemplateTable, rows, template="reports/templates.html", context=context)  # type: ignore[return-value]  # no export


@login_required
@require_POST
def templates_install(request: HttpRequest) -> HttpResponse:
    """The usual papers, for a school without any."""
    actor = actor_of(request)
    require_verb(actor, "add", DocumentTemplate)
    services.install_templates(school=request.user.school)  # type: ignore[union-attr]  # signed in
    return go(request, "reports:templates")


@login_required
@require_http_methods(["GET", "POST"])
def template_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", DocumentTemplate)
    form = NewTemplateForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        row = form.call(_add, actor=actor, **form.cleaned_data)
        if row is not None:
            return go(request, "reports:template", row.pk)
    context = {
        "title": _("New template"),
        "cancel_url": reverse("reports:templates"),
        "submit_label": _("Next: how it looks"),
    }
    return show_form(request, "reports/issue_form.html", form, context)


@login_required
@require_http_methods(["GET", "POST"])
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # typed for views without arguments
def template(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Settings and sheet; who may not change it sees the sheet."""
    actor = actor_of(request)
    row = _found(request, pk)
    if not may(actor, "change", row):
        return render(request, "reports/template.html", _context(row, None, row.layout))
    form = _form(request, row)
    if request.method == "POST" and form.is_valid():
        done = form.call(_change, actor=actor, template=row, **form.values)
        if done is not None:
            say(request, _("Saved. The next paper looks like this."))
            return go(request, "reports:template", pk)
    return show_form(request, "reports/template.html", form, _context(row, form, row.layout))


@login_required
@require_POST
def template_try(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The sheet of what is typed now; nothing is saved."""
    row = _found(request, pk, "change")
    form = _form(request, row)
    settings = form.settings if form.is_valid() else row.layout
    return render(request, "reports/template_sheet.html", _context(row, form, settings))


@login_required
@require_GET
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]  # as above
    {
        "default-src": [NONE],
        "style-src": [NONCE],
        "img-src": ["data:"],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
    }
)
def template_sheet(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The paper for the eye, about nobody: the same HTML the PDF is drawn from."""
    paper = _sample(request, pk)
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]  # by the CSP middleware
    html = drawing.html_of(
        paper, _pictures(paper), code=CODE, place=verify_place(), is_sample=True, on_screen=nonce
    )
    return HttpResponse(html)


@login_required
@require_GET
def template_pdf(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The same as the printer gets it."""
    paper = _sample(request, pk)
    content = drawing.drawn(paper, _pictures(paper), code=CODE, place=verify_place(), is_sample=True)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="sample.pdf"'},
    )


@login_required
@require_POST
def template_remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    services.remove_template(actor=actor_of(request), template=_found(request, pk, "delete"))
    say(request, _("Removed."))
    return go(request, "reports:templates")


@login_required
@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """What a Word file may name."""
    require_verb(actor_of(request), "view", DocumentTemplate)
    how = _(
        "Type a field into your Word file where its value shall stand, with both pairs of braces. A row of a"
        " table repeats for each entry of a list when the row before it holds {%tr for line in lines %} and"
        " the row after it {%tr endfor %}."
    )
    context = {"how": how, "fields": list(_listed(FIELDS, "")), "pictures": PICTURES}
    return render(request, "reports/word_fields.html", context)


def _listed(known: Any, before: str) -> Any:
    """(name as it is written, what it is) of every field; a list says so first."""
    for name, kind in known.items():
        if isinstance(kind, list):
            yield f"{{% for {name[:-1]} in {before}{name} %}} … {{% endfor %}}", _("each of the list")
            yield from _listed(kind[0], f"{name[:-1]}.")
        elif isinstance(kind, dict):
            yield from _listed(kind, f"{before}{name}.")
        else:
            yield f"{{{{ {before}{name} }}}}", kind


def _add(*, actor: Actor, **data: Any) -> DocumentTemplate:
    with transaction.atomic():
        return added(actor, services.add_template(actor=actor, **data))


def _change(*, actor: Actor, **data: Any) -> DocumentTemplate:
    """It does not leave the reach of who changes it: a campus's template does not become the school's."""
    with transaction.atomic():
        return added(actor, services.change_template(actor=actor, **data), "change")


def _form(request: HttpRequest, row: DocumentTemplate) -> TemplateForm:
    is_post = request.method == "POST"
    given = (request.POST, request.FILES) if is_post else (None, None)
    return TemplateForm(*given, actor=actor_of(request), template=row)


def _context(row: DocumentTemplate, form: TemplateForm | None, settings: Any) -> dict[str, Any]:
    draft = signing.dumps(settings, salt=_SALT, compress=True)
    needs_hindi = settings.get("language", Language.ENGLISH) != Language.ENGLISH
    return {
        "template": row,
        "form": form,
        "sheet_url": f"{reverse('reports:template-sheet', args=[row.pk])}?draft={draft}",
        "pdf_url": f"{reverse('reports:template-pdf', args=[row.pk])}?draft={draft}",
        "no_font": needs_hindi and not drawing.can_write_hindi(),
        "package": drawing.DEVANAGARI_PACKAGE,
        "places": PLACES,
    }


def _sample(request: HttpRequest, pk: uuid.UUID) -> Paper:
    row = _found(request, pk)
    campus = row.campus or Campus.objects.permitted(actor_of(request)).order_by("name").first()
    if campus is None:
        raise Missing
    return sample(look_of(row, campus, _draft(request, row)), timezone.localdate())


def _draft(request: HttpRequest, row: DocumentTemplate) -> Layout:
    try:
        settings = signing.loads(request.GET.get("draft", ""), salt=_SALT, max_age=_DRAFT_SECONDS)
    except signing.BadSignature:
        settings = row.layout
    return layout_of(row.kind, settings)


def _pictures(paper: Paper) -> Pictures:
    return Pictures(logo=logo_address(paper.look.template.logo), qr=qr_address(verify_place()))


def _found(request: HttpRequest, pk: uuid.UUID, verb: str = "view") -> DocumentTemplate:
    row: DocumentTemplate = permitted_or_missing(
        DocumentTemplate.objects.select_related("campus__school", "logo", "word_file"),
        actor_of(request),
        verb,
        pk=pk,
    )
    return row
