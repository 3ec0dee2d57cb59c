"""App configuration of accounts."""

from bruecke.core.apps import HouseAppConfig


class AccountsConfig(HouseAppConfig):
    default = True
    name = "bruecke.accounts"
    label = "accounts"
    verbose_name = "Accounts"
