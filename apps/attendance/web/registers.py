"""Taking a register: the page a teacher opens between two lessons."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.academics.models import Section
from apps.attendance import services
from apps.attendance.models import Category
from apps.attendance.selectors.sheets import Sheet, corrections, sheet
from apps.attendance.services import Mark
from apps.core.errors import DomainError, Missing
from apps.core.idempotency import Answer, hash_of, once
from apps.core.integrity import refusal_of
from apps.core.policy import Actor, permitted_or_missing
from apps.core.web.responses import go, say
from apps.timetable.models import Meeting
from apps.timetable.selectors import shown


@login_required
@require_http_methods(["GET", "POST"])
def register_lesson(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """The register of one lesson."""
    meeting = permitted_or_missing(
        shown(Meeting.objects.all()), _actor(request), "take_register", pk=meeting_id
    )
    return _register(request, meeting.section, meeting.date, meeting)


@login_required
@require_http_methods(["GET", "POST"])
def register_day(request: HttpRequest, section_id: uuid.UUID, day: date) -> HttpResponse:
    """The register of a homeroom's day."""
    section = permitted_or_missing(
        Section.objects.select_related("course", "campus"), _actor(request), "view_roster", pk=section_id
    )
    return _register(request, section, day, None)


def _register(request: HttpRequest, section: Section, day: date, meeting: Meeting | None) -> HttpResponse:
    if request.method == "POST":
        return _save(request, section, day, meeting)
    made = sheet(section, day, meeting)
    context = {
        "sheet": made,
        "title": section.name,
        "settings_json": _settings(request, made),
        "is_today": day == timezone.localdate(),
        "needs_reason": day < timezone.localdate() and made.register is not None,
        "is_ahead": day > timezone.localdate(),
        "history": corrections(made),
    }
    return render(request, "attendance/register.html", context)


def _save(request: HttpRequest, section: Section, day: date, meeting: Meeting | None) -> HttpResponse:
    """A page's script asks for JSON and sends a key, so that what was queued on a bad line counts once."""

    def work() -> Answer:
        register = services.take_register(
            actor=_actor(request),
            section=section,
            date=day,
            meeting=meeting,
            marks=_marks(request),
            expected=_number(request.POST.get("version")) or 0,
            now=timezone.now(),
            today=timezone.localdate(),
            reason=request.POST.get("reason", ""),
        )
        received = f"{timezone.localtime(register.taken_at):%H:%M}"
        return Answer(200, {"version": register.version, "received_at": received})

    if request.headers.get("Accept") != "application/json":
        work()
        say(request, _("Register saved."))
        return go(request, "attendance:registers")
    return _as_json(request, work)


def _as_json(request: HttpRequest, work: Callable[[], Answer]) -> JsonResponse:
    key = request.POST.get("key", "")
    body = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    try:
        answer = once(_actor(request), key, hash_of(request.path, body), work)
    except DomainError as refusal:
        return _refused(refusal)
    except DatabaseError as fault:
        refused = refusal_of(fault)
        if refused is None:
            raise
        return _refused(refused)
    return JsonResponse(answer.data, status=answer.status)


def _refused(refusal: DomainError) -> JsonResponse:
    lines = [str(one.message) for one in refusal.details]
    body = {"code": refusal.code, "message": str(refusal), "lines": lines, "values": refusal.values}
    return JsonResponse(body, status=refusal.status)


def _marks(request: HttpRequest) -> list[Mark]:
    """Fields named `code-<pupil>`, `late-<pupil>`, `reason-<pupil>`, `note-<pupil>`."""
    fields = request.POST
    marks: list[Mark] = []
    for name, value in fields.items():
        if not name.startswith("code-") or not value:
            continue
        pupil = name.removeprefix("code-")
        marks.append(
            Mark(
                student_id=_uuid(pupil),
                code_id=_uuid(str(value)),
                minutes_late=_number(fields.get(f"late-{pupil}")),
                reason=str(fields.get(f"reason-{pupil}", "")),
                note=str(fields.get(f"note-{pupil}", "")),
            )
        )
    return marks


def _settings(request: HttpRequest, made: Sheet) -> dict[str, Any]:
    """What the page's script needs to know; names of pupils stand on the page only."""
    cycle = [made.codes.first(one) for one in (Category.PRESENT, Category.UNEXCUSED, Category.LATE)]
    return {
        "user": str(request.user.pk),
        "cycle": [str(code.pk) for code in cycle if code],
        "codes": {
            str(one.pk): {
                "name": one.name,
                "short": str(one.short_name),
                "category": one.category,
                "letter": one.letter,
            }
            for one in made.codes.active
        },
        "done": reverse("attendance:registers"),
    }


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Missing from None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
