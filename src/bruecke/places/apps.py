"""App configuration of `places`: the register of areas, postal codes and boundaries."""

from bruecke.core.apps import HouseAppConfig


class PlacesConfig(HouseAppConfig):
    default = True
    name = "bruecke.places"
    label = "places"
    verbose_name = "Orte"
