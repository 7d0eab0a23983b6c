"""imports, their problems and their effects."""

from django.urls import path

from apps.interop.api.viewsets import ImportViewSet, LineViewSet, ProblemViewSet

urlpatterns = [
    path("imports", ImportViewSet.as_view({"get": "list", "post": "create"}), name="import-list"),
    path(
        "imports/<uuid:pk>",
        ImportViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="import-detail",
    ),
    path("imports/<uuid:pk>/columns", ImportViewSet.as_view({"post": "columns"}), name="import-columns"),
    path("imports/<uuid:pk>/check", ImportViewSet.as_view({"post": "check"}), name="import-check"),
    path("imports/<uuid:pk>/apply", ImportViewSet.as_view({"post": "apply"}), name="import-apply"),
    path(
        "imports/<uuid:run_id>/problems", ProblemViewSet.as_view({"get": "list"}), name="import-problem-list"
    ),
    path("imports/<uuid:run_id>/effects", LineViewSet.as_view({"get": "list"}), name="import-line-list"),
]
