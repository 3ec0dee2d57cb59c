"""App configuration of `reporting`: figures of all apps on one page."""

from bruecke.core.apps import HouseAppConfig


class ReportingConfig(HouseAppConfig):
    default = True
    name = "bruecke.reporting"
    label = "reporting"
    verbose_name = "Zahlen"
