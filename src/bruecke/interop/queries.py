"""Which districts take part in what other programs may read, and the version their answers carry."""

from hashlib import blake2b

from django.core.cache import cache
from django.http import HttpRequest

from bruecke import RELEASE
from bruecke.core import clock, pagecache
from bruecke.core.models import District

KEPT_SECONDS = 120
_LONGEST_KEPT_QUERY = 200


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


def kept_body(request: HttpRequest, district: District | None) -> tuple[str, bytes | None]:
    """Key and body of an answer kept for the present version, day and address; free text is never kept (key "")."""
    if request.GET.get("q") or len(request.META.get("QUERY_STRING", "")) > _LONGEST_KEPT_QUERY:
        return "", None
    version = district.public_version if district else pagecache.version_of_all()
    address = blake2b(request.get_full_path().encode(), digest_size=16).hexdigest()
    key = f"api:{RELEASE}:{clock.today():%y%m%d}:{district.pk if district else 0}:{version}:{address}"
    return key, cache.get(key)


def keep_body(key: str, body: bytes) -> None:
    if key:
        cache.set(key, body, KEPT_SECONDS)
