"""What a list of offers is asked for, and what it answers: frozen values."""

from dataclasses import dataclass
from datetime import date, datetime

from bruecke.offers.models import Offer
from bruecke.offers.states import FacetKind

FRESH, DUE, NEVER = "fresh", "due", "never"
"""Values of `OfferFilters.confirmed`."""


@dataclass(frozen=True, slots=True)
class OfferFilters:
    """What the url of a list says. Several keys of one kind: any of them; a category means its subcategories too.

    `ags` is the place of who looks (8 digits); without `radius_km` it only orders. `states`, `confirmed` and
    `visibility` are for the desk, as are `not_asked` (the mail loop does not reach it: no mailbox, or internal) and
    `old_places` (running, and its free places were counted long ago). The page *Zahlen* leads to the list with `is_running`
    (shown and not over) and `house_in` (a house in this municipality; "-": none in any).
    """

    text: str = ""
    categories: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    fields_of_action: tuple[str, ...] = ()
    ags: str = ""
    radius_km: int | None = None
    only_free: bool = False
    with_childcare: bool = False
    only_accessible: bool = False
    free_of_charge: bool = False
    provider_uid: str = ""
    states: tuple[str, ...] = ()
    confirmed: str = ""
    visibility: str = ""
    not_asked: bool = False
    old_places: bool = False
    is_running: bool = False
    house_in: str = ""

    def keys(self) -> dict[FacetKind, tuple[str, ...]]:
        """The chosen vocabulary keys by kind, kinds without one left out."""
        chosen = {
            FacetKind.CATEGORY: self.categories,
            FacetKind.GROUP: self.target_groups,
            FacetKind.LANGUAGE: self.languages,
            FacetKind.FIELD: self.fields_of_action,
        }
        return {kind: keys for kind, keys in chosen.items() if keys}


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer in a list, with provider and places loaded. `distance_km` None: no place asked, or it comes to the place."""

    offer: Offer
    distance_km: float | None = None
    place_name: str = ""
    score: float = 0.0
    is_confirmed_fresh: bool = False
    confirmed_on: date | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfferList:
    """One page of a list. `corrected`: what was searched instead of a typo. `place_name`: of `ags`, "" when unknown."""

    lines: tuple[OfferLine, ...] = ()
    total: int = 0
    page: int = 1
    per_page: int = 20
    corrected: str = ""
    ags: str = ""
    place_name: str = ""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that may answer a question. `text_score` 0…1. `reaches`: it takes place there, covers the place or is online."""

    offer: Offer
    text_score: float = 0.0
    distance_km: float | None = None
    reaches: bool = False
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    is_confirmed_fresh: bool = False
    place_name: str = ""


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One point of the map; an offer with two houses has two."""

    lat: float
    lon: float
    uid: str
    title: str
