"""Set-up of calendars, bells, the weekly plan, and single lessons. Each page calls one service."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.academics.models import Section
from apps.academics.web.students import seen_version
from apps.core.errors import DomainError
from apps.core.jobs import enqueue
from apps.core.models import Job, SchoolRow
from apps.core.policy import Actor, added, permitted_or_missing, require_verb
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form
from apps.timetable import services
from apps.timetable.models import BellSchedule, Calendar, CalendarDate, ClassPeriod, Meeting, MeetingPattern
from apps.timetable.selectors import campuses_with, shown
from apps.timetable.web import forms
from apps.timetable.web.asked import actor_of, campus_of, campuses_of
from apps.timetable.web.views import require_campus, week_url

FORM = "components/form_page.html"


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Calendars, bells and the weekly plan of a campus on one page."""
    actor = actor_of(request)
    require_verb(actor, "change", Calendar)
    campuses = campuses_of(actor)
    campus = campus_of(request, campuses)
    lines = MeetingPattern.objects.permitted(actor).filter(section__campus=campus)
    lessons = Meeting.objects.permitted(actor).filter(section__campus=campus, date__gte=timezone.localdate())
    context = {
        "title": _("Calendar, bells and weekly plan"),
        "campuses": campuses,
        "campus": campus,
        "calendars": Calendar.objects.permitted(actor).filter(campus=campus).select_related("session"),
        "dates": CalendarDate.objects.permitted(actor).filter(
            calendar__campus=campus, date__gte=timezone.localdate() - timedelta(days=30)
        ).select_related("calendar")[:60],
        "bells": BellSchedule.objects.permitted(actor).filter(campus=campus).prefetch_related("periods"),
        "lines": lines.count(),
        "lessons": lessons.count(),
        "job": Job.objects.permitted(actor).filter(task="timetable.lay_out").order_by("-created_at").first(),
    }  # fmt: skip
    return render(request, "timetable/setup.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def calendar_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", Calendar)
    form = forms.CalendarForm(request.POST or None, actor=actor)
    return _form(request, form, services.add_calendar, _("New calendar"), adds=True)


@login_required
@require_http_methods(["GET", "POST"])
def calendar_change(request: HttpRequest, calendar_id: uuid.UUID) -> HttpResponse:
    row = permitted_or_missing(Calendar.objects.all(), actor_of(request), "change", pk=calendar_id)
    form = forms.WeekdaysForm(request.POST or None, initial={"weekdays": row.weekdays})
    return _form(request, form, services.change_calendar, str(row), calendar=row)


