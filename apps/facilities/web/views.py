"""Lists and forms of buildings and rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from apps.academics.web.fetch import Answer, actor_of, done, form_page, found
from apps.academics.web.fields import ActorForm, Choice
from apps.academics.web.tables import permitted
from apps.accounts.models import Campus
from apps.core.policy import require_verb
from apps.core.web.cells import Column
from apps.core.web.tables import Empty, Table, table_view
from apps.facilities import services
from apps.facilities.models import Building, Room, RoomKind


class BuildingForm(ActorForm):
    campus = Choice(Campus, label=lazy("Campus"), empty_label=None)
    name = forms.CharField(label=lazy("Name"), max_length=100)
    code = forms.CharField(label=lazy("Code"), max_length=40)


class RoomForm(BuildingForm):
    building = Choice(Building, label=lazy("Building"), required=False)
    kind = forms.ChoiceField(label=lazy("Kind"), choices=RoomKind.choices)
    capacity = forms.IntegerField(label=lazy("Seats"), min_value=1, max_value=10_000, initial=40)
    is_active = forms.BooleanField(label=lazy("In use"), required=False, initial=True)


def _change(url_name: str) -> Callable[[Any], str]:
    return lambda row: reverse(url_name, args=[row.pk])


class BuildingTable(Table):
    name = "buildings"
    caption = lazy("Buildings")
    columns = (
        Column("name", lazy("Name"), sort="name", link=_change("facilities:building-change"), verb="change"),
        Column("code", lazy("Code"), sort="code"),
        Column("campus", lazy("Campus"), value=lambda row: row.campus.name, sort="campus__name"),
    )
    search_fields = ("name", "code")
    default_sort = "name"
    empty = Empty(lazy("No buildings yet"), lazy("Rooms may stand in one, or in none."), icon="building")


class RoomFilter(FilterSet):
    campus = ModelChoiceFilter(queryset=permitted(Campus), label=lazy("Campus"), empty_label=lazy("All"))
    kind = ChoiceFilter(choices=RoomKind.choices, label=lazy("Kind"), empty_label=lazy("All"))

    class Meta:
        model = Room
        fields = ["campus", "kind"]


class RoomTable(Table):
    name = "rooms"
    caption = lazy("Rooms")
    columns = (
        Column("name", lazy("Name"), sort="name", link=_change("facilities:room-change"), verb="change"),
        Column("code", lazy("Code"), sort="code"),
        Column("kind", lazy("Kind"), value=lambda row: row.get_kind_display(), sort="kind"),
        Column("capacity", lazy("Seats"), sort="capacity", numeric=True),
        Column(
            "building", lazy("Building"), value=lambda row: str(row.building or ""), sort="building__name"
        ),
        Column("campus", lazy("Campus"), value=lambda row: row.campus.name, sort="campus__name"),
        Column("is_active", lazy("In use"), sort="is_active"),
    )
    search_fields = ("name", "code")
    filterset = RoomFilter
    default_sort = "name"
    empty = Empty(lazy("No rooms yet"), lazy("Lessons need a place; add the first one."), icon="door")


@dataclass(frozen=True)
class Noun:
    """A kind of place: one list, one form, one service."""

    model: Any
    key: str
    table: type[Table]
    form: type[ActorForm]
    service: Callable[..., Any]
    new_title: Any
    joins: tuple[str, ...]


BUILDING = Noun(
    Building,
    "building",
    BuildingTable,
    BuildingForm,
    services.save_building,
    lazy("Add a building"),
    ("campus",),
)
ROOM = Noun(Room, "room", RoomTable, RoomForm, services.save_room, lazy("Add a room"), ("campus", "building"))


def place_list(request: HttpRequest, noun: Noun) -> Answer:
    actor = actor_of(request)
    require_verb(actor, "view", noun.model)
    rows = noun.model.objects.permitted(actor).select_related(*noun.joins)
    context = {
        "may_add": noun.model.policy.allows(actor, "add"),
        "add_url": reverse(f"facilities:{noun.key}-add"),
    }
    return table_view(request, noun.table, rows, template="academics/setup_list.html", context=context)


def place_add(request: HttpRequest, noun: Noun) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", noun.model)
    form = noun.form(request.POST or None, actor=actor)
    return form_page(
        request, form, noun.service, title=noun.new_title, back=_list(noun), done=_("Added."), new=True
    )


def place_change(request: HttpRequest, noun: Noun, pk: Any) -> HttpResponse:
    row = found(request, noun.model, pk, "change")
    initial = {name: getattr(row, name) for name in noun.form.base_fields}
    form = noun.form(request.POST or None, actor=actor_of(request), initial=initial)
    return form_page(
        request,
        form,
        lambda **values: noun.service(**{noun.key: row}, **values),
        title=_("Change {name}").format(name=row),
        back=_list(noun),
        done=_("Saved."),
        new=True,
        context={"delete_url": reverse(f"facilities:{noun.key}-delete", args=[row.pk])},
    )


@require_POST
def place_delete(request: HttpRequest, noun: Noun, pk: Any) -> HttpResponse:
    row = found(request, noun.model, pk, "delete")
    return done(
        request,
        lambda: services.delete_place(actor=actor_of(request), place=row),
        _list(noun),
        _("Deleted."),
    )


def _list(noun: Noun) -> str:
    return reverse(f"facilities:{noun.key}-list")
