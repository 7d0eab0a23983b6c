"""Nouns of this app under /api/v1/."""

from django.urls import path

from apps.core.api.routers import Router
from apps.timetable.api import viewsets

router = Router()
router.register("calendars", viewsets.CalendarViewSet, basename="calendar")
router.register("calendar-dates", viewsets.CalendarDateViewSet, basename="calendar-date")
router.register("bell-schedules", viewsets.BellScheduleViewSet, basename="bell-schedule")
router.register("class-periods", viewsets.ClassPeriodViewSet, basename="class-period")
router.register("meeting-patterns", viewsets.PatternViewSet, basename="meeting-pattern")
router.register("meetings", viewsets.MeetingViewSet, basename="meeting")

urlpatterns = [
    path(
        "sections/<uuid:pk>/timetable",
        viewsets.SectionTimetableViewSet.as_view({"get": "timetable"}),
        name="section-timetable",
    ),
    *router.urls,
]
