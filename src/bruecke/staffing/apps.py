"""App configuration of `staffing`."""

from bruecke.core.apps import HouseAppConfig


class StaffingConfig(HouseAppConfig):
    default = True
    name = "bruecke.staffing"
    label = "staffing"
    verbose_name = "Zuständigkeit"
