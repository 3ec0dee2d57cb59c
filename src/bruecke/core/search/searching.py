"""Finding: what a person typed, in any language, against the entries of her district."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django_scopes import get_scope

from bruecke.core.memo import remembered
from bruecke.core.models import District, SearchEntry
from bruecke.core.search import lexicon, scoring, tokens
from bruecke.core.search.compounds import front_of, known_parts, may_hold_listed, unknown_and_head
from bruecke.core.search.documents import Found, Hit
from bruecke.core.search.stems import related_stems, stem
from bruecke.core.search.store import Look, counts_for, entries_for, uids_of
from bruecke.core.search.tokens import ELSEWHERE, TITLE, Concept
from bruecke.core.search.words import key_of

MOST_CONCEPTS = 8  # the rarest are looked for
MOST_WEIGHED = 12  # of a long text: so many are asked for their rarity
MIN_PREFIX = 3
FEW = 20  # a last word with fewer hits may be half a word
_SHORTLIST = 5
_MANY_PARTS = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a search looks: the name spaces it may see, and how many entries there are."""

    spaces: tuple[str, ...]
    entries: int


def search(text: str, *, kind: str, district: District, lang: str = "de", only_public: bool = True, limit: int = 500) -> Found:
    """What fits the text, best first; nothing when nothing was asked. Runs in the scope of the district; never raises for a text.

    Each word is looked for in every language of its script, `lang` only adds one. A word without any hit is taken for a typo
    of a word of the district; `Found.corrected` then tells what was searched.
    """
    open_district = get_scope().get("district")
    if open_district is not None and open_district.pk != district.pk:
        return Found(())
    rows = SearchEntry.objects.filter(district=district, kind=kind, **({"is_public": True} if only_public else {}))
    concepts = tokens.concepts_of(text, lang=lang)
    if not concepts or limit < 1:
        return Found(())
    openness = (True,) if only_public else (True, False)
    spaces = tuple(tokens.name_space(kind, district.pk, is_public=is_public) for is_public in openness)
    place = _Place(spaces, remembered(f"search:{district.uid}:{kind}:{only_public}", rows.order_by().count))
    if not place.entries:
        return Found(())
    concepts = _rarest(concepts, place)
    matches = _matches(concepts, place)
    corrections = _correct(concepts, matches, place, district, lang)
    ranked = scoring.best(matches, entries=place.entries, limit=limit)
    keys = [key for key, _score in ranked]
    uids = uids_of(keys, district_id=district.pk, kind=kind, only_public=only_public) if keys else {}
    hits = tuple(Hit(uids[key], score) for key, score in ranked if key in uids)
    return Found(hits, _corrected_text(text, corrections) if corrections and hits else "")


# --- what is asked for ---------------------------------------------------------------------------------------------------


def _look(stems: Iterable[str], place: _Place, *, is_prefix: bool = False) -> Look:
    known = tuple(stems)
    heads = {
        letter: tuple(tokens.head(space, stem, is_title=letter == TITLE) for stem in known for space in place.spaces)
        for letter in (TITLE, ELSEWHERE)
    }
    return Look(heads, is_prefix)


def _rarest(concepts: list[Concept], place: _Place) -> list[Concept]:
    """Of a long text the words that tell most: those that fewest entries hold, and at least one does."""
    if len(concepts) <= MOST_CONCEPTS:
        return concepts
    longest = sorted(concepts, key=lambda concept: -len(concept.key))[:MOST_WEIGHED]
    wholes = counts_for([_look(concept.stems, place) for concept in longest])
    holders = [(count, replace(concept, parts=())) for count, concept in zip(wholes, longest, strict=True) if count]
    split_up = [concept for count, concept in zip(wholes, longest, strict=True) if not count and concept.parts]
    counts = iter(counts_for([_look([part], place) for concept in split_up for part in concept.parts]))
    holders += [(min(next(counts) for _part in concept.parts), concept) for concept in split_up]
    known = sorted((pair for pair in holders if pair[0]), key=lambda pair: pair[0])
    return [concept for _count, concept in known[:MOST_CONCEPTS]] or longest[:MOST_CONCEPTS]


# --- where it is found ---------------------------------------------------------------------------------------------------


