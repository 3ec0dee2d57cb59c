"""Stems: what the forms of a word have in common. Snowball where it knows the language, light strippers of ours elsewhere."""

import re
from collections.abc import Callable
from functools import lru_cache
from threading import local

import snowballstemmer

from bruecke.core.search.compounds import known_stem, stem_of_compound
from bruecke.core.search.words import Script, folded, key_of, script_of

_SNOWBALL = {
    "de": "german",
    "en": "english",
    "tr": "turkish",
    "ru": "russian",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "pl": "polish",
    "ro": "romanian",
    "nl": "dutch",
    "hu": "hungarian",
    "sr": "serbian",
}
_ALPHABET = {
    **dict.fromkeys(("de", "en", "tr", "fr", "es", "it", "pt", "pl", "ro", "nl", "hu"), Script.LATIN),
    **dict.fromkeys(("uk", "ru", "sr"), Script.CYRILLIC),
}
# A question may come in any of these languages, whatever the page is in.
_ASKED = {Script.LATIN: ("de", "en", "tr"), Script.CYRILLIC: ("uk", "ru"), Script.ARABIC: (), Script.OTHER: ()}
_UKRAINIAN_ENDINGS = (
    "ами ями ого ому ими іми ій ів їв ах ях ою ею єю ом ем єм ям ам ові еві єві ої ії ію ія ий их ую юю "
    "а я о е є и і ї у ю ь й ти ться тися"
)
_UKRAINIAN = sorted(re.split(" ", _UKRAINIAN_ENDINGS), key=len, reverse=True)
_ARABIC_FRONT = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال")
_ARABIC_END = ("ها", "ان", "ات", "ون", "ين", "يه", "يا", "ه", "ي")
_MIN_BASE = 4
_LATIN_ENDS = ("ierungen", "ierung", "ieren", "ierten", "ierte", "iert")
_own = local()


def _snowball(algorithm: str) -> Callable[[str], str]:
    """The stemmer of this thread: Snowball's keep the word they work on in themselves."""
    known = _own.__dict__.setdefault("stemmers", {})
    if algorithm not in known:
        known[algorithm] = snowballstemmer.stemmer(algorithm).stemWord
    return known[algorithm]


def _german(word: str) -> str:
    key = key_of(word)
    if known := known_stem(key) or stem_of_compound(key):
        return known
    if key.endswith("innen") and len(key) > 8:
        key = key[:-5]
    elif key.endswith("erin") and len(key) > 6:
        key = key[:-2]
    return known_stem(key) or _snowball("german")(key)


def _ukrainian(word: str) -> str:
    for ending in _UKRAINIAN:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _arabic(word: str, *, with_article: bool = False) -> str:
    """A light stem; the article goes unless `with_article`: a word that begins with these letters may have none (ألمانية)."""
    lowered = word.casefold()
    light = folded(word)
    if not with_article:
        front = next((front for front in _ARABIC_FRONT if lowered.startswith(front) and len(light) - len(front) >= 3), "")
        if not front and light.startswith("و") and len(light) > 4:
            front = "و"
        light = light[len(front) :]
    for end in _ARABIC_END:
        if light.endswith(end) and len(light) - len(end) >= 3:
            return light[: -len(end)]
    return light


@lru_cache(maxsize=100_000)
def stem(word: str, lang: str) -> str:
    """The stem of a word in a language, folded; of an unknown language the folded word."""
    lowered = word.casefold()
    if lang == "de":
        return _german(word)
    if lang == "uk":
        return key_of(_ukrainian(lowered)) or key_of(word)
    if lang == "ar":
        return _arabic(word)
    algorithm = _SNOWBALL.get(lang, "")
    return (key_of(_snowball(algorithm)(lowered)) if algorithm else "") or key_of(word)


@lru_cache(maxsize=20_000)
def related_stems(word: str) -> tuple[str, ...]:
    """Stems of what a German word is made of or made to: Gründung and gründen, Übersetzer and übersetzen; often none."""
    latin = next((word[: -len(end)] for end in _LATIN_ENDS if word.endswith(end)), "")
    if len(latin) >= _MIN_BASE:
        return _different(_german(latin + "ieren"), _german(latin + "ierung"))
    base = next((word[: -len(end)] for end in ("ungen", "ung", "erinnen", "erin") if word.endswith(end)), "")
    if len(base) >= _MIN_BASE:
        return _different(_german(base + "en"))
    if word.endswith("en") and len(word) >= _MIN_BASE + 2:
        return _different(_german(word[:-2] + "ung"))
    return ()


@lru_cache(maxsize=100_000)
def stems_to_store(word: str, lang: str) -> tuple[str, ...]:
    """Under which stems a word of a text in `lang` stands in the index. Latin words in an Arabic text are taken for German."""
    script = script_of(word)
    if script is Script.OTHER:
        return _different(key_of(word))
    if script is Script.ARABIC:
        return _different(_arabic(word), _arabic(word, with_article=True), key_of(word) if lang != "ar" else "")
    usual = _ASKED[script]
    spoken = lang if _ALPHABET.get(lang) is script else usual[0]
    return _different(stem(word, spoken), "" if spoken in usual and spoken != "tr" else key_of(word))


@lru_cache(maxsize=20_000)
def stems_to_seek(word: str, lang: str) -> tuple[str, ...]:
    """Under which stems a word of a question may stand: in every language of its script that is asked in."""
    script = script_of(word)
    if script is Script.ARABIC:
        return _different(_arabic(word), _arabic(word, with_article=True), key_of(word))
    key = key_of(word)
    if known := known_stem(key):  # a German word of the field: other languages would only cut it shorter
        return _different(known, key)
    spoken = (lang,) if _ALPHABET.get(lang) is script else ()
    return _different(*(stem(word, code) for code in (*_ASKED[script], *spoken)), key)


def _different(*found: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in found if one))
