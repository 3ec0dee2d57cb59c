"""Which districts take part in what other programs may read, and the version their answers carry."""

from hashlib import blake2b

from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest

from bruecke import RELEASE
from bruecke.core import clock, pagecache
from bruecke.core.models import District
from bruecke.core.scope import for_district, for_districts
from bruecke.offers import queries as offers
from bruecke.offers.models import Offer

KEPT_SECONDS = 120
_LONGEST_KEPT_QUERY = 200
_SLOTS = 500
"""So many answers of a district are kept at most: an address that nobody asked for before pushes out another one."""


def published_districts(feature: str = "") -> list[District]:
    """Published districts with a capability switched on, in a fixed order. One query."""
    rows = District.objects.filter(is_published=True).order_by("slug")
    return [district for district in rows if not feature or district.has_feature(feature)]


def published_district(slug: str, feature: str = "") -> District | None:
    """One published district that has the capability; the page cache's memory answers mostly."""
    district = pagecache.published_district(slug)
    return district if district and (not feature or district.has_feature(feature)) else None


def district_of(ags: str, feature: str = "") -> District | None:
    """The published district a municipality key lies in. One query."""
    return next((district for district in published_districts(feature) if district.ags == ags[:5]), None)


def published_offer(uid: str, districts: list[District]) -> tuple[Offer, District] | None:
    """A published offer of one of the districts, and its district, with what an answer needs. Four queries at most."""
    with for_districts(districts):
        owner = Offer.objects.published(clock.today()).filter(uid=uid).values_list("district_id", flat=True).first()
    district = next((one for one in districts if one.pk == owner), None)
    if district is None:
        return None
    with for_district(district):
        offer = offers.public_offer(uid, now=clock.now())
    return (offer, district) if offer else None


def offer_totals(districts: list[District]) -> dict[int, int]:
    """How many offers each district publishes today. One query."""
    with for_districts(districts):
        rows = Offer.objects.published(clock.today()).order_by().values_list("district_id")
        return dict(rows.annotate(number=Count("pk")).values_list("district_id", "number"))


def kept_body(request: HttpRequest, district: District | None) -> tuple[str, bytes | None]:
    """Key and body of an answer kept for the present version, day and address; free text is never kept (key "")."""
    if request.GET.get("q") or len(request.META.get("QUERY_STRING", "")) > _LONGEST_KEPT_QUERY:
        return "", None
    version = district.public_version if district else pagecache.version_of_all()
    address = blake2b(request.get_full_path().encode(), digest_size=16).hexdigest()
    key = f"api:{RELEASE}:{clock.today():%y%m%d}:{district.pk if district else 0}:{version}:{address}"
    kept = cache.get(_slot(key))
    return key, kept[1] if kept and kept[0] == key else None


def keep_body(key: str, body: bytes) -> None:
    if key:
        cache.set(_slot(key), (key, body), KEPT_SECONDS)


def _slot(key: str) -> str:
    start, _colon, address = key.rpartition(":")
    return f"{start}:{int(address, 16) % _SLOTS}"
