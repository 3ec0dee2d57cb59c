"""Composition: home, *Heute*, error pages, the address space, the demo districts."""

from bruecke.core.apps import HouseAppConfig


class WebConfig(HouseAppConfig):
    default = True
    name = "bruecke.web"
    label = "web"
