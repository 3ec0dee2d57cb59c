"""German compounds taken apart: Integrationskurs is an integration and a kurs.

What a compound may be made of: the words in `data/field_words.txt`, and nouns that stand alone in texts of the district
(`learnt`). At least one part must be a word of the list; words of the list are never split themselves.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import snowballstemmer

from bruecke.core.search.words import key_of

MIN_COMPOUND = 7
MIN_PART = 3
MIN_LEARNT = 5
MIN_REST = 4
MIN_HEAD = 6
_LINKS = ("s", "es", "n", "en", "nen", "er", "e")
_ENDINGS = ("", "e", "n", "en", "er", "ern", "s", "es", "nen")
_PLURALS = ("n", "en", "e", "s", "er")
_VOWELS = frozenset("aeiouy")
Knows = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class FieldWords:
    """The shipped list. `inside`: forms before another part, `last`: forms at the end; both tell the stem of the word.

    `heads`: forms that close a compound even where nobody knows what stands before them.
    """

    inside: dict[str, str]
    last: dict[str, str]
    heads: dict[str, str]


@cache
def field_words() -> FieldWords:
    """The list with every form its words may take, each pointing to the stem."""
    inside: dict[str, str] = {}
    last: dict[str, str] = {}
    heads: dict[str, str] = {}
    snowball = snowballstemmer.stemmer("german").stemWord
    for marks, forms in _lines():
        base = forms[0]
        stem = base if "=" in marks else snowball(base)
        ends = {form + ending for form in forms for ending in _ENDINGS if not (form.endswith("e") and ending.startswith("e"))}
        for form in ends:
            last.setdefault(form, stem)
        for form in _inside_forms(forms):
            inside.setdefault(form, stem)
        heads.update({end: stem for end in ends if "+" in marks or len(end) >= MIN_HEAD})
    for marks, forms in _lines():  # a word of the list is what it says, whatever form of another one it looks like
        stem = forms[0] if "=" in marks else snowball(forms[0])
        for form in forms:
            last[form] = inside[form] = stem
    return FieldWords(inside, last, heads)


def _lines() -> Iterator[tuple[str, list[str]]]:
    text = files("bruecke.core.search").joinpath("data/field_words.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            words = line.lstrip("=+").split()
            yield line[: len(line) - len(line.lstrip("=+"))], [key_of(word) for word in words]


def _inside_forms(forms: list[str]) -> Iterator[str]:
    """Familie, familien-; Sprache, sprach-; Hilfe, hilfs-; Schwangerschaft, schwangerschafts-."""
    for form in forms:
        yield form
        for link in _LINKS:
            if not (form.endswith("e") and link.startswith("e")):
                yield form + link
        if form.endswith("e"):
            yield form[:-1]
            yield form[:-1] + "s"


def known_stem(key: str) -> str:
    """The stem the list gives to a word in one of its forms; "" for all others."""
    return field_words().last.get(key, "")


@lru_cache(maxsize=100_000)
def stem_of_compound(key: str) -> str:
    """The stem of a compound that ends in a word of the list (Familienzentren); "" for all others."""
    parts = parts_of(key)
    last = field_words().last
    for start in range(MIN_PART, len(key) - 2):
        if parts and last.get(key[start:]) == parts[-1]:
            return key[:start] + parts[-1]
    return ""


@lru_cache(maxsize=100_000)
def may_hold_listed(key: str) -> bool:
    """Whether a word begins or ends with one of the list: only then can learnt words help to take it apart."""
    words = field_words()
    return len(key) >= MIN_COMPOUND and any(
        key[:cut] in words.inside or key[cut:] in words.last for cut in range(MIN_PART, len(key) - 2)
    )


@lru_cache(maxsize=100_000)
def parts_of(key: str) -> tuple[str, ...]:
    """Stems of the parts of a folded word, by the list alone, of an unknown first part as well; () when it is none."""
    return split(key, frozenset())


@lru_cache(maxsize=100_000)
def listed_parts_of(key: str) -> tuple[str, ...]:
    """The same where the list knows every part."""
    return known_parts(key, frozenset())


def split(key: str, learnt: Collection[str]) -> tuple[str, ...]:
    """Stems of the parts of a folded word, with the words that were learnt as well; () when it cannot be taken apart."""
    if found := known_parts(key, learnt):
        return found
    rest, head = unknown_and_head(key)
    return (_german(rest), head) if rest else ()


def known_parts(key: str, learnt: Collection[str]) -> tuple[str, ...]:
    """The same where every part is known; the longest known words are taken before many short ones."""
    words = field_words()
    if not _may_be_compound(key):
        return ()
    best: dict[int, tuple[float, tuple[str, ...]]] = {0: (0, ())}
    for start in range(len(key) - MIN_PART + 1):
        if start not in best:
            continue
        cost, parts = best[start]
        for end in range(start + MIN_PART, len(key) + 1):
            found = _segment(key, start, end, words, learnt)
            if found and (end not in best or cost + found[0] < best[end][0]):
                best[end] = (cost + found[0], (*parts, found[1]))
    cost, parts = best.get(len(key), (0, ()))
    if len(parts) > 1 and cost < len(parts) * _LEARNT_COST:
        return tuple(dict.fromkeys(parts))
    return ()


_LEARNT_COST = 1.5


def _segment(key: str, start: int, end: int, words: FieldWords, learnt: Collection[str]) -> tuple[float, str] | None:
    """What a stretch of the word costs and stands for: listed words are cheap, short ones and learnt ones less so."""
    form = key[start:end]
    is_last = end == len(key)
    if stem := (words.last if is_last else words.inside).get(form):
        return 1 + 1 / len(form), stem
    if learnt and end - start >= MIN_LEARNT and not (start == 0 and is_last):
        for link in ("", *(_ENDINGS[1:] if is_last else _LINKS)):
            base = form[: len(form) - len(link)] if form.endswith(link) else ""
            if len(base) >= MIN_LEARNT and (base in learnt or any(base + ending in learnt for ending in _PLURALS)):
                return _LEARNT_COST, _german(base)
    return None


@lru_cache(maxsize=100_000)
def unknown_and_head(key: str) -> tuple[str, str]:
    """An unknown first part, and the stem of the word of the list that closes the compound: imker | kurs; else two times ""."""
    words = field_words()
    if _may_be_compound(key):
        for start in range(MIN_REST, len(key) - MIN_PART):
            stem = words.heads.get(key[start:])
            if stem and len(key) - start >= MIN_REST and not _VOWELS.isdisjoint(key[:start]):
                return key[:start], stem
    return "", ""


def front_of(key: str, learnt: Collection[str]) -> str:
    """The stem of the longest known word that begins a compound of which the rest is unknown: fahrrad | kauf; else ""."""
    words = field_words()
    if _may_be_compound(key):
        for end in range(len(key) - MIN_PART, MIN_REST - 1, -1):
            if stem := words.inside.get(key[:end]):
                return stem
            if end >= MIN_LEARNT and key[:end] in learnt:
                return _german(key[:end])
    return ""


def _may_be_compound(key: str) -> bool:
    return len(key) >= MIN_COMPOUND and key.isalpha() and key not in field_words().last


@lru_cache(maxsize=50_000)
def _german(key: str) -> str:
    words = field_words()
    return words.inside.get(key) or snowballstemmer.stemmer("german").stemWord(key)
