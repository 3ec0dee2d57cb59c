"""The taxonomies of the vocabulary; nothing but the standard library."""

from enum import StrEnum


class Taxonomy(StrEnum):
    """Closed lists by which offers and needs are put in order. CATEGORY what it is, FIELD of action, GROUP for whom."""

    CATEGORY = "category"
    FIELD = "field_of_action"
    GROUP = "target_group"
