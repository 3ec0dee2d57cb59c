"""Folding of German (and other) words, so that SQLite and PostgreSQL sort and find alike."""

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "ł": "l", "đ": "d"})
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def seen(text: str) -> str:
    """Without signs that nobody sees and that change what is read: control characters, and those that turn the direction of what
    follows them. The marks of direction that Arabic texts need (U+200E, U+200F, U+061C) stay: they end by themselves.
    """
    return _HIDDEN.sub("", text)


def find_key(text: str) -> str:
    """Lower case, ä→ae, accents gone, every run of other characters one space: "Weißig, Krs. Görlitz" → "weissig krs goerlitz"."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    return _NOT_WORD.sub(" ", _plain(lowered)).strip()


def sort_key(text: str) -> str:
    """Key for dictionary order (DIN 5007-1: ä sorts as a)."""
    lowered = unicodedata.normalize("NFKC", text).casefold().replace("ß", "ss").replace("ł", "l")
    return _NOT_WORD.sub(" ", _plain(lowered)).strip()
