"""App configuration of `vocabulary`: topics and languages that all districts share."""

from bruecke.core.apps import HouseAppConfig


class VocabularyConfig(HouseAppConfig):
    default = True
    name = "bruecke.vocabulary"
    label = "vocabulary"
    verbose_name = "Vokabular"
