from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        # Web processes enqueue jobs too, so every app's jobs are registered in every process.
        autodiscover_modules("tasks")
        import_module("apps.core.protections")
