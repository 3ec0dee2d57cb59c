"""What follows from the columns of an offer and is kept in step in the same transaction: facets, places, the search index."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import transaction

from bruecke.core.models import District
from bruecke.core.search import Document, Passage, Weight, drop_document, index_documents, stems_in, whole_stems
from bruecke.directory.models import Location
from bruecke.offers.models import TRANSLATED, Offer, OfferFacet, OfferPlace
from bruecke.offers.queries.text import SEARCH_KIND
from bruecke.offers.states import SHOWN, FacetKind, Visibility
from bruecke.places import queries as places
from bruecke.vocabulary import queries as vocabulary

_BATCH = 500


def keep_in_step(offers: Sequence[Offer], *, district: District, locations: dict[str, Location] | None = None) -> None:
    """Rewrite the derived rows of these saved offers and their entries in the index. A bounded number of queries a batch."""
    known = dict(locations or {})
    missing = {uid for offer in offers for uid in offer.locations} - known.keys()
    if missing:
        rows = Location.objects.filter(uid__in=missing).select_related("area").order_by("pk")
        known |= {row.uid: row for row in rows}
    for start in range(0, len(offers), _BATCH):
        batch = offers[start : start + _BATCH]
        _write_facets(batch)
        _write_places(batch, known)
        write_index(batch, district=district, locations=known)


def _write_facets(offers: Sequence[Offer]) -> None:
    OfferFacet.objects.filter(offer__in=[offer.pk for offer in offers]).delete()
    OfferFacet.objects.bulk_create(
        OfferFacet(district_id=offer.district_id, offer=offer, kind=kind.value, key=key)
        for offer in offers
        for kind in FacetKind
        for key in offer.keys(kind)
    )


def _write_places(offers: Sequence[Offer], locations: dict[str, Location]) -> None:
    OfferPlace.objects.filter(offer__in=[offer.pk for offer in offers]).delete()
    OfferPlace.objects.bulk_create(row for offer in offers for row in _places_of(offer, locations))
    for offer in offers:  # what was loaded before is not true any more
        getattr(offer, "_prefetched_objects_cache", {}).pop("places", None)


def _places_of(offer: Offer, locations: dict[str, Location]) -> Iterable[OfferPlace]:
    """A row for each house, then one for each area of the service area."""
    houses = [locations[uid] for uid in offer.locations if uid in locations]
    order = 0
    for order, house in enumerate(houses):
        lat, lon = (house.lat, house.lon) if house.lat is not None and house.lon is not None else (None, None)
        if lat is None and house.area is not None:  # the middle of the municipality is better than nothing
            lat, lon = house.area.lat, house.area.lon
        yield OfferPlace(
            district_id=offer.district_id, offer=offer, location=house, area_id=house.area_id, lat=lat, lon=lon, order=order
        )
    for number, ags in enumerate(offer.areas, start=order + 1):
        yield OfferPlace(district_id=offer.district_id, offer=offer, location=None, area_id=ags, order=number)


# --- search ------------------------------------------------------------------------------------------------------------


def write_index(offers: Iterable[Offer], *, district: District, locations: dict[str, Location]) -> None:
    """Insert or replace the entries of these offers; archived ones leave the index of the public and stay for the desk."""
    memory: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    index_documents([document(offer, district=district, locations=locations, memory=memory) for offer in offers], district=district)


def document(
    offer: Offer,
    *,
    district: District,
    locations: dict[str, Location],
    memory: dict[tuple[str, str], tuple[tuple[str, str], ...]] | None = None,
) -> Document:
    """What an offer can be found by: its texts in all languages, provider, words and synonyms of its keys, places."""
    memory = {} if memory is None else memory
    passages = [
        Passage(offer.title, weight=Weight.TITLE),
        Passage(f"{offer.provider.name} {offer.provider.short_name}", weight=Weight.WORDS),
    ]
    texts = [text for text in (offer.description, offer.status_requirement, offer.schedule_note) if text]
    passages += [Passage(text, weight=Weight.WORDS) for text in texts]
    for lang, fields in offer.translations.items():
        for name in TRANSLATED:
            if text := fields.get(name, {}).get("text"):
                passages.append(Passage(text, lang=lang, weight=Weight.TITLE if name == "title" else Weight.WORDS))
    passages += concept_passages(offer.title, Weight.TITLE)
    passages += concept_passages(" ".join(texts), Weight.WORDS)
    for kind in FacetKind:
        for key in offer.keys(kind):
            passages += [Passage(word, lang=lang) for lang, word in _words(kind, key, district, memory)]
    passages += [Passage(name, weight=Weight.WORDS) for name in _place_names(offer, locations)]
    is_public = offer.visibility == Visibility.PUBLIC and offer.state in SHOWN
    return Document(kind=SEARCH_KIND, uid=offer.uid, is_public=is_public, passages=tuple(passages))


def concept_passages(text: str, weight: Weight) -> list[Passage]:
    """Words in other languages (and other German ones) for the things a German text speaks of."""
    said = stems_in(text)
    return [
        Passage(word, lang=lang, weight=weight, is_derived=True)
        for concept, phrases in _concept_stems()
        if any(all(not word.isdisjoint(said) for word in phrase) for phrase in phrases)
        for lang, words in concept.words.items()
        for word in words
    ]


@cache
def _concept_stems() -> tuple[tuple[vocabulary.Concept, tuple[tuple[frozenset[str], ...], ...]], ...]:
    """Every concept with its German phrases, each word as its own stems (without those of its parts)."""
    return tuple(
        (concept, tuple(tuple(frozenset(whole_stems(word)) for word in phrase.split()) for phrase in concept.said))
        for concept in vocabulary.concepts()
    )


def _words(
    kind: FacetKind, key: str, district: District, memory: dict[tuple[str, str], tuple[tuple[str, str], ...]]
) -> tuple[tuple[str, str], ...]:
    if (kind.value, key) not in memory:
        memory[kind.value, key] = tuple(vocabulary.words_of(kind.value, key, district=district))
    return memory[kind.value, key]


def _place_names(offer: Offer, locations: dict[str, Location]) -> list[str]:
    names: list[str] = []
    for uid in offer.locations:
        if house := locations.get(uid):
            names += [house.name, house.town, house.street, house.area.name if house.area else ""]
    for ags in offer.areas:
        if place := places.place(ags):
            names.append(place.name)
    return [name for name in dict.fromkeys(names) if name]


def drop_index(uids: Iterable[str], *, district: Any) -> None:
    """Take offers out of the index."""
    for uid in uids:
        drop_document(SEARCH_KIND, uid, district=district)


def reindex(*, district: District) -> int:
    """Write the index entries of all offers of the open district anew, in short transactions; returns how many."""
    keys = list(Offer.objects.exclude(find_key="").order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        with transaction.atomic():
            held = Offer.objects.select_for_update(of=("self",)).select_related("provider")
            rows = list(held.filter(pk__in=keys[start : start + _BATCH]).order_by("pk"))
            uids = {uid for row in rows for uid in row.locations}
            houses = Location.objects.filter(uid__in=uids).select_related("area").order_by("pk")
            write_index(rows, district=district, locations={row.uid: row for row in houses})
    return len(keys)


def refresh_places(*, location: Location | None = None, provider_id: int | None = None) -> int:
    """A house moved, or a provider has another name: bring what was copied from them in step. Returns how many offers."""
    if location is not None:
        touched = OfferPlace.objects.filter(location=location).values("offer")
        rows = list(Offer.objects.filter(pk__in=touched).select_related("provider", "district").order_by("pk"))
    else:
        rows = list(Offer.objects.filter(provider_id=provider_id).select_related("provider", "district").order_by("pk"))
    for row in rows:
        row.fold()
    Offer.objects.bulk_update(rows, ["find_key"], batch_size=_BATCH)
    if rows:
        keep_in_step(rows, district=rows[0].district)
    return len(rows)
