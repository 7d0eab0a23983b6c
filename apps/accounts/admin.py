"""The back office of schools, campuses, logins and roles."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.accounts.models import Campus, Impersonation, RoleAssignment, School, User
from apps.core.admin import PermittedModelAdmin, ReadOnlyInline, service_action
from apps.core.policy import Actor
from apps.core.proof import require_proof


class RoleInline(ReadOnlyInline):
    model = RoleAssignment
    fields = ("role", "campus", "begin_date", "end_date")


@admin.register(School)
class SchoolAdmin(PermittedModelAdmin):
    list_display = ("name", "code", "time_zone", "language", "currency")
    fields = ("name", "time_zone", "language", "currency", "country")

    def update(self, actor: Actor, row: School, data: dict[str, Any]) -> School:
        return services.change_school(school=row, **data)


@admin.register(Campus)
class CampusAdmin(PermittedModelAdmin):
    list_display = ("name", "code", "phone", "time_zone", "is_active")
    search_fields = ("name", "code")
    fields = ("name", "code", "address", "phone", "time_zone", "is_active")

    def create(self, actor: Actor, data: dict[str, Any]) -> Campus:
        school = School.objects.permitted(actor, "change").get()
        return services.add_campus(school=school, **data)

    def update(self, actor: Actor, row: Campus, data: dict[str, Any]) -> Campus:
        return services.change_campus(campus=row, **data)


@admin.register(User)
class UserAdmin(PermittedModelAdmin):
    list_display = ("name", "email", "is_active", "invited_at", "last_login")
    list_filter = ("is_active",)
    search_fields = ("name", "email")
    fields = ("name", "language")
    inlines = (RoleInline,)
    actions = (
        service_action(
            "suspend",
            lambda actor, user: services.suspend_user(actor=actor, user=user, today=actor.today),
            _("Suspend: end every session, refuse sign-in"),
        ),
    )

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).distinct()

    def update(self, actor: Actor, row: User, data: dict[str, Any]) -> User:
        return services.change_user(actor=actor, user=row, today=actor.today, **data)


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(PermittedModelAdmin):
    list_display = ("user", "role", "campus", "begin_date", "end_date")
    list_filter = ("role",)
    list_select_related = ("user", "campus")
    search_fields = ("user__name", "user__email")
    fields = ("user", "role", "campus", "begin_date", "end_date")
    autocomplete_fields = ("user",)
    actions = (
        service_action(
            "end",
            lambda actor, role: services.end_role(actor=actor, assignment=role, end_date=actor.today),
            _("End today"),
        ),
    )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if self.has_add_permission(request):
            require_proof(request, timezone.now())
        response: HttpResponse = super().add_view(request, form_url, extra_context)
        return response

    def create(self, actor: Actor, data: dict[str, Any]) -> RoleAssignment:
        return services.assign_role(actor=actor, **data)


@admin.register(Impersonation)
class ImpersonationAdmin(PermittedModelAdmin):
    list_display = ("user", "impersonator", "reason", "began_at", "ended_at")
    list_select_related = ("user", "impersonator")
    date_hierarchy = "began_at"
