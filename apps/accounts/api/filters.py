"""What lists of logins and roles can be narrowed by."""

from typing import Any

from django.db.models import Exists, OuterRef
from django_filters import BooleanFilter, ChoiceFilter, DateFilter, FilterSet, UUIDFilter

from apps.accounts.models import Campus, Role, RoleAssignment, User


class CampusFilter(FilterSet):
    class Meta:
        model = Campus
        fields = ("is_active", "code")


class UserFilter(FilterSet):
    role = ChoiceFilter(choices=Role.choices, method="with_role")
    is_invited = BooleanFilter(field_name="invited_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = User
        fields = ("is_active",)

    def with_role(self, rows: Any, name: str, value: str) -> Any:
        actor = self.request.actor
        mine = RoleAssignment.objects.permitted(actor).active_on(actor.today)
        held = mine.filter(user=OuterRef("pk"), role=value)
        return rows.filter(Exists(held))


class RoleAssignmentFilter(FilterSet):
    user = UUIDFilter(field_name="user")
    campus = UUIDFilter(field_name="campus")
    active_on = DateFilter(method="on_day")

    class Meta:
        model = RoleAssignment
        fields = ("role",)

    def on_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.active_on(value)
