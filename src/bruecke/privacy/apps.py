"""App configuration of privacy."""

from bruecke.core.apps import HouseAppConfig


class PrivacyConfig(HouseAppConfig):
    default = True
    name = "bruecke.privacy"
    label = "privacy"
    verbose_name = "Privacy"
