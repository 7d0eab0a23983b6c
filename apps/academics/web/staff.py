"""Pages of staff."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.academics import models, selectors, services
from apps.academics.web import forms, tables
from apps.academics.web.fetch import Answer, actor_of, form_page, found, photo_of
from apps.academics.web.history import entries
from apps.academics.web.students import seen_version, with_photo
from apps.academics.web.tabs import tabs_of
from apps.core.policy import may, require_verb
from apps.core.web.tables import asks_export, table_view

FIELDS = tuple(name for name in forms.StaffForm.base_fields if name not in {"photo", "subjects"})


def staff_list(request: HttpRequest) -> Answer:
    """Who works here, unless others are asked for."""
    actor = actor_of(request)
    require_verb(actor, "view", models.StaffMember)
    exports = models.StaffMember.policy.allows(actor, "export")
    verb = "export" if asks_export(request) and exports else "view"
    rows = models.StaffMember.objects.permitted(actor, verb).select_related("campus")
    if not request.GET.get("status"):
        rows = rows.filter(left_date__isnull=True)
    table = tables.ExportableStaffTable if exports else tables.StaffTable
    context = {"may_hire": models.StaffMember.policy.allows(actor, "add")}
    return table_view(request, table, rows, template="academics/staff_list.html", context=context)


def staff_page(
    request: HttpRequest, staff: models.StaffMember, tab: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    """A tab of a staff member's page; apps above use it too."""
    actor = actor_of(request)
    head = {
        "staff": staff,
        "photo": photo_of(staff, actor),
        "tabs": tabs_of("staff", staff.pk, tab, actor),
        "may_change": may(actor, "change", staff),
    }
    return render(request, template, {**head, **context})


def staff_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    staff = found(request, models.StaffMember, pk, joins=("campus",))
    actor = actor_of(request)
    private = may(actor, "view_private", staff)
    teaching = models.TeachingAssignment.objects.permitted(actor).active_on(actor.today).filter(staff=staff)
    context = {
        "private": private,
        "own_fields": selectors.shown_custom(actor, staff) if private else [],
        "subjects": staff.subjects.all(),
        "teaching": teaching.select_related("section__course", "section__session").order_by("section__name"),
    }
    return staff_page(request, staff, "overview", "academics/staff_detail.html", context)


def staff_history(request: HttpRequest, pk: Any) -> HttpResponse:
    staff = found(request, models.StaffMember, pk, "change", joins=("campus",))
    return staff_page(request, staff, "history", "academics/staff_history.html", {"entries": entries(staff)})


def staff_hire(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", models.StaffMember)
    form = forms.StaffForm(
        request.POST or None, request.FILES or None, actor=actor, initial={"joined_date": actor.today}
    )
    return form_page(
        request,
        form,
        with_photo(services.hire_staff_member),
        title=_("Add a staff member"),
        back=reverse("academics:staff-list"),
        done=_("Added."),
        then=lambda staff: reverse("academics:staff-detail", args=[staff.pk]),
        new=True,
    )


def staff_change(request: HttpRequest, pk: Any) -> HttpResponse:
    staff = found(request, models.StaffMember, pk, "change")
    initial = {name: getattr(staff, name) for name in FIELDS}
    initial["subjects"] = staff.subjects.all() if request.method == "GET" else ()
    form = forms.StaffForm(
        request.POST or None,
        request.FILES or None,
        actor=actor_of(request),
        kept=staff.custom,
        initial=initial,
    )
    expected = seen_version(request, staff)
    return form_page(
        request,
        form,
        with_photo(lambda **values: services.change_staff_member(staff=staff, expected=expected, **values)),
        title=_("Change {name}").format(name=staff),
        back=reverse("academics:staff-detail", args=[staff.pk]),
        done=_("Saved."),
        context={"version": staff.version if request.method == "GET" else expected},
    )


def staff_leave(request: HttpRequest, pk: Any) -> HttpResponse:
    staff = found(request, models.StaffMember, pk, "change")
    form = forms.LeavingForm(
        request.POST or None, actor=actor_of(request), initial={"left_date": actor_of(request).today}
    )
    return form_page(
        request,
        form,
        lambda **values: services.end_employment(staff=staff, **values),
        title=_("{name} leaves").format(name=staff),
        back=reverse("academics:staff-detail", args=[staff.pk]),
        done=_("Noted. What they taught has no teacher from that day on."),
        context={"lead": _("What they teach ends with that day.")},
    )
