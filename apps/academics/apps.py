from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AcademicsConfig(AppConfig):
    name = "apps.academics"
    label = "academics"
    verbose_name = _("Academics")

    def ready(self) -> None:
        from apps.academics.services import logins, notices
        from apps.academics.services.photos import register_files
        from apps.academics.services.rollover.notices import NOTICE
        from apps.academics.web import desk
        from apps.messaging import kinds

        for kind in (logins.RESULT, *notices.KINDS, NOTICE):
            kinds.register(kind)
        register_files()
        desk.register()
