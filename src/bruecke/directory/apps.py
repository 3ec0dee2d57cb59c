"""App configuration of `directory`."""

from bruecke.core.apps import HouseAppConfig


class DirectoryConfig(HouseAppConfig):
    default = True
    name = "bruecke.directory"
    label = "directory"
    verbose_name = "Verzeichnis"
