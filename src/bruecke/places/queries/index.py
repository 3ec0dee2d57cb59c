"""The finder's index of all current places, held in the process and reread when the register has changed."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from bruecke.core.folding import find_key, sort_key
from bruecke.core.memo import remembered
from bruecke.places.models import Area, PostalCode, RegisterState, Succession
from bruecke.places.states import AreaKind, Reason

_SAINT = re.compile(r"\b(sankt|skt)\b")
_ADDITION = re.compile(r"[/(,]| (?:in|bei|am|an|im|ob|vor|auf|i\.|b\.|a\.) ?", re.IGNORECASE)
_COMMON_WORDS = frozenset(("alt", "am", "an", "bad", "bei", "burg", "dorf", "gross", "im", "in", "klein", "markt")) | {
    *("neu", "ober", "st", "stadt", "unter")
}


@dataclass(frozen=True, slots=True)
class Place:
    """What the finder and the map know about a municipality or a Kreis, without a query."""

    ags: str
    kind: AreaKind
    name: str
    official_name: str
    designation: str
    is_kreisfrei: bool
    slug: str
    kreis_ags: str
    kreis_name: str
    population: int
    other_names: tuple[str, ...] = ()
    postal_codes: tuple[str, ...] = ()
    localities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A name leads to a place; `locality` is the name itself where it is not the place's own."""

    ags: str
    locality: str
    reason: Reason


@dataclass(slots=True)
class FinderIndex:
    """Lookup tables over one state of the register; never changed after it is built."""

    token: str
    places: dict[str, Place] = field(default_factory=dict)
    of_kreis: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    hits: defaultdict[str, list[Hit]] = field(default_factory=lambda: defaultdict(list))
    codes: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    code_list: list[str] = field(default_factory=list)
    starts: list[tuple[str, str]] = field(default_factory=list)
    core_hits: defaultdict[str, list[Hit]] = field(default_factory=lambda: defaultdict(list))
    core_words: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    keys_of_term: dict[str, tuple[str, ...]] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)

    def keys_with_word_start(self, start: str) -> Iterator[str]:
        """Keys in which a word begins with `start` (keys may repeat)."""
        position = bisect_left(self.starts, (start, ""))
        while position < len(self.starts) and self.starts[position][0].startswith(start):
            yield self.starts[position][1]
            position += 1

    def codes_starting(self, digits: str) -> Iterator[str]:
        position = bisect_left(self.code_list, digits)
        while position < len(self.code_list) and self.code_list[position].startswith(digits):
            yield self.code_list[position]
            position += 1


def name_key(text: str) -> str:
    """The key under which names are held and sought: folded, "Sankt" as "st"."""
    return _SAINT.sub("st", find_key(text))


def name_keys(text: str) -> set[str]:
    """All keys of a name: with ae for ä, and with a for ä as on a foreign keyboard."""
    return {name_key(text), _SAINT.sub("st", sort_key(text))} - {""}


def core_name(name: str) -> str:
    """The heart of a name: "Neustadt in Sachsen" → "Neustadt", "Königstein/Sächs. Schw." → "Königstein"."""
    return _ADDITION.split(name, maxsplit=1)[0].strip()


def _locality_names(locality: str, municipality: str) -> Iterator[str]:
    for part in (locality, *locality.split(", ")):
        name = part
        yield name
        while name.startswith(f"{municipality} "):
            name = name.removeprefix(f"{municipality} ")
            yield name


def _read_places(index: FinderIndex) -> None:
    codes: defaultdict[str, set[str]] = defaultdict(set)
    localities: dict[str, set[str]] = defaultdict(set)
    for code, locality, ags in PostalCode.objects.order_by("code").values_list("code", "locality", "municipality_id"):
        codes[ags].add(code)
        if ags not in index.codes[code]:
            index.codes[code].append(ags)
        if locality:
            localities[ags].add(locality)
    rows = (
        Area.objects.filter(valid_until__isnull=True, kind__in=[AreaKind.KREIS, AreaKind.GEMEINDE])
        .order_by("sort_key", "ags")
        .values_list(
            *("ags", "kind", "name", "official_name", "designation", "is_kreisfrei", "slug", "kreis_id"),
            *("kreis__official_name", "population", "other_names"),
        )
    )
    for ags, kind, name, official, designation, kreisfrei, slug, kreis, kreis_name, population, others in rows:
        index.places[ags] = Place(
            ags,
            AreaKind(kind),
            name,
            official,
            designation,
            kreisfrei,
            slug,
            kreis or ags,
            kreis_name or official,
            population or 0,
            tuple(other["name"] for other in others),
            tuple(sorted(codes[ags])),
            tuple(sorted(localities[ags], key=sort_key)),
        )
        if kind == AreaKind.GEMEINDE:
            index.of_kreis[kreis].append(ags)
    index.code_list = sorted(index.codes)


