"""The place finder: from what a person typed to the municipality that is meant, or to the question which one it is."""

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bruecke.core.folding import find_key
from bruecke.places.queries.foreign_letters import in_latin_letters
from bruecke.places.queries.index import FinderIndex, Hit, Place, finder_index, name_key, name_keys
from bruecke.places.states import AreaKind, FindingKind, Reason

LONGEST_TEXT = 80  # characters that are looked at; no German place name with its Kreis is longer
_CODE = re.compile(r"(?<!\w)(?:d[- ]?)?(\d{2,5})(?!\w)", re.IGNORECASE)
_TOWN = re.compile(r"^(?:grosse kreisstadt|kreisfreie stadt|stadt|gemeinde|ort|markt) (?=.)")
_TOWN_BEHIND = re.compile(r"(?<=.) (?:stadt|gemeinde)$")
_KREIS = re.compile(r"^(?:landkreis|kreis|lk|lkr) (?=.)")
_ORDER = {reason: position for position, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Match:
    """A place that may be meant, and why. `locality` is the Ortsteil, former or other name that was found."""

    area: Place
    reason: Reason
    locality: str = ""
    is_inside: bool = True

    @property
    def district_kreis(self) -> str:
        """Name of the Landkreis or kreisfreie Stadt, which tells twins apart."""
        return self.area.kreis_name


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one search, best match first, cut to the limit; `total` counts all.

    `elsewhere` holds places of the same name outside the district of the search.
    """

    kind: FindingKind
    text: str
    matches: tuple[Match, ...] = ()
    elsewhere: tuple[Match, ...] = ()
    total: int = 0

    @property
    def place(self) -> Place | None:
        """The one place that is meant, else None."""
        return self.matches[0].area if self.kind is FindingKind.EXACT else None


def find_places(text: str, *, within: str | None = None, limit: int = 12) -> Finding:
    """Find by name or part of it, postal code or its beginning, Ortsteil, Sorbian or former name, with typos.

    `within` is the 5-digit key of the district that asks: places inside win over twins outside, which are then told in
    `elsewhere`; a postal code shared with the neighbouring district still asks. Never raises, whatever is typed;
    at most one query when the index is warm.
    """
    cleaned = _clean(text)
    if not find_key(cleaned):
        return Finding(FindingKind.NOTHING, cleaned)
    search = _Search(finder_index(), within, max(1, limit))
    code = _CODE.search(cleaned)
    if code:
        rest = name_key(cleaned[: code.start()] + " " + cleaned[code.end() :])
        return search.by_code(cleaned, code.group(1), rest)
    return search.by_name(cleaned, cleaned)


def _clean(text: str) -> str:
    """One line of at most `LONGEST_TEXT` characters without control and direction marks, with western digits."""
    kept = []
    for char in str(text)[: LONGEST_TEXT * 4]:
        category = unicodedata.category(char)
        if category == "Nd":
            kept.append(str(unicodedata.digit(char)))
        elif category[0] in "CZ":
            kept.append("" if category == "Cf" else " ")
        else:
            kept.append(char)
    return " ".join("".join(kept).split())[:LONGEST_TEXT].strip()


@dataclass(slots=True)
class _Search:
    """One search over one state of the index."""

    index: FinderIndex
    within: str | None
    limit: int

    # --- postal codes ---

    def by_code(self, text: str, digits: str, rest: str) -> Finding:
        if len(digits) < 5:
            return self._by_part_of_code(text, digits, rest)
        matches = [self._code_match(ags, digits) for ags in self.index.codes.get(digits, ())]
        if matches and rest:
            named = self._named(matches, rest)
            if named:
                return self._asked(text, named)
        if matches:
            return self._asked(text, matches)
        if rest:
            finding = self.by_name(text, rest)
            if finding.kind is not FindingKind.NOTHING:
                return finding
        return self._suggested(text, self._near_codes(digits))

    def _by_part_of_code(self, text: str, digits: str, rest: str) -> Finding:
        if rest:  # a number inside a name or an address: "Freital 01" is sought by its words
            return self.by_name(text, rest)
        found: dict[str, Match] = {}
        for code in self.index.codes_starting(digits):
            for ags in self.index.codes[code]:
                found.setdefault(ags, self._match(Hit(ags, "", Reason.POSTAL_CODE_PART)))
        return self._suggested(text, list(found.values()))

    def _near_codes(self, digits: str) -> list[Match]:
        """Places whose code shares the first four, else the first three digits."""
        for length in (4, 3):
            found: dict[str, Match] = {}
            for code in self.index.codes_starting(digits[:length]):
                for ags in self.index.codes[code]:
                    found.setdefault(ags, self._match(Hit(ags, "", Reason.SIMILAR)))
            if found:
                return list(found.values())
        return []

    def _code_match(self, ags: str, code: str) -> Match:
        return self._match(Hit(ags, "", Reason.POSTAL_CODE))

    def _named(self, matches: list[Match], rest: str) -> list[Match]:
        """Those of a postal code's places that bear the name typed beside it."""
        meant = {hit.ags: hit for hit in self.index.hits.get(rest, ())}
        exact = [self._match(meant[item.area.ags]) for item in matches if item.area.ags in meant]
        return exact or [item for item in matches if any(rest in key for key in name_keys(item.area.name))]

    # --- names ---

    def by_name(self, text: str, name: str) -> Finding:
        key = name_key(name)
        exact = self._exact(key)
        if exact:
            return self._asked(text, exact)
        parts = self._parts(key) if len(key) >= 2 else []
        if parts:
            whole = self._whole_words(key, parts)
            return self._asked(text, whole) if whole else self._suggested(text, parts)
        latin = in_latin_letters(name)
        similar = self._similar(name_key(latin)) if latin else self._first_words(key) or self._similar(key)
        return self._suggested(text, similar)

    def _exact(self, key: str) -> list[Match]:
        named = {hit.ags: hit for hit in (*self.index.core_hits.get(key, ()), *self.index.hits.get(key, ()))}
        if named:
            return [self._match(hit) for hit in named.values()]
        for pattern, kind in ((_KREIS, AreaKind.KREIS), (_TOWN, AreaKind.GEMEINDE), (_TOWN_BEHIND, AreaKind.GEMEINDE)):
            bare = pattern.sub("", key)
            if bare != key:
                found = [self._match(hit) for hit in self.index.hits.get(bare, ())]
                return [item for item in found if item.area.kind is kind]
        return self._with_kreis(key)

    def _with_kreis(self, key: str) -> list[Match]:
        """ "bernsdorf zwickau", "bernsdorf landkreis bautzen": a name with its Kreis behind it."""
        words = key.split()
        for cut in range(len(words) - 1, 0, -1):
            hits = self.index.hits.get(" ".join(words[:cut]), ())
            kreis = _KREIS.sub("", " ".join(words[cut:]))
            found = [self._match(hit) for hit in hits if kreis in self._kreis_keys(hit.ags)]
            if found:
                return found
        return []

    def _kreis_keys(self, ags: str) -> set[str]:
        item = self.index.places[ags]
        kreis = self.index.places.get(item.kreis_ags)
        return name_keys(kreis.name) if kreis and item.kind is AreaKind.GEMEINDE else set()

    def _parts(self, key: str) -> list[Match]:
        """Names in which a word begins with the text; names that contain it anywhere where none does."""
        keys = list(dict.fromkeys(self.index.keys_with_word_start(key)))
        if not keys and len(key) >= 4:
            keys = [other for other in self.index.hits if key in other]
        return self._of_keys(keys, Reason.PART, key)

    def _whole_words(self, key: str, parts: list[Match]) -> list[Match]:
        """The few places that have the text as a whole word at the heart of their name ("Annaberg")."""
        words = key.split()
        meant = set.intersection(*(self.index.core_words.get(word, set()) for word in words))
        whole = [item for item in parts if item.area.ags in meant]
        few = 1 if self.within is None else 3
        inside = [item for item in whole if item.is_inside] or whole
        return inside if len(inside) <= few or (len(whole) == len(parts) <= self.limit) else []

    def _first_words(self, key: str) -> list[Match]:
        """ "freital hainsberg": the longest beginning of the text that is a name."""
        words = key.split()
        for cut in range(len(words) - 1, 0, -1):
            hits = self.index.hits.get(" ".join(words[:cut]), ())
            if hits:
                return [self._match(hit) for hit in hits]
        return []

    def _similar(self, key: str) -> list[Match]:
        """Names at a small distance (a missing, wrong, doubled or swapped letter), nearest first."""
        if len(key) < 3:
            return []
        allowed = 1 if len(key) <= 4 else 2 if len(key) <= 8 else 3
        near = process.extract(key, self.index.terms, scorer=OSA.distance, score_cutoff=allowed, limit=40)
        found: dict[str, tuple[tuple[int, ...], Match]] = {}
        for term, distance, _position in near:
            for item in self._of_keys(self.index.keys_of_term[term], Reason.SIMILAR, key):
                rank = (distance, term[0] != key[0], not item.is_inside, -item.area.population)
                if item.area.ags not in found or rank < found[item.area.ags][0]:
                    found[item.area.ags] = (rank, item)
        ranked = sorted(found.values(), key=lambda pair: pair[0])
        nearest = ranked[0][0][0] if ranked else 0
        return [item for rank, item in ranked if rank[0] == nearest or (rank[0] == nearest + 1 and not rank[1])]

    def _of_keys(self, keys: "list[str] | tuple[str, ...]", reason: Reason, text: str) -> list[Match]:
        found: dict[str, Match] = {}
        for key in sorted(keys, key=lambda other: not other.startswith(text)):
            for hit in self.index.hits[key]:
                found.setdefault(hit.ags, self._match(Hit(hit.ags, hit.locality, reason)))
        first = {ags for ags, item in found.items() if name_key(item.locality or item.area.name).startswith(text)}
        return sorted(found.values(), key=lambda item: (item.area.ags not in first, *self._by_size(item)))

    def _by_size(self, item: Match) -> tuple[bool, int, str]:
        return (item.area.kind is AreaKind.KREIS, -item.area.population, item.area.ags)

    # --- answers ---

    def _match(self, hit: Hit) -> Match:
        item = self.index.places[hit.ags]
        return Match(item, hit.reason, hit.locality, self.within is None or item.kreis_ags == self.within)

    def _asked(self, text: str, matches: list[Match]) -> Finding:
        """One place is the answer; several are a question; names inside the district win over names outside."""
        ranked = sorted(matches, key=self._rank)
        if self.within is None or all(item.is_inside for item in ranked):
            return self._one_or_many(text, ranked)
        inside = [item for item in ranked if item.is_inside]
        outside = [item for item in ranked if not item.is_inside]
        if not inside:
            return Finding(FindingKind.ELSEWHERE, text, tuple(ranked[: self.limit]), total=len(ranked))
        if not any(item.area.kind is AreaKind.GEMEINDE for item in inside) or ranked[0].reason is Reason.POSTAL_CODE:
            return self._one_or_many(text, ranked)
        return self._one_or_many(text, inside, tuple(outside[: self.limit]))

    def _one_or_many(self, text: str, ranked: list[Match], elsewhere: tuple[Match, ...] = ()) -> Finding:
        towns = [item for item in ranked if item.area.kind is AreaKind.GEMEINDE]
        if self.within is not None and towns and all(item.is_inside for item in ranked):
            ranked = towns  # on the pages of Landkreis Meißen, "Meißen" is the town
        kind = FindingKind.EXACT if len(ranked) == 1 else FindingKind.CHOOSE
        return Finding(kind, text, tuple(ranked[: self.limit]), elsewhere, len(ranked))

    def _suggested(self, text: str, matches: list[Match]) -> Finding:
        if not matches:
            return Finding(FindingKind.NOTHING, text)
        inside = [item for item in matches if item.is_inside]
        outside = [item for item in matches if not item.is_inside]
        if not inside and self.within is not None and matches[0].reason is not Reason.SIMILAR:
            return Finding(FindingKind.ELSEWHERE, text, tuple(outside[: self.limit]), total=len(outside))
        return Finding(FindingKind.SUGGESTIONS, text, tuple((inside + outside)[: self.limit]), total=len(matches))

    def _rank(self, item: Match) -> tuple[object, ...]:
        return (not item.is_inside, item.area.kind is AreaKind.KREIS, _ORDER[item.reason], *self._by_size(item))
