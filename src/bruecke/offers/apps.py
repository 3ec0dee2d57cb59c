"""App configuration of `offers`: the catalogue of what exists in the district."""

from bruecke.core.apps import HouseAppConfig


class OffersConfig(HouseAppConfig):
    default = True
    name = "bruecke.offers"
    label = "offers"
    verbose_name = "Angebote"
