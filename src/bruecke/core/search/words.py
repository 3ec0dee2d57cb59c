"""Words of a text, in every script, and the one spelling under which each of them is searched."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

MAX_WORD = 40
_SHORT = 80  # such texts come again and again: words of the vocabulary, names of places
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_INNEN = re.compile(r"(?<=\w)(?:[*:_·]|/-?)(?=in(?:nen)?\b)", re.IGNORECASE)
_INNER_CAPITAL = re.compile(r"(?<=[a-zäöüß])I(?=nnen\b)")
_WORD = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u3099\u309a]")
_HYPHEN = re.compile(r"[-‐‑]")
_DASHED_UMLAUT = re.compile(r"ae|oe|(?<![aeq])ue")
_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})
_ARABIC = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ة": "ه",
        "ۀ": "ه",
        "ہ": "ه",
        "ؤ": "و",
        "ئ": "ي",
        "ـ": "",
    }
)


class Script(StrEnum):
    """How the letters of a word look; it decides which stemmers may know the word."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    ARABIC = "arabic"
    OTHER = "other"


@lru_cache(maxsize=20_000)
def _spelt_in_short(text: str) -> tuple[str, ...]:
    return tuple(_spelt(text))


def spelt_words(text: str) -> Sequence[str]:
    """The words as they are spelt; a word with hyphens is one, apostrophes and gender signs inside a word are gone."""
    return _spelt_in_short(text) if len(text) <= _SHORT else _spelt(text)


def _spelt(text: str) -> list[str]:
    plain = text
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text)
        if _MARKS.search(plain):  # marks that stand alone, as the vowel signs of Arabic do
            plain = "".join(char for char in plain if not unicodedata.combining(char))
    return _WORD.findall(_INNER_CAPITAL.sub("i", _INNEN.sub("", _APOSTROPHES.sub("", plain))))


def pieces(word: str) -> list[str]:
    """The parts of a word with hyphens; the word itself when it has none."""
    return [piece for piece in _HYPHEN.split(word) if piece]


def joined(word: str) -> str:
    """A word with hyphens in one: Deutsch-Kurs and Deutschkurs are the same."""
    return _HYPHEN.sub("", word)


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """Small letters, accents gone, Arabic letters in one form, digits in Western form; umlauts still as ae, oe, ue or a, o, u."""
    lowered = word.casefold().translate(_PLAIN).translate(_ARABIC)
    decomposed = unicodedata.normalize("NFKD", lowered)
    kept = (char for char in decomposed if not unicodedata.combining(char) and char.isalnum())
    return "".join(_western(char) for char in kept)[:MAX_WORD]


def _western(char: str) -> str:
    return str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char


@lru_cache(maxsize=50_000)
def key_of(word: str) -> str:
    """The spelling under which a word is looked for: für, fuer and fur are one."""
    return _DASHED_UMLAUT.sub(lambda found: found.group()[0], folded(word))


def script_of(word: str) -> Script:
    """By the first letter; digits count as Latin."""
    for char in word:
        code = ord(char)
        if code < 0x0250 or 0x1E00 <= code < 0x1F00:
            return Script.LATIN
        if 0x0400 <= code < 0x0530:
            return Script.CYRILLIC
        if 0x0600 <= code < 0x0780 or 0x08A0 <= code < 0x0900 or 0xFB50 <= code < 0xFF00:
            return Script.ARABIC
        return Script.OTHER
    return Script.OTHER
