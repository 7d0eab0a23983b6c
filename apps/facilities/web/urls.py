"""Pages under /facilities/."""

from typing import Any

from django.urls import URLPattern, path

from apps.facilities.web import views


def _places(noun: views.Noun) -> list[URLPattern]:
    given: dict[str, Any] = {"noun": noun}
    return [
        path(f"{noun.key}s/", views.place_list, given, f"{noun.key}-list"),
        path(f"{noun.key}s/add/", views.place_add, given, f"{noun.key}-add"),
        path(f"{noun.key}s/<uuid:pk>/change/", views.place_change, given, f"{noun.key}-change"),
        path(f"{noun.key}s/<uuid:pk>/delete/", views.place_delete, given, f"{noun.key}-delete"),
    ]


urlpatterns = [*_places(views.BUILDING), *_places(views.ROOM)]
