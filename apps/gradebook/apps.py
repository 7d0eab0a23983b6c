from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GradebookConfig(AppConfig):
    name = "apps.gradebook"
    label = "gradebook"
    verbose_name = _("Gradebook")

    def ready(self) -> None:
        from apps.gradebook.services import notices
        from apps.gradebook.web import cards, menu
        from apps.messaging import kinds

        for kind in notices.KINDS:
            kinds.register(kind)
        cards.register()
        menu.register()
