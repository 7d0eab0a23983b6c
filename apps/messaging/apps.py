from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "apps.messaging"
    label = "messaging"
    verbose_name = _("Messaging")

    def ready(self) -> None:
        from apps.core.web import nav
        from apps.messaging import kinds, services

        import_module("apps.messaging.receivers")
        kinds.register(services.EXPORT_READY)

        nav.register(
            _("News"), _("Notifications"), "messaging:inbox", "bell", order=600, keywords="inbox messages"
        )
