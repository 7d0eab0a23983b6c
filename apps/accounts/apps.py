from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        import_module("apps.accounts.receivers")

        from apps.accounts.access import CAMPUS_POLICY, OFFICE, SCHOOL_POLICY, USER_POLICY
        from apps.accounts.web.users import find_users
        from apps.core.web import nav, search

        search.register("users", find_users, label=_("Users"), icon="user-cog")

        settings = _("Settings")
        nav.register(
            settings,
            _("Users"),
            "accounts:user-list",
            "user-cog",
            verb=(USER_POLICY, "change"),
            order=900,
            keywords="logins roles invite sign-in",
        )
        nav.register(
            settings,
            _("Campuses"),
            "accounts:campus-list",
            "building-community",
            verb=(CAMPUS_POLICY, "switch_features"),
            order=910,
            keywords="features switches",
        )
        nav.register(
            settings,
            _("School"),
            "accounts:school-settings",
            "settings",
            verb=(SCHOOL_POLICY, "change"),
            order=920,
            keywords="time zone language currency",
        )
        nav.register(
            settings,
            _("Words"),
            "accounts:school-labels",
            "language",
            verb=(SCHOOL_POLICY, "change"),
            order=930,
            keywords="labels names terms",
        )
        nav.register(
            settings,
            _("Audit trail"),
            "accounts:audit-trail",
            "history",
            verb=(USER_POLICY, "audit"),
            order=940,
            keywords="changes history log who",
        )
        nav.register(
            settings,
            _("Back office"),
            "admin:index",
            "layout-kanban",
            roles=OFFICE,
            order=990,
            keywords="admin tables records",
        )
