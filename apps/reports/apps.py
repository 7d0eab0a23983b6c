from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "apps.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from apps.messaging import kinds
        from apps.reports.services import issuing, notices, runs, templates, word_files
        from apps.reports.web import menu

        for owner in (issuing, runs, templates, word_files):
            owner.register_files()
        for kind in notices.KINDS:
            kinds.register(kind)
        menu.register()
