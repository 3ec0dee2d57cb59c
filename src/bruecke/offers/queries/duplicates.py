"""Offers that look like the one somebody is about to enter."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from rapidfuzz import fuzz

from bruecke.core.folding import find_key
from bruecke.core.models import District
from bruecke.directory.models import Organisation
from bruecke.offers.models import DistinctPair, Offer, OfferFacet, OfferPlace
from bruecke.offers.queries.loading import load_offers
from bruecke.offers.states import FacetKind

LIKE_TITLE, LIKE_TOGETHER = 88.0, 78.0
"""Likeness of titles (0…100) from which two offers are shown as alike: alone, and with the same provider or place."""
LIMIT = 5
_STEM = 5
_MOST_COMPARED = 1500


@dataclass(frozen=True, slots=True)
class Alike:
    """An offer that looks the same; `likeness` 0…100."""

    offer: Offer
    likeness: float
    same_provider: bool
    same_place: bool


def similar_offers(
    *,
    district: District,
    title: str,
    provider: Organisation | None = None,
    locations: Iterable[str] = (),
    ags: Iterable[str] = (),
    categories: Iterable[str] = (),
    exclude: Offer | None = None,
    limit: int = LIMIT,
) -> list[Alike]:
    """Offers in use whose title is like this one's, most alike first. `locations`: uids. At most seven queries.

    Titles are compared without the order of words and umlauts; the same provider, place or category lowers the bar.
    """
    key = find_key(title)
    if not key:
        return []
    rows = Offer.objects.not_archived().filter(_worth_comparing(key, provider))
    if exclude is not None:
        apart = DistinctPair.objects.filter(Q(first=exclude) | Q(second=exclude)).values_list("first_id", "second_id")
        rows = rows.exclude(pk__in={exclude.pk, *(pk for pair in apart for pk in pair)})
    light = list(rows.order_by("-changed_at", "pk").values_list("pk", "sort_key", "title", "provider_id")[:_MOST_COMPARED])
    near = _standing_at([pk for pk, *_rest in light], locations, ags)
    akin = _of_kind([pk for pk, *_rest in light], categories)
    scored = []
    for pk, _sort, other, provider_id in light:
        likeness = fuzz.token_sort_ratio(key, find_key(other))
        if fuzz.token_set_ratio(key, find_key(other)) == 100 and min(len(key.split()), len(find_key(other).split())) > 1:
            likeness = max(likeness, LIKE_TOGETHER)  # one title says what the other says, and more
        same_provider, same_place = provider is not None and provider_id == provider.pk, pk in near
        bar = LIKE_TOGETHER if same_provider or (same_place and pk in akin) else LIKE_TITLE
        if likeness >= bar:
            scored.append((likeness + 5 * same_provider + 3 * same_place, pk, likeness, same_provider, same_place))
    best = sorted(scored, key=lambda row: (-row[0], row[1]))[:limit]
    loaded = load_offers([row[1] for row in best])
    return [Alike(loaded[pk], likeness, same, place) for _rank, pk, likeness, same, place in best if pk in loaded]


def _worth_comparing(key: str, provider: Organisation | None) -> Q:
    """Titles that share the beginning of one of the three longest words; all of the provider."""
    words = sorted({word for word in key.split() if len(word) > 2}, key=lambda word: (-len(word), word))[:3] or key.split()[:1]
    wanted = Q()
    for word in words:
        wanted |= Q(find_key__contains=word[:_STEM])
    return wanted | Q(provider=provider) if provider is not None else wanted


def _standing_at(keys: list[int], locations: Iterable[str], ags: Iterable[str]) -> set[int]:
    uids, areas = list(locations), list(ags)
    if not keys or not (uids or areas):
        return set()
    rows = OfferPlace.objects.filter(Q(location__uid__in=uids) | Q(area_id__in=areas), offer__in=keys)
    return set(rows.order_by().values_list("offer_id", flat=True))


def _of_kind(keys: list[int], categories: Iterable[str]) -> set[int]:
    wanted = list(categories)
    if not keys or not wanted:
        return set(keys)
    rows = OfferFacet.objects.filter(kind=FacetKind.CATEGORY, key__in=wanted, offer__in=keys)
    return set(rows.order_by().values_list("offer_id", flat=True))
