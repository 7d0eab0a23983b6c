"""Every address of the house: pages by app, the API under /api/v1/, and the doors for machines."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from apps.core import health
from apps.core.api import errors
from apps.core.api.files import download

APPS = (
    "accounts",
    "messaging",
    "academics",
    "facilities",
    "staffing",
    "timetable",
    "attendance",
    "gradebook",
    "assessments",
    "finance",
    "reports",
    "interop",
    "portals",
)


def _rooms(room: str) -> list[str]:
    """The apps that have this room: an app without pages, or without an API, has no urls there."""
    return [app for app in APPS if find_spec(f"apps.{app}.{room}") and find_spec(f"apps.{app}.{room}.urls")]


def _pages() -> list[URLPattern | URLResolver]:
    return [
        path("" if app == "portals" else f"{app}/", include((f"apps.{app}.web.urls", app), namespace=app))
        for app in _rooms("web")
    ]


def _api() -> list[URLPattern | URLResolver]:
    nouns = [path("", include(f"apps.{app}.api.urls")) for app in _rooms("api")]
    return [*nouns, path("", include("apps.core.api.urls"))]


urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("jobs/", include(("apps.core.web.urls", "core"), namespace="core")),
    path("files/<str:token>", download, name="file-download"),
    path("verify/", include(("apps.reports.web.public_urls", "verify"), namespace="verify")),
    path("api/v1/", include((_api(), "api"), namespace="api")),
    path("admin/", admin.site.urls),
    *_pages(),
    path("accounts/", include("allauth.urls")),
]

handler500 = errors.server_error
