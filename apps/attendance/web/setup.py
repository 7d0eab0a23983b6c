"""What the office sets up: codes, how registers are kept, and registers out of a file."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.accounts.models import Campus
from apps.attendance import services
from apps.attendance.models import AttendanceCode, Category, Register, RegisterMode, RegisterSettings
from apps.attendance.models.code import Colour
from apps.attendance.selectors.sheets import settings_of
from apps.core.policy import permitted_or_missing, require_verb
from apps.core.web.cells import Badge, Column
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form
from apps.core.web.tables import Empty, Table, table_view
from apps.timetable.selectors import campuses_with
from apps.timetable.web.asked import actor_of, campus_of
from apps.timetable.web.forms import KeptFileForm


class CodeForm(ServiceForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    letter = forms.CharField(label=gettext_lazy("Letter"), max_length=3)
    category = forms.ChoiceField(label=gettext_lazy("Counts as"), choices=Category.choices)
    colour = forms.ChoiceField(label=gettext_lazy("Colour"), choices=Colour.choices)
    position = forms.IntegerField(label=gettext_lazy("Position"), min_value=1, max_value=99, initial=1)
    is_default = forms.BooleanField(label=gettext_lazy("First choice of its kind"), required=False)
    is_unexplained = forms.BooleanField(
        label=gettext_lazy("Nobody has explained it yet"),
        required=False,
        help_text=gettext_lazy("The family is told and the pupil stands on the board."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)


class SettingsForm(ServiceForm):
    mode = forms.ChoiceField(label=gettext_lazy("Registers are taken"), choices=RegisterMode.choices)
    remind_after = forms.IntegerField(
        label=gettext_lazy("Remind the teacher after (minutes)"),
        min_value=0,
        max_value=600,
        help_text=gettext_lazy("Counted from the beginning of the lesson. 0 sends no reminders."),
    )
    day_due_time = forms.TimeField(
        label=gettext_lazy("Homeroom register is due at"), widget=forms.TimeInput()
    )
    takes_on_days_off = forms.BooleanField(
        label=gettext_lazy("Registers may be taken on days off"), required=False
    )


class UploadForm(KeptFileForm):
    campus = forms.ModelChoiceField(label=gettext_lazy("Campus"), queryset=Campus.objects.none())
    field_order = ("campus", "file")

    def __init__(self, *args: Any, campuses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campus: Any = self.fields["campus"]
        campus.queryset = campuses
        self.fields["file"].help_text = _(
            "Columns: student (admission number), date, code; and where you have them section, period,"
            " minutes_late, reason."
        )


def _in_use(code: AttendanceCode) -> Badge:
    return Badge(_("In use"), "success") if code.is_active else Badge(_("Retired"))


class CodeTable(Table):
    """The marks of the school."""

    name = "attendance-codes"
    caption = gettext_lazy("Attendance codes")
    default_sort = "position"
    columns = (
        Column(
            "name", gettext_lazy("Name"), link=lambda row: reverse("attendance:code-change", args=[row.pk])
        ),
        Column("letter", gettext_lazy("Letter"), sort="letter"),
        Column(
            "category",
            gettext_lazy("Counts as"),
            value=lambda row: row.get_category_display(),
            sort="category",
        ),
        Column("is_default", gettext_lazy("First choice")),
        Column("is_unexplained", gettext_lazy("Unexplained")),
        Column("is_active", gettext_lazy("State"), value=_in_use),
        Column("position", gettext_lazy("Position"), sort=("position", "letter"), numeric=True),
    )
    empty = Empty(gettext_lazy("No codes yet"), gettext_lazy("Registers need at least present and absent."))


@login_required
@require_http_methods(["GET"])
def codes(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "change", AttendanceCode)
    rows = AttendanceCode.objects.permitted(actor, "change")
    context = {
        "may_add": AttendanceCode.policy.allows(actor, "add"),
        "may_settle": RegisterSettings.policy.allows(actor, "change"),
    }
    return table_view(request, CodeTable, rows, template="attendance/codes.html", context=context)  # type: ignore[return-value]  # a file is streamed


@login_required
@require_http_methods(["GET", "POST"])
def code_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", AttendanceCode)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        school = request.user.school  # type: ignore[union-attr]  # signed in
        if form.call(services.add_code, actor=actor, school=school, **form.cleaned_data):
            return go(request, "attendance:codes")
    return show_form(request, "components/form_page.html", form, _page(_("New code"), "attendance:codes"))


@login_required
@require_http_methods(["GET", "POST"])
def code_change(request: HttpRequest, code_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    code = permitted_or_missing(AttendanceCode.objects.all(), actor, "change", pk=code_id)
    form = CodeForm(
        request.POST or None, initial={name: getattr(code, name) for name in CodeForm.base_fields}
    )
    if _saved(request, form, services.change_code, code=code):
        say(request, _("Saved."))
        return go(request, "attendance:codes")
    return show_form(request, "components/form_page.html", form, _page(code.name, "attendance:codes"))


@login_required
@require_http_methods(["GET", "POST"])
def register_settings(request: HttpRequest) -> HttpResponse:
    """How a campus keeps its registers."""
    actor = actor_of(request)
    require_verb(actor, "change", RegisterSettings)
    campuses = list(campuses_with(actor, RegisterSettings, "change").order_by("name"))
    campus = campus_of(request, campuses)
    if campus is None:
        return render(request, "404.html", status=404)
    initial = {name: getattr(settings_of(campus.pk), name) for name in SettingsForm.base_fields}
    form = SettingsForm(request.POST or None, initial=initial)
    if _saved(request, form, services.change_register_settings, campus=campus):
        say(request, _("Saved."))
        return go(request, request.get_full_path())
    context = {
        **_page(_("How registers are kept"), "attendance:overview"),
        "campuses": campuses,
        "campus": campus,
    }
    return show_form(request, "attendance/settings.html", form, context)


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A dry run shows what would happen; the file it keeps is then applied."""
    actor = actor_of(request)
    require_verb(actor, "upload", Register)
    campuses = campuses_with(actor, Register, "upload")
    form = UploadForm(request.POST or None, request.FILES or None, campuses=campuses)
    context: dict[str, Any] = _page(_("Registers from a file"), "attendance:registers")
    if request.method == "POST" and form.is_valid():
        more: dict[str, Any] = {"now": timezone.now()} if form.applies else {}
        service = services.apply_registers if form.applies else services.check_registers
        context["result"] = form.call(service, actor=actor, today=timezone.localdate(), **form.wanted, **more)
        context["applied"] = form.applies
    return show_form(request, "attendance/upload.html", form, context)


def _saved(request: HttpRequest, form: ServiceForm, service: Callable[..., Any], **more: Any) -> bool:
    """Whether the form came, was right, and its service took it."""
    if request.method != "POST" or not form.is_valid():
        return False
    done: Any = form.call(service, actor=actor_of(request), **form.cleaned_data, **more)
    return done is not None


def _page(title: str, back: str) -> dict[str, Any]:
    return {"title": title, "cancel_url": reverse(back)}
