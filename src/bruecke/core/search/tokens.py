"""From texts to what the index holds, and from a question to what is looked for in it.

A lexeme is one word of the index, for instance `x3pat_kurs~1`: the name space `x3pa` (kind, openness, district), `t` for
titles or `x` for all else, the stem, the grade. Because of the name space a search walks through entries of its own
district only, however large the others are. The beginning up to `~` is called a head.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.resources import files

from bruecke.core.search.compounds import MIN_LEARNT, listed_parts_of, parts_of
from bruecke.core.search.documents import Document, Weight
from bruecke.core.search.stems import stems_to_seek, stems_to_store
from bruecke.core.search.words import Script, joined, key_of, pieces, script_of, spelt_words

TITLE, ELSEWHERE = "t", "x"
GRADES = {(Weight.TITLE, False): 1, (Weight.TITLE, True): 2, (Weight.WORDS, False): 3}
GRADES |= {(Weight.WORDS, True): 4, (Weight.BODY, False): 5, (Weight.BODY, True): 6}
"""Weight of the passage, and whether the stem is only a part of a longer word, or said in other words; best first."""
GRADES_OF = {TITLE: (1, 2), ELSEWHERE: (3, 4, 5, 6)}
MAX_TOKENS = 3000
MAX_PASSAGE = 20_000
MAX_QUESTION = 4000
MAX_ASKED_WORDS = 200
MIN_SPELT = 4
MAX_SPELT = 600
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of a question: as it was spelt, its stems in all languages it may be in, and the parts of a compound.

    `parts` only where the shipped list knows all of them.
    """

    spelt: str
    key: str
    stems: tuple[str, ...]
    parts: tuple[str, ...] = ()
    is_last: bool = False


@cache
def _kind_code(kind: str) -> str:
    """Two characters for a kind. Should two kinds ever share a code, the row itself tells them apart."""
    number = int.from_bytes(blake2b(kind.encode(), digest_size=2).digest(), "big")
    return _DIGITS[number % 36] + _DIGITS[number // 36 % 36]


def name_space(kind: str, district_id: int, *, is_public: bool) -> str:
    """What stands before every stem of one kind of things of one district, those for everybody and the others apart."""
    code, rest = "", district_id
    while rest or not code:
        rest, digit = divmod(rest, 36)
        code = _DIGITS[digit] + code
    return f"{_kind_code(kind)}{'p' if is_public else 'i'}{code}"


@lru_cache(maxsize=200_000)
def _stored(word: str, lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Stems of a word, and stems of its parts where the shipped list knows all of them."""
    whole = joined(word)
    stems = dict.fromkeys(stems_to_store(whole, lang))
    parts: dict[str, None] = {}
    if whole != word:
        for piece in pieces(word):
            stems.update(dict.fromkeys(stems_to_store(piece, lang)))
            parts.update(dict.fromkeys(listed_parts_of(key_of(piece))))
    if lang == "de" and script_of(word) is Script.LATIN:
        parts.update(dict.fromkeys(listed_parts_of(key_of(whole))))
    return tuple(stems), tuple(parts)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a document as they are spelt, passage by passage, best weight first."""

    document: Document
    passages: tuple[tuple[Weight, bool, str, Sequence[str]], ...]

    @classmethod
    def of(cls, document: Document) -> "Words":
        order = list(Weight)
        passages = sorted(document.passages, key=lambda passage: (order.index(passage.weight), passage.is_derived))
        return cls(
            document,
            tuple((each.weight, each.is_derived, each.lang, spelt_words(each.text[:MAX_PASSAGE])) for each in passages),
        )

    def spelt(self) -> tuple[str, ...]:
        """Each word once, for correcting typos."""
        found: dict[str, str] = {}
        for _weight, _is_derived, _lang, words in self.passages:
            for word in words:
                for piece in pieces(word):
                    if len(piece) >= MIN_SPELT and piece.isalpha():
                        found.setdefault(key_of(piece), piece)
        return tuple(found.values())[:MAX_SPELT]

    def lexemes(self, *, district_id: int, learnt: Callable[[str], tuple[str, ...]]) -> str:
        """All lexemes, each stem once in its best grade; `learnt` takes compounds apart that the list does not know."""
        document = self.document
        found: dict[str, int] = {}
        for weight, is_derived, lang, words in self.passages:
            whole, part = GRADES[weight, is_derived], GRADES[Weight.BODY if is_derived else weight, True]
            for word in words:
                stems, parts = _stored(word, lang)
                for stem in stems:
                    found[stem] = min(found.get(stem, whole), whole)
                for stem in parts or (learnt(word) if lang == "de" else ()):
                    found[stem] = min(found.get(stem, part), part)
        space = name_space(document.kind, district_id, is_public=document.is_public)
        kept = list(found.items())[:MAX_TOKENS]
        return " ".join(f"{head(space, stem, is_title=grade <= 2)}~{grade}" for stem, grade in kept)


def stems_in(text: str, lang: str = "de") -> frozenset[str]:
    """All stems of a text, those of the parts of its compounds included: for asking whether it speaks of something."""
    found: set[str] = set()
    for word in spelt_words(text[:MAX_PASSAGE]):
        stems, parts = _stored(word, lang)
        found.update(stems, parts or (parts_of(key_of(joined(word))) if lang == "de" else ()))
    return frozenset(found)


def whole_stems(word: str, lang: str = "de") -> tuple[str, ...]:
    """The stems of one word, without those of its parts."""
    return _stored(joined(word), lang)[0]


def head(space: str, stem: str, *, is_title: bool) -> str:
    """What all lexemes of one stem begin with, in titles or elsewhere."""
    return f"{space}{TITLE if is_title else ELSEWHERE}_{stem}"


def is_learnable(word: str) -> bool:
    """Whether a word may be learnt as a part of compounds: long enough and written like a German noun."""
    return len(word) >= MIN_LEARNT and word[0].isupper() and word[1:].islower() and script_of(word) is Script.LATIN


@cache
def stopwords() -> frozenset[str]:
    """Folded words of all languages that say nothing about what somebody looks for."""
    text = files("bruecke.core.search").joinpath("data/stopwords.txt").read_text(encoding="utf-8")
    lines = (line.partition(":")[2] for line in text.splitlines() if not line.startswith("#"))
    return frozenset(key_of(joined(word)) for line in lines for part in line.split() for word in spelt_words(part))


def concepts_of(text: str, *, lang: str) -> list[Concept]:
    """What a question asks for, each word once. Words that say nothing go, unless nothing else is left."""
    words = asked_words(text)
    telling = [word for word in words if key_of(word) not in stopwords()]
    telling = [word for word in telling if len(word) > 1] or telling or words
    last = words[-1] if words else ""
    concepts: dict[str, Concept] = {}
    for word in telling:
        key = key_of(word)
        parts = listed_parts_of(key) if script_of(word) is Script.LATIN else ()
        known = concepts.get(key)
        is_last = word == last or (known is not None and known.is_last)
        concepts[key] = Concept(word, key, stems_to_seek(word, lang), parts, is_last)
    return list(concepts.values())


def asked_words(text: str) -> list[str]:
    """The words of a question as they were spelt, in their order."""
    return [joined(word) for word in spelt_words(text[:MAX_QUESTION])[:MAX_ASKED_WORDS] if key_of(word)]
