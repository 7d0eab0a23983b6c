from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GradebookConfig(AppConfig):
    name = "apps.gradebook"
    label = "gradebook"
    verbose_name = _("Gradebook")

    def ready(self) -> None:
        from apps.academics.services.rollover import register_contributor
        from apps.gradebook.services import asking, notices, rollover, sheet_files
        from apps.gradebook.web import cards, menu
        from apps.messaging import kinds
        from apps.timetable.services import kept

        for kind in (*notices.KINDS, *asking.KINDS):
            kinds.register(kind)
        kept.register_kept(sheet_files.PURPOSE, max_bytes=sheet_files.MOST_BYTES)
        register_contributor(rollover.CONTRIBUTOR)
        cards.register()
        menu.register()
