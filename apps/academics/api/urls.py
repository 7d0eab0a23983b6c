"""Nouns of this app under /api/v1/."""

from django.urls import path

from apps.academics.api import invitations, people, rollover, viewsets
from apps.core.api.routers import Router

router = Router()
router.register("students", people.StudentViewSet, basename="student")
router.register("guardians", people.GuardianViewSet, basename="guardian")
router.register("guardianships", people.GuardianshipViewSet, basename="guardianship")
router.register("emergency-contacts", people.EmergencyContactViewSet, basename="emergency-contact")
router.register("staff", people.StaffViewSet, basename="staff")
router.register("contact-requests", people.ContactRequestViewSet, basename="contact-request")
router.register("invitations", invitations.InvitationViewSet, basename="invitation")
router.register("sections", viewsets.SectionViewSet, basename="section")
router.register("teaching-assignments", viewsets.TeachingViewSet, basename="teaching-assignment")
router.register("enrollments", viewsets.EnrollmentViewSet, basename="enrollment")
router.register("waiting-list", viewsets.WaitingViewSet, basename="waiting-list")
router.register("subjects", viewsets.SubjectViewSet, basename="subject")
router.register("grade-levels", viewsets.GradeLevelViewSet, basename="grade-level")
router.register("courses", viewsets.CourseViewSet, basename="course")
router.register("prerequisites", viewsets.PrerequisiteViewSet, basename="prerequisite")
router.register("programs", viewsets.ProgramViewSet, basename="program")
router.register("program-courses", viewsets.CurriculumViewSet, basename="program-course")
router.register("academic-sessions", viewsets.SessionViewSet, basename="academic-session")
router.register("custom-fields", viewsets.CustomFieldViewSet, basename="custom-field")
router.register("rollovers", rollover.RolloverViewSet, basename="rollover")

urlpatterns = [
    *router.urls,
    path(
        "rollovers/<uuid:rollover_id>/lines",
        rollover.RolloverLineViewSet.as_view({"get": "list"}),
        name="rollover-line-list",
    ),
    path(
        "rollover-lines/<uuid:pk>",
        rollover.RolloverLineViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="rollover-line-detail",
    ),
]