@login_required
@require_http_methods(["GET", "POST"])
def date_add(request: HttpRequest, calendar_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    row = permitted_or_missing(Calendar.objects.select_related("campus"), actor, "change", pk=calendar_id)
    form = forms.CalendarDateForm(request.POST or None, actor=actor, campus=row.campus)
    return _form(
        request, form, services.add_calendar_date, _("Holiday, event or extra day"), adds=True, calendar=row
    )


@login_required
@require_POST
def date_remove(request: HttpRequest, date_id: uuid.UUID) -> HttpResponse:
    row = permitted_or_missing(CalendarDate.objects.all(), actor_of(request), "delete", pk=date_id)
    services.remove_calendar_date(actor=actor_of(request), calendar_date=row)
    say(request, _("Removed."))
    return go(request, "timetable:setup")


@login_required
@require_http_methods(["GET", "POST"])
def bells_add(request: HttpRequest) -> HttpResponse:
    campus = _campus_to(request, BellSchedule)
    form = forms.BellScheduleForm(request.POST or None)
    return _form(request, form, services.add_bell_schedule, _("New bell schedule"), adds=True, campus=campus)


@login_required
@require_http_methods(["GET", "POST"])
def bells_change(request: HttpRequest, bells_id: uuid.UUID) -> HttpResponse:
    row = permitted_or_missing(BellSchedule.objects.all(), actor_of(request), "change", pk=bells_id)
    form = forms.BellScheduleForm(request.POST or None, initial={"name": row.name, "weekdays": row.weekdays})
    return _form(request, form, services.change_bell_schedule, row.name, bell_schedule=row)


@login_required
@require_http_methods(["GET", "POST"])
def period_add(request: HttpRequest, bells_id: uuid.UUID) -> HttpResponse:
    row = permitted_or_missing(BellSchedule.objects.all(), actor_of(request), "change", pk=bells_id)
    form = forms.PeriodForm(request.POST or None)
    return _form(request, form, services.add_period, _("New period"), adds=True, bell_schedule=row)


@login_required
@require_http_methods(["GET", "POST"])
def period_change(request: HttpRequest, period_id: uuid.UUID) -> HttpResponse:
    row = permitted_or_missing(ClassPeriod.objects.all(), actor_of(request), "change", pk=period_id)
    initial = {name: getattr(row, name) for name in forms.PeriodForm.base_fields}
    return _form(
        request,
        forms.PeriodForm(request.POST or None, initial=initial),
        services.change_period,
        row.name,
        period=row,
    )


@login_required
@require_POST
def period_remove(request: HttpRequest, period_id: uuid.UUID) -> HttpResponse:
    row = permitted_or_missing(ClassPeriod.objects.all(), actor_of(request), "delete", pk=period_id)
    services.remove_period(actor=actor_of(request), period=row)
    say(request, _("Removed."))
    return go(request, "timetable:setup")


@login_required
@require_http_methods(["GET", "POST"])
def pattern_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    campus = _campus_to(request, MeetingPattern)
    initial = {"begin_date": timezone.localdate(), "section": request.GET.get("section")}
    form = forms.PatternForm(request.POST or None, actor=actor, campus=campus, initial=initial)
    return _form(request, form, services.add_pattern, _("New line of the weekly plan"), adds=True)


@login_required
@require_http_methods(["GET", "POST"])
def pattern_end(request: HttpRequest, pattern_id: uuid.UUID) -> HttpResponse:
    """The last day of a line; or the whole line is taken out."""
    joined = ("section", "period", "teacher", "room")
    row = permitted_or_missing(
        MeetingPattern.objects.select_related(*joined), actor_of(request), "change", pk=pattern_id
    )
    last = row.end_date - timedelta(days=1) if row.end_date else timezone.localdate()
    form = forms.LastDayForm(request.POST or None, initial={"last_day": last})

    def work(*, actor: Actor, last_day: date) -> MeetingPattern:
        return services.end_pattern(actor=actor, pattern=row, end_date=last_day + timedelta(days=1))

    return _form(
        request, form, work, str(row.section), back=reverse("timetable:patterns"),
        template="timetable/pattern_form.html", page={"pattern": row},
    )  # fmt: skip


@login_required
@require_POST
def pattern_remove(request: HttpRequest, pattern_id: uuid.UUID) -> HttpResponse:
    row = permitted_or_missing(MeetingPattern.objects.all(), actor_of(request), "delete", pk=pattern_id)
    try:
        services.remove_pattern(actor=actor_of(request), pattern=row, today=timezone.localdate())
    except DomainError as refusal:
        say(request, refusal, level=messages.ERROR)
    else:
        say(request, _("Removed, with its lessons after today."))
    return go(request, "timetable:patterns")


@login_required
@require_http_methods(["GET", "POST"])
def pattern_upload(request: HttpRequest) -> HttpResponse:
    """A dry run first; the file it keeps is then applied."""
    actor = actor_of(request)
    campus = _campus_to(request, MeetingPattern)
    initial = {"begin_date": timezone.localdate()}
    form = forms.UploadForm(
        request.POST or None, request.FILES or None, actor=actor, campus=campus, initial=initial
    )
    context: dict[str, Any] = {**_page(_("Weekly plan from a file")), "campus": campus}
    if request.method == "POST" and form.is_valid():
        more: dict[str, Any] = {"now": timezone.now()} if form.applies else {}
        service = services.apply_patterns if form.applies else services.check_patterns
        context["result"] = form.call(service, actor=actor, campus=campus, **form.wanted, **more)
        context["applied"] = form.applies
    return show_form(request, "timetable/upload.html", form, context)


@login_required
@require_http_methods(["GET", "POST"])
def lay_out(request: HttpRequest) -> HttpResponse:
    """Hand the laying out to a job; the set-up page shows its progress."""
    actor = actor_of(request)
    campus = _campus_to(request, Meeting)
    today = timezone.localdate()
    initial = {"begin": today, "last_day": today + timedelta(days=27)}
    form = forms.LayOutForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        end = form.cleaned_data["last_day"] + timedelta(days=1)
        with transaction.atomic():
            enqueue(
                "timetable.lay_out",
                school_id=campus.school_id,
                owner_id=actor.user_id,
                campus_id=campus.pk,
                user_id=actor.user_id,
                begin=form.cleaned_data["begin"].isoformat(),
                end=end.isoformat(),
            )
        return go(request, f"{reverse('timetable:setup')}?campus={campus.pk}")
    context = {**_page(_("Lay the weekly plan out into lessons")), "submit_label": _("Lay out")}
    return show_form(request, FORM, form, context)


@login_required
@require_http_methods(["GET", "POST"])
def meeting_add(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", Meeting)
    section = permitted_or_missing(Section.objects.select_related("campus"), actor, "change", pk=section_id)
    initial = {"date": request.GET.get("day") or timezone.localdate()}
    form = forms.MeetingForm(request.POST or None, actor=actor, campus=section.campus, initial=initial)
    back = reverse("timetable:section-week", args=[section.pk])
    return _form(
        request, form, services.book_meeting, _("Book a lesson"), adds=True, back=back, section=section
    )


@login_required
@require_http_methods(["GET", "POST"])
def meeting_change(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Another time, room or teacher for this once."""
    actor = actor_of(request)
    meeting = permitted_or_missing(shown(Meeting.objects.all()), actor, "change", pk=meeting_id)
    names = ("date", "period", "teacher", "room")
    initial: dict[str, Any] = {name: getattr(meeting, name) for name in names}
    if meeting.period is None:
        initial["begin_time"] = timezone.localtime(meeting.begin_at).time()
        initial["end_time"] = timezone.localtime(meeting.end_at).time()
    form = forms.MeetingForm(
        request.POST or None, actor=actor, campus=meeting.section.campus, initial=initial
    )
    more: dict[str, Any] = {"meeting": meeting, "expected": seen_version(request, meeting)}
    back = week_url(meeting.section_id, meeting.date)
    page = {"meeting": meeting}
    return _form(
        request, form, services.change_meeting, str(meeting.section), back=back,
        template="timetable/meeting_form.html", page=page, **more,
    )  # fmt: skip


@login_required
@require_POST
def meeting_cancel(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Cancel a lesson, or hold it after all."""
    actor = actor_of(request)
    meeting = permitted_or_missing(Meeting.objects.all(), actor, "cancel", pk=meeting_id)
    service = services.restore_meeting if meeting.is_cancelled else services.cancel_meeting
    try:
        service(actor=actor, meeting=meeting, expected=meeting.version)
    except DomainError as refusal:
        say(request, refusal, level=messages.ERROR)
    else:
        say(request, _("The lesson is cancelled.") if meeting.is_cancelled else _("The lesson is held."))
    return go(request, week_url(meeting.section_id, meeting.date))


def _form(
    request: HttpRequest,
    form: ServiceForm,
    service: Callable[..., Any],
    title: str,
    *,
    adds: bool = False,
    back: str = "",
    template: str = FORM,
    page: dict[str, Any] | None = None,
    **more: Any,
) -> HttpResponse:
    """Show the form, or call the service with what it holds and go back."""
    actor = actor_of(request)

    def work(**data: Any) -> Any:
        with transaction.atomic():
            row = service(actor=actor, **data)
            return added(actor, row) if adds else row

    if request.method == "POST" and form.is_valid() and form.call(work, **form.cleaned_data, **more):
        say(request, _("Saved."))
        return go(request, back or "timetable:setup")
    return show_form(request, template, form, {**_page(title, back), **(page or {})})


def _campus_to(request: HttpRequest, model: type[SchoolRow]) -> Any:
    """The campus in the address, out of those on which the actor may add such rows."""
    actor = actor_of(request)
    require_verb(actor, "add", model)
    return require_campus(campus_of(request, list(campuses_with(actor, model, "add").order_by("name"))))


def _page(title: str, back: str = "") -> dict[str, Any]:
    return {"title": title, "cancel_url": back or reverse("timetable:setup")}
