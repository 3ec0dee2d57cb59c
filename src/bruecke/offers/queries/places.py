"""Where an offer is, seen from a municipality: distances, the radius in SQL, and the name of the place in a line."""

import math
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, FloatField, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from bruecke.offers.models import Offer, OfferPlace
from bruecke.offers.queries.words import place_label
from bruecke.offers.querysets import OfferQuerySet
from bruecke.places.models import Area

KM_A_DEGREE = 111.195
COMES_TO_YOU_KM = 5.0
"""An offer without a house that covers the place stands in the list as if it were this far away."""
NOWHERE_KM2 = 1e9


@dataclass(frozen=True, slots=True)
class Spot:
    """The municipality from which somebody looks; `lat` and `lon` are its middle, where the register knows it."""

    ags: str
    name: str
    kreis_ags: str
    lat: float | None
    lon: float | None

    @property
    def middle(self) -> tuple[float, float]:
        """Only where `has_middle`."""
        return self.lat or 0.0, self.lon or 0.0

    @property
    def has_middle(self) -> bool:
        return self.lat is not None and self.lon is not None

    @property
    def covering(self) -> tuple[str, str]:
        """Keys of the areas that contain the place."""
        return self.ags, self.kreis_ags


def spot(ags: str) -> Spot | None:
    """The municipality with this key, also an ended one; None for anything else. One query at most."""
    if not (ags.isascii() and ags.isdecimal() and len(ags) == 8):
        return None
    row = Area.objects.filter(pk=ags).values_list("name", "kreis_id", "lat", "lon").first()
    return Spot(ags, row[0], row[1] or ags[:5], row[2], row[3]) if row else None


def haversine_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance on the mean sphere."""
    one, two = math.radians(lat), math.radians(other_lat)
    half = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def _square_km(at: Spot) -> Any:
    """Squared distance of an `OfferPlace` in km², with plain arithmetic, so that both databases compute it natively.

    On a plane around the spot, the width of a degree taken half way: off by less than a tenth of a percent below 100 km.
    """
    lat, lon = at.middle
    narrow, change = math.cos(math.radians(lat)), math.sin(math.radians(lat)) * math.radians(1) / 2
    up = F("lat") - Value(lat)
    wide = (F("lon") - Value(lon)) * (Value(narrow) - up * Value(change))
    return (up * up + wide * wide) * Value(KM_A_DEGREE**2)


def _houses() -> Any:
    return OfferPlace.objects.filter(location__isnull=False)


def covering(at: Spot) -> Q:
    """Offers whose service area contains the place, and those online or by telephone."""
    areas = OfferPlace.objects.filter(location__isnull=True, area_id__in=at.covering)
    return Q(is_online=True) | Q(pk__in=areas.values("offer"))


def within(rows: OfferQuerySet, at: Spot, radius_km: int) -> OfferQuerySet:
    """Offers with a house in the municipality or within the radius of its middle, and those that come to the place."""
    near = Q(pk__in=_houses().filter(area_id=at.ags).values("offer"))
    if at.has_middle and radius_km > 0:
        lat, lon = at.middle
        high = radius_km / KM_A_DEGREE * 1.01
        wide = high / math.cos(math.radians(min(80.0, abs(lat) + high)))
        box = _houses().filter(lat__range=(lat - high, lat + high), lon__range=(lon - wide, lon + wide))
        near |= Q(pk__in=box.annotate(km2=_square_km(at)).filter(km2__lte=float(radius_km) ** 2).values("offer"))
    return rows.filter(near | covering(at))


def with_nearness(rows: OfferQuerySet, at: Spot) -> OfferQuerySet:
    """`nearness`: squared kilometres to the nearest house; coming to the place counts as `COMES_TO_YOU_KM`."""
    far = _square_km(at) if at.has_middle else Value(None, output_field=FloatField())
    km2 = Case(When(area_id=at.ags, then=Value(0.0)), default=far, output_field=FloatField())
    houses = _houses().filter(offer=OuterRef("pk")).order_by().values("offer")  # grouped by the offer: one row, the least
    nearest = Subquery(houses.annotate(nearest=Min(km2)).values("nearest"), output_field=FloatField())
    without_house = Case(When(covering(at), then=Value(COMES_TO_YOU_KM**2)), default=Value(NOWHERE_KM2), output_field=FloatField())
    return rows.annotate(nearness=Coalesce(nearest, without_house, output_field=FloatField()))


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where one offer is for who looks."""

    distance_km: float | None
    place_name: str
    reaches: bool


def whereabouts(offer: Offer, at: Spot | None) -> Whereabouts:
    """Distance to the nearest house and the words for the place; needs `places__location` and `places__area` loaded."""
    houses = [row for row in offer.places.all() if row.location_id is not None]
    covers = at is not None and (offer.is_online or any(ags in at.covering for ags in offer.areas))
    if not houses:
        return Whereabouts(None, _without_house(offer, at), covers)
    if at is None or not at.has_middle:
        is_here = at is not None and any(row.area_id == at.ags for row in houses)
        return Whereabouts(None, _names(houses), covers or is_here)
    measured = [(haversine_km(*at.middle, row.lat, row.lon), row) for row in houses if row.lat is not None and row.lon is not None]
    here = [row for row in houses if row.area_id == at.ags]
    if not measured:
        return Whereabouts(None, _names(here or houses), covers or bool(here))
    distance, nearest = min(measured, key=lambda pair: (pair[1].area_id != at.ags, pair[0]))
    return Whereabouts(distance, _name(nearest), covers or bool(here))


def _name(row: OfferPlace) -> str:
    house = row.location
    own = (house.town or house.name) if house is not None else ""
    return row.area.name if row.area is not None else own


def _names(houses: list[OfferPlace]) -> str:
    names = list(dict.fromkeys(_name(row) for row in houses))
    return ", ".join(names[:2]) + (" …" if len(names) > 2 else "")


def _without_house(offer: Offer, at: Spot | None) -> str:
    if any(len(ags) == 5 for ags in offer.areas):
        return _("im ganzen Landkreis")
    if at is not None and at.ags in offer.areas:
        return _("in Ihrer Gemeinde")
    if offer.areas:
        return ", ".join(place_label(ags) for ags in offer.areas[:2]) + (" …" if len(offer.areas) > 2 else "")
    return _("online oder am Telefon") if offer.is_online else ""
