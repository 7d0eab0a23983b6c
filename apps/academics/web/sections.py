"""Pages of sections: roster, teachers, waiting list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.academics import models, selectors, services
from apps.academics.web import forms, tables
from apps.academics.web.fetch import Answer, actor_of, done, form_page, found, photo_of
from apps.academics.web.students import seen_version
from apps.core.policy import active_on, may, require_verb
from apps.core.web.responses import go, say
from apps.core.web.tables import table_view

MOST_HITS = 8


def section_list(request: HttpRequest) -> Answer:
    """Sections of the running sessions, unless another is asked for."""
    actor = actor_of(request)
    require_verb(actor, "view", models.Section)
    rows = models.Section.objects.permitted(actor).select_related("course", "grade_level")
    if not request.GET.get("session"):
        rows = rows.filter(active_on(actor.today, "session"), is_active=True)
    context = {"may_open": models.Section.policy.allows(actor, "add")}
    return table_view(
        request, tables.SectionTable, rows, template="academics/section_list.html", context=context
    )


def section_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    section = found(
        request, models.Section, pk, joins=("campus", "session", "course", "grade_level", "homeroom")
    )
    actor = actor_of(request)
    sees_roster = may(actor, "view_roster", section)
    teaching = (
        models.TeachingAssignment.objects.permitted(actor).active_on(actor.today).filter(section=section)
    )
    context = {
        "section": section,
        "sees_roster": sees_roster,
        "roster": _faces(section, actor) if sees_roster else [],
        "teaching": teaching.select_related("staff"),
        "waiting": _waiting(section, actor),
        "may_enroll": section.is_active and may(actor, "enroll", section),
        "may_change": may(actor, "change", section),
        "sees_staff": models.StaffMember.policy.allows(actor, "view"),
    }
    return render(request, "academics/section_detail.html", context)


def section_open(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", models.Section)
    form = forms.NewSectionForm(request.POST or None, actor=actor)
    return form_page(
        request,
        form,
        services.open_section,
        title=_("Open a section"),
        back=reverse("academics:section-list"),
        done=_("Opened."),
        then=lambda section: reverse("academics:section-detail", args=[section.pk]),
        new=True,
    )


def section_change(request: HttpRequest, pk: Any) -> HttpResponse:
    section = found(request, models.Section, pk, "change")
    initial = {name: getattr(section, name) for name in forms.SectionChangeForm.base_fields}
    form = forms.SectionChangeForm(request.POST or None, actor=actor_of(request), initial=initial)
    expected = seen_version(request, section)
    return form_page(
        request,
        form,
        lambda **values: services.change_section(section=section, expected=expected, **values),
        title=_("Change {name}").format(name=section),
        back=_home(section.pk),
        done=_("Saved."),
        context={"version": section.version if request.method == "GET" else expected},
    )


def section_enroll(request: HttpRequest, pk: Any) -> HttpResponse:
    """Find a pupil by name and give them a seat, or a place in the queue."""
    section = found(request, models.Section, pk, "enroll", joins=("campus", "session", "course"))
    actor = actor_of(request)
    if request.method == "POST":
        return _enroll(request, section)
    text = request.GET.get("q", "").strip()[:100]
    context = {
        "section": section,
        "q": text,
        "hits": selectors.enrollable(actor, section, text)[:MOST_HITS] if len(text) > 1 else [],
        "may_override": may(actor, "override", section),
        "begin": max(actor.today, section.session.begin_date),
    }
    part = (
        "academics/section_enroll.html#hits"
        if request.headers.get("HX-Request")
        else "academics/section_enroll.html"
    )
    return render(request, part, context)


def _enroll(request: HttpRequest, section: models.Section) -> HttpResponse:
    actor = actor_of(request)
    here = reverse("academics:section-enroll", args=[section.pk])
    form = forms.EnrollForm(request.POST, actor=actor, today=actor.today)
    if not form.is_valid():
        faults = [str(fault) for each in form.errors.values() for fault in each]
        say(request, " ".join(faults), level=messages.ERROR)
        return go(request, here)
    row = form.call(services.enroll_or_wait, actor=actor, section=section, **form.cleaned_data)
    if row is None:
        say(request, form.refusal, level=messages.ERROR)
    elif isinstance(row, models.WaitingListEntry):
        say(request, _("No seat is free; {name} waits now.").format(name=row.student), level=messages.WARNING)
    else:
        say(request, _("{name} has a seat.").format(name=row.student))
    return go(request, here)


def enrollment_withdraw(request: HttpRequest, pk: Any) -> HttpResponse:
    place = found(
        request, models.Enrollment, pk, "withdraw", joins=("student", "section__session", "section__campus")
    )
    form = forms.WithdrawPlaceForm(
        request.POST or None,
        actor=actor_of(request),
        initial={"effective_date": max(actor_of(request).today, place.begin_date)},
    )
    return form_page(
        request,
        form,
        lambda **values: services.withdraw_enrollment(enrollment=place, **values),
        title=_("{name} leaves {section}").format(name=place.student, section=place.section),
        back=_home(place.section_id),
        done=_("The seat is free again."),
    )


@require_POST
def waiting_remove(request: HttpRequest, pk: Any) -> HttpResponse:
    entry = found(request, models.WaitingListEntry, pk, "withdraw")
    return done(
        request,
        lambda: services.leave_waiting_list(actor=actor_of(request), entry=entry),
        _home(entry.section_id),
        _("Taken off the waiting list."),
    )


def teacher_assign(request: HttpRequest, pk: Any) -> HttpResponse:
    section = found(request, models.Section, pk, "change", joins=("session",))
    actor = actor_of(request)
    form = forms.TeacherForm(
        request.POST or None,
        actor=actor,
        initial={"begin_date": max(actor.today, section.session.begin_date)},
    )
    return form_page(
        request,
        form,
        lambda **values: services.assign_teacher(section=section, **values),
        title=_("A teacher for {section}").format(section=section),
        back=_home(section.pk),
        done=_("Assigned."),
        new=True,
    )


def teaching_end(request: HttpRequest, pk: Any) -> HttpResponse:
    row = found(request, models.TeachingAssignment, pk, "end", joins=("section", "staff"))
    form = forms.EndForm(
        request.POST or None, actor=actor_of(request), initial={"end_date": actor_of(request).today}
    )
    return form_page(
        request,
        form,
        lambda **values: services.end_teaching(assignment=row, **values),
        title=_("{staff} no longer teaches {section}").format(staff=row.staff, section=row.section),
        back=_home(row.section_id),
        done=_("Ended."),
    )


def _faces(section: models.Section, actor: Any) -> list[dict[str, Any]]:
    """Roster rows with a photo link each; the links cost no query."""
    return [
        {"place": place, "student": place.student, "photo": photo_of(place.student, actor)}
        for place in selectors.roster(section, actor.today)
    ]


def _waiting(section: models.Section, actor: Any) -> Any:
    if not may(actor, "enroll", section):
        return []
    rows = models.WaitingListEntry.objects.permitted(actor, "change").filter(section=section)
    return rows.filter(state=models.WaitingState.WAITING).select_related("student")


def _home(pk: Any) -> str:
    return reverse("academics:section-detail", args=[pk])
