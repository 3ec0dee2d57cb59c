"""App configuration of the house: every app of ours imports its `hooks` when Django is ready."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class HouseAppConfig(AppConfig):
    """Base of all our app configurations; `hooks.py` is where an app hands itself to the registries."""

    default = False  # each app names its own configuration
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        if find_spec(f"{self.name}.hooks"):
            import_module(f"{self.name}.hooks")


class CoreConfig(HouseAppConfig):
    default = True
    name = "bruecke.core"
    label = "core"
    verbose_name = "Core"
