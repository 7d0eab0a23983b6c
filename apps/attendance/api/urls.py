"""Nouns of this app under /api/v1/."""

from django.urls import path

from apps.attendance.api import viewsets
from apps.core.api.routers import Router

router = Router()
router.register("attendance-codes", viewsets.CodeViewSet, basename="attendance-code")
router.register("attendance", viewsets.EventViewSet, basename="attendance")
router.register("absence-reports", viewsets.ReportViewSet, basename="absence-report")

urlpatterns = [
    path(
        "registers/lessons/<uuid:meeting_id>", viewsets.LessonRegisterView.as_view(), name="register-lesson"
    ),
    path("registers/sections/<uuid:section_id>", viewsets.DayRegisterView.as_view(), name="register-day"),
    path(
        "registers/missing/<uuid:campus_id>", viewsets.MissingRegistersView.as_view(), name="register-missing"
    ),
    path("registers/upload", viewsets.RegisterUploadView.as_view(), name="register-upload"),
    path("registers/upload/apply", viewsets.RegisterUploadApplyView.as_view(), name="register-upload-apply"),
    path("not-arrived", viewsets.NotArrivedView.as_view(), name="not-arrived"),
    path("attendance/summary", viewsets.SummaryView.as_view(), name="attendance-summary"),
    *router.urls,
]
