"""The search built anew from the tables of the apps, and a comparison of the two."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from bruecke.core.errors import Invalid
from bruecke.core.models import District, SearchEntry
from bruecke.core.registries import SearchSource, search
from bruecke.core.scope import for_district


def rebuild_search(*, slug: str | None, now: datetime, progress: Callable[[str], object] = lambda _text: None) -> int:
    """Write all entries of a district (of all, when none is named) anew, drop those that stand for nothing; returns how many.

    May run while people work: each source writes in short transactions of its own. Raises: Invalid.
    """
    districts = District.objects.order_by("slug")
    if slug:
        districts = districts.filter(slug=slug)
        if not districts:
            raise Invalid(f"„{slug}“ gibt es nicht.")
    count = 0
    for district in districts:
        with for_district(district):
            written = sum(_rebuild(source, district, now) for source in search)
            _drop_unknown_kinds(district)
        count += written
        progress(f"{district.name}: {written}")
    return count


def _rebuild(source: SearchSource, district: District, now: datetime) -> int:
    written = source.rebuild(district, now)
    if source.expected is not None:
        with transaction.atomic():
            surplus = _known(source, district) - source.expected(district)
            SearchEntry.objects.filter(kind=source.kind, about_uid__in=surplus).delete()
    return written


def _drop_unknown_kinds(district: District) -> None:
    SearchEntry.objects.filter(district=district).exclude(kind__in=[source.kind for source in search]).delete()


def _known(source: SearchSource, district: District) -> set[str]:
    return set(SearchEntry.objects.filter(district=district, kind=source.kind).order_by().values_list("about_uid", flat=True))


def differences() -> tuple[int, int]:
    """How many things the search does not know, and how many entries stand for nothing, in all districts."""
    missing = surplus = 0
    for district in District.objects.order_by("pk"):
        with for_district(district):
            for source in search:
                if source.expected is not None:
                    expected, known = source.expected(district), _known(source, district)
                    missing += len(expected - known)
                    surplus += len(known - expected)
            unknown = SearchEntry.objects.exclude(kind__in=[source.kind for source in search])
            surplus += unknown.count()
    return missing, surplus
