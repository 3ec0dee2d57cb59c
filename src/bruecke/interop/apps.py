"""App configuration of `interop`: what other programs speak."""

from bruecke.core.apps import HouseAppConfig


class InteropConfig(HouseAppConfig):
    default = True
    name = "bruecke.interop"
    label = "interop"
    verbose_name = "Schnittstellen"
