from apps.accounts.access import Role
from apps.accounts.models.impersonation import Impersonation
from apps.accounts.models.school import DEFAULT_FEATURES, Campus, Feature, School
from apps.accounts.models.user import RoleAssignment, User

__all__ = [
    "DEFAULT_FEATURES",
    "Campus",
    "Feature",
    "Impersonation",
    "Role",
    "RoleAssignment",
    "School",
    "User",
]
