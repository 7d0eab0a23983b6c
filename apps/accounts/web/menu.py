"""What accounts adds to the menu and to the search."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.access import CAMPUS_POLICY, OFFICE, SCHOOL_POLICY, USER_POLICY
from apps.accounts.web.users import find_users
from apps.core.policy import Policy
from apps.core.web import nav, search

_DOORS: tuple[tuple[object, str, str, tuple[Policy, str], int, str], ...] = (
    (_("Users"), "user-list", "user-cog", (USER_POLICY, "change"), 900, "logins roles invite sign-in"),
    (_("Campuses"), "campus-list", "building-community", (CAMPUS_POLICY, "switch_features"), 910, "features"),
    (
        _("School"),
        "school-settings",
        "settings",
        (SCHOOL_POLICY, "change"),
        920,
        "time zone language currency",
    ),
    (_("Words"), "school-labels", "language", (SCHOOL_POLICY, "change"), 930, "labels names terms"),
    (_("Audit trail"), "audit-trail", "history", (USER_POLICY, "audit"), 940, "changes history log who"),
)


def register() -> None:
    search.register("users", find_users, label=_("Users"), icon="user-cog", order=900)
    for label, url, icon, verb, order, keywords in _DOORS:
        nav.register(_("Settings"), label, f"accounts:{url}", icon, verb=verb, order=order, keywords=keywords)
    nav.register(
        _("Settings"),
        _("Back office"),
        "admin:index",
        "layout-kanban",
        roles=OFFICE,
        order=990,
        keywords="admin tables records",
    )
