from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalsConfig(AppConfig):
    name = "apps.portals"
    label = "portals"
    verbose_name = _("Portals")

    def ready(self) -> None:
        from apps.core.web import nav
        from apps.portals.web import cards

        cards.register()
        nav.register("", _("Today"), "portals:home", "home", order=0, phone=True, keywords="home start")
        nav.register(_("News"), _("Help"), "portals:help", "help-circle", order=990, keywords="how to")
