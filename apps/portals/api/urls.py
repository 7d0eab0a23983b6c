from django.urls import path

from apps.portals.api.viewsets import AdminDashboard, StudentDashboard, TeacherDashboard

urlpatterns = [
    path("dashboard/student/<uuid:pk>", StudentDashboard.as_view(), name="dashboard-student"),
    path("dashboard/teacher/<uuid:pk>", TeacherDashboard.as_view(), name="dashboard-teacher"),
    path("dashboard/admin", AdminDashboard.as_view(), name="dashboard-admin"),
]
