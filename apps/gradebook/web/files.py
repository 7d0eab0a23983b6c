"""The gradebook as a workbook, out and in again."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.export import export_response
from apps.core.web.responses import go, say, show_form
from apps.gradebook.models import Gradebook
from apps.gradebook.selectors.sheets import Sheet, sheet, term_in
from apps.gradebook.selectors.years import years_of
from apps.gradebook.services import sheet_files
from apps.gradebook.services.opening import opened_gradebook
from apps.gradebook.web.forms import SheetFileForm
from apps.timetable.web.asked import actor_of


@login_required
@require_GET
def download(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    book = opened_gradebook(actor=actor_of(request), section_id=section_id, verb="export")
    made = _sheet(request, book)
    name = f"{book.section.name} {made.session.name}"
    rows = sheet_files.sheet_rows(made)
    return export_response(request, "xlsx", name, sheet_files.sheet_header(made), rows)  # type: ignore[return-value]  # a file is streamed


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """A dry run shows each mark that would change; then all of them are applied, or none."""
    actor = actor_of(request)
    book = opened_gradebook(actor=actor, section_id=section_id, verb="grade")
    made = _sheet(request, book)
    back = f"{reverse('gradebook:grid', args=[section_id])}?term={made.session.pk}"
    form = SheetFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"title": _("Marks from a workbook"), "sheet": made, "cancel_url": back}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data["file"]:
            context["result"] = form.call(sheet_files.check_sheet, actor=actor, made=made, file=data["file"])
        elif saved := form.call(
            sheet_files.apply_sheet,
            actor=actor,
            section=book.section,
            file_id=data["file_id"],
            now=timezone.now(),
            reason=data["reason"],
        ):
            count = len(saved.outcomes)
            say(request, ngettext("%d mark saved.", "%d marks saved.", count) % count)
            return go(request, back)
    return show_form(request, "gradebook/sheet_upload.html", form, context)


def _sheet(request: HttpRequest, book: Gradebook) -> Sheet:
    term = term_in(years_of(book.school_id), book.section.session_id, request.GET.get("term", ""))
    return sheet(gradebook=book, session=term, today=timezone.localdate())
