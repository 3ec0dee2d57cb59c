"""App configuration of `ui`: components, layouts, forms and view bases that every app builds its pages from."""

from bruecke.core.apps import HouseAppConfig


class UiConfig(HouseAppConfig):
    default = True
    name = "bruecke.ui"
    label = "ui"
    verbose_name = "User interface"
