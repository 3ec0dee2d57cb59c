"""Keys and words of the vocabulary as the district uses them."""

from collections.abc import Iterable

from bruecke.core.models import District
from bruecke.offers.states import FacetKind
from bruecke.places import queries as places
from bruecke.vocabulary import queries as vocabulary


def known_keys(kind: FacetKind, *, district: District) -> frozenset[str]:
    """Keys on offer in the district: taxonomies as the district narrowed them, all languages. No query when warm."""
    if kind is FacetKind.LANGUAGE:
        return frozenset(language.code for language in vocabulary.languages())
    return frozenset(term.key for term in vocabulary.terms(kind.value, district=district))


def with_narrower(kind: FacetKind, keys: Iterable[str], *, district: District) -> tuple[str, ...]:
    """The keys and everything below them: who asks for courses means German courses too."""
    found = list(dict.fromkeys(keys))
    if kind is FacetKind.LANGUAGE:
        return tuple(found)
    offered = vocabulary.terms(kind.value, district=district)
    grown = True
    while grown:
        below = [term.key for term in offered if term.parent_key in found and term.key not in found]
        found += below
        grown = bool(below)
    return tuple(found)


def parents_of(kind: FacetKind, *, district: District) -> dict[str, tuple[str, ...]]:
    """For every key on offer the keys above it, nearest first; a circle ends where it begins."""
    above = {term.key: term.parent_key for term in vocabulary.terms(kind.value, district=district)}
    found: dict[str, tuple[str, ...]] = {}
    for key, direct in above.items():
        line: list[str] = []
        parent = direct
        while parent and parent not in line and parent != key:
            line.append(parent)
            parent = above.get(parent, "")
        found[key] = tuple(line)
    return found


def label_of(kind: FacetKind, key: str, *, district: District, lang: str = "de") -> str:
    """The word for a key, also for a retired one; the key itself where nobody knows it."""
    entry = vocabulary.language(key) if kind is FacetKind.LANGUAGE else vocabulary.term(kind.value, key, district=district)
    return vocabulary.label(entry, lang) if entry is not None else key


def place_label(ags: str) -> str:
    """The name of a municipality or Kreis of the register; the key where it is gone."""
    place = places.place(ags)
    return place.name if place else ags
