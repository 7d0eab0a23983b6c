from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FacilitiesConfig(AppConfig):
    name = "apps.facilities"
    label = "facilities"
    verbose_name = _("Facilities")

    def ready(self) -> None:
        from apps.accounts.access import OFFICE
        from apps.core.web import nav

        places = _("Places")
        nav.register(places, _("Rooms"), "facilities:room-list", "door", roles=OFFICE, order=500)
        nav.register(places, _("Buildings"), "facilities:building-list", "building", roles=OFFICE, order=510)
