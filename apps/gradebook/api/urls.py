"""Nouns of this app under /api/v1/."""

from django.urls import path

from apps.core.api.routers import Router
from apps.gradebook.api import setup

router = Router()
router.register("score-scales", setup.ScaleViewSet, basename="score-scale")
router.register("grading-schemes", setup.SchemeViewSet, basename="grading-scheme")

urlpatterns = [
    path("marking-rules/<uuid:campus_id>", setup.MarkingRulesView.as_view(), name="marking-rules"),
    path("gradebooks/<uuid:section_id>/scheme", setup.GradebookSchemeView.as_view(), name="gradebook-scheme"),
    *router.urls,
]
