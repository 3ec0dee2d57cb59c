"""The catalogue's part of the search: under which kind offers stand in the index, and how many hits a list can have."""

from bruecke.core.models import District
from bruecke.core.search import Found, search
from bruecke.offers.models import Offer

SEARCH_KIND = "offer"
MOST_HITS = 500


def find(text: str, *, district: District, lang: str = "de", only_public: bool) -> Found:
    """What the index finds for a text, best first."""
    return search(text, kind=SEARCH_KIND, district=district, lang=lang, only_public=only_public, limit=MOST_HITS)


def indexed_uids(district: District) -> set[str]:
    """Offers that ought to stand in the index: all but those of an erased organisation. One query."""
    return set(Offer.objects.exclude(find_key="").order_by().values_list("uid", flat=True))
