from django.urls import path, re_path

from apps.core.api.docs import DocsView, NothingHereView, SchemaView
from apps.core.api.events import events_stream
from apps.core.api.files import FileView, UploadView
from apps.core.api.jobs import JobViewSet
from apps.core.api.routers import Router

router = Router()
router.register("jobs", JobViewSet, basename="job")

urlpatterns = [
    *router.urls,
    path("files/uploads", UploadView.as_view(), name="file-upload"),
    path("files/<uuid:pk>", FileView.as_view(), name="file-detail"),
    path("events/stream", events_stream, name="events-stream"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    # Last of all the API's addresses.
    re_path(r"^.*$", NothingHereView.as_view()),
]
