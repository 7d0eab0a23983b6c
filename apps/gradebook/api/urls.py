"""Nouns of this app under /api/v1/."""

from django.urls import path

from apps.core.api.routers import Router
from apps.gradebook.api import setup, sheet, standing

router = Router()
router.register("gradebooks", sheet.GradebookViewSet, basename="gradebook")
router.register("line-items", sheet.LineItemViewSet, basename="line-item")
router.register("results", sheet.ResultViewSet, basename="result")
router.register("score-scales", setup.ScaleViewSet, basename="score-scale")
router.register("grading-schemes", setup.SchemeViewSet, basename="grading-scheme")
router.register("postings", standing.PostingViewSet, basename="posting")
router.register("posted-grades", standing.PostedGradeViewSet, basename="posted-grade")
router.register("course-transcripts", standing.TranscriptViewSet, basename="course-transcript")

urlpatterns = [
    path("line-items/<uuid:item_id>/release", standing.ItemReleaseView.as_view(), name="line-item-release"),
    path(
        "line-items/<uuid:item_id>/take-back", standing.ItemTakeBackView.as_view(), name="line-item-take-back"
    ),
    path(
        "gradebooks/<uuid:section_id>/release",
        standing.SectionReleaseView.as_view(),
        name="gradebook-release",
    ),
    path("gradebooks/<uuid:section_id>/ranks", standing.SectionRanksView.as_view(), name="gradebook-ranks"),
    path("students/<uuid:student_id>/marks", standing.StudentMarksView.as_view(), name="student-marks"),
    path("students/<uuid:student_id>/gpa", standing.StudentGpaView.as_view(), name="student-gpa"),
    path("marking-rules/<uuid:campus_id>", setup.MarkingRulesView.as_view(), name="marking-rules"),
    path("gradebooks/<uuid:section_id>/scheme", setup.GradebookSchemeView.as_view(), name="gradebook-scheme"),
    *router.urls,
]
