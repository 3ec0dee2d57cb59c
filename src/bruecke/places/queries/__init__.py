"""Reads of the register: areas, the place finder, the district map, the credit lines of the sources."""

from bruecke.places.queries.areas import (
    area,
    area_by_slug,
    current_areas,
    kreis_of,
    kreise,
    municipalities_of,
    postal_codes_of,
)
from bruecke.places.queries.finder import Finding, Match, find_places
from bruecke.places.queries.index import Place, place, places_of
from bruecke.places.queries.maps import Dot, Fill, draw_district_map
from bruecke.places.queries.sources import Source, source_notes

__all__ = [
    "Dot",
    "Fill",
    "Finding",
    "Match",
    "Place",
    "Source",
    "area",
    "area_by_slug",
    "current_areas",
    "draw_district_map",
    "find_places",
    "kreis_of",
    "kreise",
    "municipalities_of",
    "place",
    "places_of",
    "postal_codes_of",
    "source_notes",
]
