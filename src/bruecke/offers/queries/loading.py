"""Loading the offers of a page: wide rows for what is shown and nothing else, in two queries."""

from collections import defaultdict
from collections.abc import Collection

from bruecke.offers.models import Offer, OfferPlace


def load_offers(keys: Collection[int]) -> dict[int, Offer]:
    """Offers by primary key with provider and places (house and area), ready for `offer.places.all()`. Two queries.

    As `with_line_facts`, without its price: a prefetch over scoped managers builds a queryset for each row.
    """
    if not keys:
        return {}
    rows = OfferPlace.objects.filter(offer__in=keys).select_related("location", "area").order_by("order", "pk")
    places: dict[int, list[OfferPlace]] = defaultdict(list)
    for row in rows:
        places[row.offer_id].append(row)
    loaded = {offer.pk: offer for offer in Offer.objects.filter(pk__in=keys).select_related("provider").order_by("pk")}
    blank = OfferPlace.objects.order_by("order", "pk")
    for key, offer in loaded.items():
        known = blank.all()
        known._result_cache = places[key]
        known._prefetch_done = True
        offer._prefetched_objects_cache = {"places": known}
    return loaded