def _matches(concepts: Sequence[Concept], place: _Place) -> list[scoring.Match]:
    """For each concept where it is found: itself, as the parts it is made of, as the beginning of a word."""
    parts = [part for concept in concepts for part in concept.parts]
    wholes = [_look(concept.stems, place) for concept in concepts]
    every = [scoring.Match() for _look in (*wholes, *parts)]
    for match, graded in zip(every, entries_for([*wholes, *(_part(part, place) for part in parts)]), strict=True):
        match.add(graded)
    found, held = every[: len(concepts)], iter(every[len(concepts) :])
    pairs = list(zip(found, concepts, strict=True))
    begun = [
        (match, concept) for match, concept in pairs if concept.is_last and len(concept.key) >= MIN_PREFIX and len(match.fits) < FEW
    ]
    looks = [_look([concept.key], place, is_prefix=True) for _match, concept in begun]
    for (match, _concept), graded in zip(begun, entries_for(looks), strict=True):
        match.add(graded, counts=scoring.PREFIX_FITS)
    for match, concept in pairs:
        if concept.parts:
            match.add_parts([next(held).fits for _part in concept.parts], place.entries)
    return found


def _part(stem_of_part: str, place: _Place) -> Look:
    return _look((stem_of_part, *related_stems(stem_of_part)), place)


# --- words that nothing holds ------------------------------------------------------------------------------------------


def _correct(concepts: list[Concept], matches: list[scoring.Match], place: _Place, district: District, lang: str) -> dict[str, str]:
    """Give the words that nothing holds another chance; returns what was corrected, key → word.

    As a compound of words of the district, as a word of the same family, as a typo, as a compound with a typo in it or with
    an unknown beginning.
    """
    corrections: dict[str, str] = {}
    for number, concept in enumerate(concepts):
        is_settled = matches[number].fits or (matches[number].is_found and len(concept.parts) < _MANY_PARTS)
        if is_settled or not concept.key.isalpha():
            continue
        words = lexicon.words_of(district)
        if found := _otherwise(concept, words, place):
            matches[number] = found
        elif matches[number].is_found:
            continue
        elif typo := _typo(concept, words, place, lang) or _typo_inside(concept, words, place):
            corrections[concept.key], matches[number] = typo
        elif known := unknown_and_head(concept.key)[1] or front_of(concept.key, words.learnt):
            matches[number] = _made_of((known, concept.key), concept, place)
    return corrections


def _made_of(parts: tuple[str, ...], concept: Concept, place: _Place) -> scoring.Match:
    return _matches([replace(concept, stems=(), parts=parts, is_last=False)], place)[0]


def _is_held(stem_of_part: str, place: _Place) -> bool:
    return bool(entries_for([_part(stem_of_part, place)])[0])


def _otherwise(concept: Concept, words: lexicon.Lexicon, place: _Place) -> scoring.Match | None:
    """The same things said with other words: nothing was mistyped."""
    parts = known_parts(concept.key, words.learnt) if may_hold_listed(concept.key) else ()
    if concept.parts and len(parts) >= len(concept.parts):  # a longer word of the district tells more: Arbeitsplatz | suche
        return None
    related = related_stems(concept.key)
    asked = [replace(concept, stems=related, parts=parts, is_last=False)]
    match = _matches(asked, place)[0] if parts or related else scoring.Match()
    if match.is_found:
        return match
    rest, head = unknown_and_head(concept.key)
    if head and _is_held(stem(rest, "de"), place):  # no noun, but known: Impf | beratung
        return _made_of((stem(rest, "de"), head), concept, place)
    return None


def _typo(concept: Concept, words: lexicon.Lexicon, place: _Place, lang: str) -> tuple[str, scoring.Match] | None:
    """The likeliest word that this search may find something by; nobody learns words of what is hidden from her."""
    asked = [tokens.concepts_of(word, lang=lang) for word in words.similar(concept.key)[:_SHORTLIST]]
    meant = [replace(found[0], is_last=False) for found in asked if found]
    for candidate, match in zip(meant, _matches(meant, place), strict=True):
        if match.fits:
            return candidate.spelt, match
    return None


def _typo_inside(concept: Concept, words: lexicon.Lexicon, place: _Place) -> tuple[str, scoring.Match] | None:
    """A compound of a mistyped word and one of the list: Mietterberatung is a Mieter and a Beratung."""
    rest, head = unknown_and_head(concept.key)
    for word in words.similar(rest)[:_SHORTLIST] if head else ():
        parts = (stem(word, "de"), head)
        match = _made_of(parts, concept, place)
        if match.is_found and _is_held(parts[0], place):
            return word + concept.key[len(rest) :], match
    return None


def _corrected_text(text: str, corrections: dict[str, str]) -> str:
    """The words of the question with the corrected ones in it."""
    return " ".join(corrections.get(key_of(word), word) for word in tokens.asked_words(text))