def _add(table: defaultdict[str, list[Hit]], name: str, hit: Hit) -> None:
    for key in name_keys(name):
        known = table[key]
        if all(other.ags != hit.ags for other in known):
            known.append(hit)


def _add_names(index: FinderIndex) -> None:
    """Strong names first: the first hit of a place under a key stays, weaker ones are not added."""
    places = [item for item in index.places.values() if not (item.kind is AreaKind.KREIS and item.is_kreisfrei)]
    for item in places:
        _add_own_names(index, item)
    for item in places:
        for name in item.other_names:
            _add(index.hits, name, Hit(item.ags, name, Reason.OTHER_NAME))
            _add(index.core_hits, core_name(name), Hit(item.ags, name, Reason.OTHER_NAME))
    former = Succession.objects.order_by("predecessor__sort_key", "successor_id")
    for name, ags in former.values_list("predecessor__name", "successor_id"):
        if ags in index.places:
            _add(index.hits, name, Hit(ags, name, Reason.FORMER_NAME))
    for item in places:
        for locality in item.localities:
            for name in _locality_names(locality, item.name):
                _add(index.hits, name, Hit(item.ags, locality, Reason.LOCALITY))
                _add(index.core_hits, core_name(name), Hit(item.ags, locality, Reason.LOCALITY))


def _add_own_names(index: FinderIndex, item: Place) -> None:
    core = core_name(item.name)
    for name in dict.fromkeys((item.name, item.official_name.split(",")[0])):
        _add(index.hits, name, Hit(item.ags, "", Reason.NAME))
    if core != item.name:  # "Halle (Saale)", "Neustadt in Sachsen": most people type the first word
        _add(index.core_hits, core, Hit(item.ags, "", Reason.NAME))
    for key in name_keys(core):
        for word in set(key.split()) - _COMMON_WORDS:
            index.core_words[word].add(item.ags)


def _add_terms(index: FinderIndex) -> None:
    keys_of_term: dict[str, set[str]] = defaultdict(set)
    for key in index.hits:
        words = key.split()
        index.starts += [(" ".join(words[position:]), key) for position in range(len(words))]
        keys_of_term[key].add(key)
        for word in words:
            if len(word) >= 5:
                keys_of_term[word].add(key)
    index.starts.sort()
    index.keys_of_term = {term: tuple(sorted(keys)) for term, keys in keys_of_term.items()}
    index.terms = sorted(index.keys_of_term)


def build_index(token: str) -> FinderIndex:
    """Read the register (three queries) and build the tables."""
    index = FinderIndex(token)
    _read_places(index)
    _add_names(index)
    _add_terms(index)
    tables: tuple[defaultdict[str, Any], ...] = (
        index.of_kreis,
        index.hits,
        index.codes,
        index.core_hits,
        index.core_words,
    )
    for table in tables:
        table.default_factory = None  # from now on a miss is a miss
    return index


_lock = Lock()
_current = FinderIndex("")


def finder_index() -> FinderIndex:
    """The index of the present register. One query at most when warm; the first one after an import builds it."""
    global _current  # noqa: PLW0603 - one index for the process; replaced as a whole, never changed
    token = remembered("places.token", lambda: RegisterState.objects.values_list("token", flat=True).first() or "")
    index = _current
    if index.token == token:
        return index
    with _lock:
        if _current.token != token:
            _current = build_index(token)
        return _current


def place(ags: str) -> Place | None:
    """A current municipality or Kreis by its key, without a join."""
    return finder_index().places.get(ags)


def places_of(kreis_ags: str) -> list[Place]:
    """The current municipalities of a Kreis in dictionary order."""
    index = finder_index()
    return [index.places[ags] for ags in index.of_kreis.get(kreis_ags, ())]
