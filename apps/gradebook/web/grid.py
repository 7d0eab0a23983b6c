"""The gradebook a teacher lives in: one page opens it, one request saves an edit."""

import json
import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.errors import DomainError
from apps.core.idempotency import Answer, hash_of, once
from apps.core.integrity import refusal_of
from apps.core.policy import may
from apps.gradebook.models import Gradebook
from apps.gradebook.selectors.sheets import Sheet, sheet, term_in
from apps.gradebook.selectors.years import years_of
from apps.gradebook.services.opening import opened_gradebook
from apps.gradebook.services.results import Cell, save_results
from apps.gradebook.web import payload
from apps.gradebook.web.words import words
from apps.timetable.web.asked import actor_of

# Too deep, too large, of another shape.
_NO_CELLS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


@login_required
@require_http_methods(["GET", "POST"])
def grid(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    """All marks of a section in a term; a POST saves cells and answers with what became of them."""
    if request.method == "POST":
        return _save(request, section_id)
    book = opened_gradebook(actor=actor_of(request), section_id=section_id)
    made = _sheet(request, book)
    may_grade = may(actor_of(request), "grade", book)
    context = {
        "title": book.section.name,
        "sheet": made,
        "may_grade": may_grade,
        "data": payload.whole(made),
        "settings": _settings(made) | {"mayGrade": may_grade},
    }
    return render(request, "gradebook/grid.html", context)


def _save(request: HttpRequest, section_id: uuid.UUID) -> JsonResponse:
    """What does not fit or was overtaken is told cell by cell, the rest saved. A key makes it count once."""
    key, body = request.POST.get("key", ""), request.POST.get("cells", "")
    reason = request.POST.get("reason", "")

    def work() -> Answer:
        saved = save_results(
            actor=actor_of(request),
            section=book.section,
            cells=_cells(body),
            now=timezone.now(),
            reason=reason,
        )
        return Answer(200 if saved.is_whole else 409, payload.after_save(_sheet(request, book), saved))

    try:
        book = opened_gradebook(actor=actor_of(request), section_id=section_id, verb="grade")
        answer = once(actor_of(request), key, hash_of(request.get_full_path(), body, reason), work)
    except DomainError as refusal:
        return _refused(refusal)
    except DatabaseError as fault:
        refused = refusal_of(fault)
        if refused is None:
            raise
        return _refused(refused)
    return JsonResponse(answer.data, status=answer.status)


def _refused(refusal: DomainError) -> JsonResponse:
    lines = [one.message for one in refusal.details]
    return JsonResponse(
        {"code": refusal.code, "message": str(refusal), "lines": lines}, status=refusal.status
    )


def _sheet(request: HttpRequest, book: Gradebook) -> Sheet:
    wanted = request.GET.get("term") or request.POST.get("term") or ""
    session = term_in(years_of(book.school_id), book.section.session_id, wanted) if wanted else None
    return sheet(gradebook=book, session=session, today=timezone.localdate())


def _cells(text: str) -> list[Cell]:
    """A list of `{item, student, version, entry?, comment?, confirmed?}`."""
    try:
        return [_cell(one) for one in json.loads(text)]
    except _NO_CELLS:
        raise DomainError("VALIDATION_ERROR", _("What was sent is not a list of marks."), "cells") from None


def _cell(given: dict[str, Any]) -> Cell:
    entry, comment = given.get("entry"), given.get("comment")
    return Cell(
        line_item_id=uuid.UUID(given["item"]),
        student_id=uuid.UUID(given["student"]),
        version=int(given["version"]),
        entry=None if entry is None else _text(entry)[:100],
        comment=None if comment is None else _text(comment),
        is_confirmed=given.get("confirmed") is True,
    )


def _text(value: Any) -> str:
    """Half of a character, which JSON can name and no text can hold, is an error here."""
    text = str(value)
    text.encode()
    return text


def _settings(made: Sheet) -> dict[str, Any]:
    """What the script needs beside the marks."""
    nobody = str(uuid.UUID(int=0))
    section = made.section.pk
    return {
        "term": str(made.session.pk),
        "posted": made.is_posted,
        "hasYear": len(made.sessions) > 1,
        "history": reverse("gradebook:cell-history", args=[nobody, nobody]),
        "why": reverse("gradebook:total-why", args=[section, nobody]),
        "nobody": nobody,
        "words": words(),
    }
