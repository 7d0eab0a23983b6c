"""Nouns of this app under /api/v1/."""

from django.urls import path

from apps.core.api.routers import Router
from apps.reports.api import comments, documents

router = Router()
router.register("report-comments", comments.CommentViewSet, basename="report-comment")
router.register("comment-bank", comments.BankViewSet, basename="comment-bank")
router.register("documents", documents.DocumentViewSet, basename="document")
router.register("document-templates", documents.TemplateViewSet, basename="document-template")
router.register("reports", documents.RunViewSet, basename="report-run")

urlpatterns = [
    path("reports/generate", documents.GenerateView.as_view(), name="report-generate"),
    path("reports/templates", documents.TemplateViewSet.as_view({"get": "list"}), name="report-templates"),
    path("verify/<str:code>", documents.VerifyView.as_view(), name="verify"),
    *router.urls,
]
