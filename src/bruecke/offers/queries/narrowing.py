"""From filters to SQL: the one place where a list of offers is narrowed."""

from datetime import date, timedelta

from django.db.models import Q

from bruecke.core.models import District
from bruecke.offers.models import OfferFacet, OfferPlace
from bruecke.offers.queries.filters import DUE, FRESH, NEVER, OfferFilters
from bruecke.offers.queries.freshness import free_places_days, unconfirmed_since
from bruecke.offers.queries.places import Spot, within
from bruecke.offers.queries.words import with_narrower
from bruecke.offers.querysets import OfferQuerySet
from bruecke.offers.states import CostKind, FacetKind, OfferState, Visibility


def narrowed(
    rows: OfferQuerySet,
    filters: OfferFilters,
    *,
    district: District,
    spot: Spot | None,
    on: date,
    without: FacetKind | None = None,
) -> OfferQuerySet:
    """All filters but the text; `without` leaves one kind of keys out, for counting its choices."""
    for kind, keys in filters.keys().items():
        if kind is not without:
            wanted = with_narrower(kind, keys, district=district)
            rows = rows.filter(pk__in=OfferFacet.objects.filter(kind=kind, key__in=wanted).values("offer"))
    if filters.provider_uid:
        rows = rows.filter(provider__uid=filters.provider_uid)
    rows = rows.filter(_qualities(filters, district))
    rows = _for_the_desk(rows, filters, district, on)
    if spot is not None and filters.radius_km is not None:
        rows = within(rows, spot, filters.radius_km)
    return rows


def not_asked() -> Q:
    """The mail loop with providers does not reach the offer: its provider has no mailbox, or it is internal."""
    return Q(provider__email="") | Q(visibility=Visibility.INTERNAL)


def old_places(district: District, on: date) -> Q:
    """Running, and the free places were counted longer ago than the district's setting allows."""
    return Q(state=OfferState.ACTIVE, places_free_on__lte=on - timedelta(days=free_places_days(district, on)))


def _qualities(filters: OfferFilters, district: District) -> Q:
    wanted = Q()
    if filters.only_free:
        wanted &= Q(places_free__gt=0)
    if filters.with_childcare:
        wanted &= Q(has_childcare=True)
    if filters.free_of_charge:
        wanted &= Q(cost_kind=CostKind.FREE)
    if filters.only_accessible:
        # the district of the house says nothing new, but spares PostgreSQL the houses of all others
        houses = OfferPlace.objects.filter(location__is_accessible=True, location__district=district)
        wanted &= Q(is_accessible=True) | Q(is_accessible=None, pk__in=houses.values("offer"))
    return wanted


def _for_the_desk(rows: OfferQuerySet, filters: OfferFilters, district: District, on: date) -> OfferQuerySet:
    if filters.states:
        rows = rows.filter(state__in=filters.states)
    if filters.visibility:
        rows = rows.filter(visibility=filters.visibility)
    if filters.confirmed == FRESH:
        rows = rows.filter(confirmed_on__gt=unconfirmed_since(district, on))
    elif filters.confirmed == DUE:
        rows = rows.unconfirmed_since(unconfirmed_since(district, on))
    elif filters.confirmed == NEVER:
        rows = rows.filter(confirmed_on=None)
    if filters.not_asked:
        rows = rows.filter(not_asked())
    if filters.old_places:
        rows = rows.filter(old_places(district, on))
    if filters.is_running:
        rows = rows.running().filter(Q(valid_until=None) | Q(valid_until__gt=on))
    if filters.house_in:
        houses = OfferPlace.objects.filter(location__isnull=False, area__isnull=False)
        here = houses if filters.house_in == "-" else houses.filter(area_id=filters.house_in)
        has_house = Q(pk__in=here.values("offer"))
        rows = rows.filter(~has_house if filters.house_in == "-" else has_house)
    return rows
