"""What a list can be narrowed by, with the number of offers behind each choice; and figures of the inventory."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.offers.models import Offer, OfferFacet, OfferPlace
from bruecke.offers.queries.filters import OfferFilters
from bruecke.offers.queries.freshness import unconfirmed_since
from bruecke.offers.queries.narrowing import narrowed
from bruecke.offers.queries.places import spot
from bruecke.offers.queries.words import parents_of
from bruecke.offers.querysets import OfferQuerySet
from bruecke.offers.states import FacetKind


def facet_counts(
    filters: OfferFilters, *, district: District, now: datetime, viewer: Viewer | None = None
) -> dict[FacetKind, dict[str, int]]:
    """Offers a key, for every kind; each kind counted under the other filters, the text left out. Two queries a kind at most.

    Without `viewer` the public catalogue, else what the member sees.
    """
    today = local_day(now)
    at = spot(filters.ags) if filters.ags else None
    shown: OfferQuerySet = Offer.objects.published(today) if viewer is None else Offer.objects.visible_to(viewer, today)
    if viewer is not None and not filters.states:
        shown = shown.not_archived()
    chosen = filters.keys()
    counts: dict[FacetKind, dict[str, int]] = {kind: {} for kind in FacetKind}
    for kinds in [*((kind,) for kind in chosen), tuple(kind for kind in FacetKind if kind not in chosen)]:
        left_out = kinds[0] if kinds and kinds[0] in chosen else None
        rows = narrowed(shown, filters, district=district, spot=at, on=today, without=left_out)
        found = OfferFacet.objects.filter(kind__in=kinds, offer__in=rows.order_by().values("pk"))
        for kind, key, count in found.order_by().values_list("kind", "key").annotate(count=Count("pk")):
            counts[FacetKind(kind)][key] = count
    return counts


def category_counts(*, district: District, now: datetime) -> dict[str, int]:
    """Published offers a category, each counted once in the category and in all above it. One query when words are known."""
    parents = parents_of(FacetKind.CATEGORY, district=district)
    published = Offer.objects.published(local_day(now))
    rows = OfferFacet.objects.filter(kind=FacetKind.CATEGORY, offer__in=published.order_by().values("pk"))
    offers: dict[str, set[int]] = defaultdict(set)
    for key, offer_id in rows.order_by().values_list("key", "offer_id"):
        for above in (key, *parents.get(key, ())):
            offers[above].add(offer_id)
    return {key: len(found) for key, found in offers.items()}


@dataclass(frozen=True, slots=True)
class Inventory:
    """The inventory of a day: running offers (drafts and archived ones apart), by category and by municipality.

    `by_place` holds AGS → offers with a house there; `everywhere`: offers without a house (whole district, online).
    """

    running: int = 0
    fresh: int = 0
    never_confirmed: int = 0
    public: int = 0
    paused: int = 0
    providers: int = 0
    everywhere: int = 0
    by_category: dict[str, int] = field(default_factory=dict)
    by_place: dict[str, int] = field(default_factory=dict)
    by_language: dict[str, int] = field(default_factory=dict)

    @property
    def fresh_share(self) -> float | None:
        """Share of running offers confirmed within the period, 0…1; None without offers."""
        return self.fresh / self.running if self.running else None


def inventory(*, district: District, now: datetime) -> Inventory:
    """Figures of the inventory of the open district, for reports. Four queries."""
    today = local_day(now)
    rows = Offer.objects.running().filter(Q(valid_until=None) | Q(valid_until__gt=today))
    due = unconfirmed_since(district, today)
    totals = rows.aggregate(
        running=Count("pk"),
        fresh=Count("pk", filter=Q(confirmed_on__gt=due)),
        never_confirmed=Count("pk", filter=Q(confirmed_on=None)),
        public=Count("pk", filter=Q(visibility="public")),
        paused=Count("pk", filter=Q(state="paused")),
        providers=Count("provider", distinct=True),
    )
    pks = rows.order_by().values("pk")
    facets: dict[str, dict[str, int]] = {FacetKind.CATEGORY.value: {}, FacetKind.LANGUAGE.value: {}}
    counted = OfferFacet.objects.filter(kind__in=facets, offer__in=pks).order_by().values_list("kind", "key")
    for kind, key, count in counted.annotate(count=Count("pk")):
        facets[kind][key] = count
    houses = OfferPlace.objects.filter(location__isnull=False, offer__in=pks)
    places = dict(houses.order_by().values_list("area_id").annotate(count=Count("offer", distinct=True)))
    housed = houses.order_by().aggregate(count=Count("offer", distinct=True))["count"]
    return Inventory(
        **totals,
        everywhere=totals["running"] - housed,
        by_category=facets[FacetKind.CATEGORY.value],
        by_language=facets[FacetKind.LANGUAGE.value],
        by_place={ags or "": count for ags, count in places.items()},
    )
