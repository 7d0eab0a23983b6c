from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteropConfig(AppConfig):
    name = "apps.interop"
    label = "interop"
    verbose_name = _("Exchange with other systems")

    def ready(self) -> None:
        from apps.core.web import nav, today
        from apps.interop.models import ImportRun
        from apps.interop.services.notices import register_kind
        from apps.interop.services.runs import register_files
        from apps.interop.web.today import last_import

        register_files()
        register_kind()
        nav.register(
            _("People"),
            _("Imports"),
            "interop:import-list",
            "file-import",
            verb=(ImportRun, "view"),
            order=190,
            keywords="roster oneroster sds csv excel upload marks history",
        )
        today.register(("school_admin", "registrar"), 60, last_import)
