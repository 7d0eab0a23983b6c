"""Every component on one page, for tests and for eyes; an URLconf that only tests switch on."""

from pathlib import Path
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

from apps.core.errors import Conflict, Detail, DomainError
from apps.core.web import search, tables
from apps.core.web.cells import Badge, Column
from apps.core.web.charts import Chart, Series
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form
from apps.core.web.today import TodayCard

User = get_user_model()


class PersonFilter(django_filters.FilterSet):
    language = django_filters.ChoiceFilter(
        choices=[("en", "English"), ("hi", "Hindi")], empty_label="Any language", label="Language"
    )

    class Meta:
        model = User
        fields = ("language",)


def _greet(request: HttpRequest, rows: Any) -> HttpResponse | None:
    say(request, f"Greeted {rows.count()}")
    return None


class PersonTable(tables.Table):
    name = "people"
    caption = "People"
    columns = (
        Column("name", "Name", link=lambda row: f"/people/{row.pk}", sort="name"),
        Column("email", "Mail address", sort="email"),
        Column(
            "language",
            "Language",
        ),
        Column(
            "state",
            "State",
            value=lambda row: (
                Badge("May sign in", "success") if row.is_active else Badge("Closed", "warning")
            ),
        ),
        Column("auth_epoch", "Visits", numeric=True, sort="auth_epoch"),
        Column("created_at", "Since", sort="created_at", wide_only=True),
        Column("secret", "Only in files", value=lambda row: "=1+1", shown=False),
    )
    search_fields = ("name", "email")
    filterset = PersonFilter
    default_sort = "name"
    page_sizes = (25, 50)
    actions = (
        tables.BulkAction("greet", "Greet", "mail", _greet, confirm="Greet everybody chosen?"),
        tables.BulkAction("close", "Close", "lock", _greet, danger=True, allowed=lambda actor: False),
    )
    empty = tables.Empty(
        "Nobody yet",
        "People appear here once the roster has come in.",
        url="/",
        url_label="Bring in a roster",
    )


class PersonForm(ServiceForm):
    name = forms.CharField(label="Full name", help_text="As on the birth certificate.")
    born = forms.DateField(label="Born on", required=False, widget=forms.DateInput())
    kind = forms.ChoiceField(label="Kind", choices=[("day", "Day pupil"), ("board", "Boarder")])
    rights = forms.MultipleChoiceField(
        label="May",
        required=False,
        choices=[("marks", "See marks"), ("pickup", "Collect the child")],
        widget=forms.CheckboxSelectMultiple,
    )
    told = forms.BooleanField(label="Tell the guardians", required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))


def _refuse(*, name: str, **rest: Any) -> str:
    if name == "full":
        raise Conflict("SECTION_FULL", "9A is full; put the pupil on the waiting list.")
    if name == "twice":
        raise DomainError(
            "INVALID",
            "no",
            details=[Detail("name", "TAKEN", "This name is taken."), Detail("x", "ODD", "Odd.")],
        )
    return name


def people(request: HttpRequest) -> Any:
    return tables.table_view(request, PersonTable, User.objects.all())


def form(request: HttpRequest) -> HttpResponse:
    bound = PersonForm(request.POST or None)
    if bound.is_valid() and (name := bound.call(_refuse, **bound.cleaned_data)):
        say(request, f"{name} is admitted")
        return go(request, "/gallery/form")
    return show_form(
        request, "components/form_page.html", bound, {"title": "Admit a pupil", "cancel_url": "/"}
    )


CARDS = (
    TodayCard(
        "absent",
        "Not arrived",
        "user-question",
        number=12,
        text="of 1,184 expected pupils",
        tone="attention",
        url="/gallery/people",
        url_label="See who",
    ),
    TodayCard(
        "registers",
        "Registers taken",
        "clipboard-check",
        number="41 / 44",
        text="Three lessons still open",
        tone="good",
        url="/gallery/people",
        url_label="Remind",
    ),
    TodayCard(
        "next",
        "Next lesson",
        "chalkboard",
        number="9A",
        text="Mathematics, room 12, 10:40",
        url="/gallery/form",
        url_label="Take the register",
    ),
    TodayCard(
        "dues", "Overdue", "alert-triangle", number=3, text="Requests waiting longer than a day", tone="bad"
    ),
)
CHART = Chart(
    "rates",
    "Attendance this week",
    "Day",
    ["Mon", "Tue", "Wed", "Thu", "Fri"],
    [
        Series("Main campus", [96.2, 95.8, 97.0, 94.1, 95.5]),
        Series("North campus", [93.0, 94.4, None, 92.0, 95.0]),
    ],
    unit="%",
)
PARTS = Path(__file__).with_name("gallery.html").read_text()


class _Job:
    pk = "demo"
    is_open = True
    state = "running"
    get_state_display = "Running"
    cancel_requested_at = None


def parts(request: HttpRequest) -> HttpResponse:
    messages.success(request, "9A is saved.")
    context = {
        "cards": CARDS,
        "chart": CHART,
        "job": _Job,
        "cancel_url": "/gallery/",
        "progress": {"done": 420, "total": 1200, "note": "Reading users.csv"},
        "job_title": "Bringing in the roster",
    }
    return HttpResponse(engines["django"].from_string(PARTS).render(context, request))


def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "portals/landing.html")


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def conflict(request: HttpRequest) -> HttpResponse:
    raise Conflict("OVERTAKEN", "Somebody saved this register while you were typing.")


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("gallery/", parts),
    path("gallery/people", people),
    path("gallery/form", form),
    path("gallery/landing", landing),
    path("gallery/denied", denied),
    path("gallery/conflict", conflict),
    path("gallery/broken", broken),
    path("", include(([path("search", search.palette, name="search")], "portals"), namespace="portals")),
    path("", include("schools24.urls")),
]
