from django.urls import path

from apps.accounts.api import sign_in
from apps.accounts.api.viewsets import (
    CampusViewSet,
    FeatureView,
    MySchoolView,
    RoleAssignmentViewSet,
    UserViewSet,
)
from apps.core.api.routers import Router

router = Router()
router.register("campuses", CampusViewSet, basename="campus")
router.register("users", UserViewSet, basename="user")
router.register("role-assignments", RoleAssignmentViewSet, basename="role-assignment")

urlpatterns = [
    path("auth/login", sign_in.LoginView.as_view(), name="auth-login"),
    path("auth/refresh", sign_in.RefreshView.as_view(), name="auth-refresh"),
    path("auth/logout", sign_in.LogoutView.as_view(), name="auth-logout"),
    path("auth/confirm", sign_in.ConfirmView.as_view(), name="auth-confirm"),
    path("auth/forgot-password", sign_in.ForgotPasswordView.as_view(), name="auth-forgot-password"),
    path("auth/reset-password", sign_in.ResetPasswordView.as_view(), name="auth-reset-password"),
    path("auth/verify", sign_in.VerifyView.as_view(), name="auth-verify"),
    path("auth/me", sign_in.MeView.as_view(), name="auth-me"),
    path("schools/me", MySchoolView.as_view(), name="my-school"),
    path("features", FeatureView.as_view(), name="features"),
    *router.urls,
]
