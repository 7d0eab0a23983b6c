"""Nouns of this app under /api/v1/."""

from apps.core.api.routers import Router
from apps.reports.api import comments

router = Router()
router.register("report-comments", comments.CommentViewSet, basename="report-comment")
router.register("comment-bank", comments.BankViewSet, basename="comment-bank")

urlpatterns = [*router.urls]
