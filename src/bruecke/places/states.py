"""The closed lists of the register: kinds of areas, what a finding is, why something matches, how an import ended."""

from enum import StrEnum


class AreaKind(StrEnum):
    """Level of an area. The length of the official key tells it too: 2, 5, 9, 8 digits."""

    LAND = "land"
    KREIS = "kreis"
    VERBAND = "verband"
    GEMEINDE = "gemeinde"


class FindingKind(StrEnum):
    """What the finder can say about a search text.

    EXACT one place is meant. CHOOSE several places bear this name or postal code: ask which one. SUGGESTIONS nothing
    fits as it was typed, these are near. ELSEWHERE the place exists, but outside the district of the search.
    NOTHING no idea.
    """

    EXACT = "exact"
    CHOOSE = "choose"
    SUGGESTIONS = "suggestions"
    ELSEWHERE = "elsewhere"
    NOTHING = "nothing"


class Reason(StrEnum):
    """Why a place matches, from strong to weak."""

    NAME = "name"
    OTHER_NAME = "other_name"
    FORMER_NAME = "former_name"
    LOCALITY = "locality"
    POSTAL_CODE = "postal_code"
    PART = "part"
    POSTAL_CODE_PART = "postal_code_part"
    SIMILAR = "similar"


class ImportState(StrEnum):
    """Life of an import: rows are staged, then activated at once; a refused one changes nothing."""

    STAGED = "staged"
    ACTIVATED = "activated"
    REFUSED = "refused"
