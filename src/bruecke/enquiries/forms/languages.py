"""Which languages a person means: names found in free text, else the script in which the question is written."""

import re
from collections.abc import Iterable

from bruecke.core.folding import find_key
from bruecke.vocabulary.models import Language

_SCRIPTS = (
    ("fa", "پچژگ"),
    ("uk", "іїєґ"),
    ("ar", "ابتثجحخدرسشصطعفقكلمنهوي"),
    ("ru", "абвгдежзиклмнопрстуфхцчшщыэюя"),
    ("ti", "ሀለሐመሠረሰሸቀበተነአከወዘየደገ"),
    ("ka", "აბგდევზთიკლმნოპრსტუფქღშჩცძწჭხჯჰ"),
)
_FEW = 2


def recognise_languages(text: str, known: Iterable[Language]) -> list[str]:
    """Codes of the languages named in `text`, in the order in which they stand there.

    A language is found by its own name or by its word in any language of the site: "Ukrainisch, etwas Deutsch" → ["uk", "de"].
    """
    folded = f" {find_key(text)} "
    found: dict[str, int] = {}
    for language in known:
        for key in _names(language):
            position = folded.find(f" {key} ")
            if position >= 0:
                found[language.pk] = min(position, found.get(language.pk, position))
    return sorted(found, key=lambda code: (found[code], code))


def _names(language: Language) -> set[str]:
    """`Persisch (Farsi)` is known by both words."""
    full = {language.native_name, *language.labels.values()}
    parts = {part for name in full for part in re.split(r"[()]", name)}
    return {find_key(name) for name in full | parts} - {""}


def language_by_script(text: str) -> str | None:
    """A guess from the letters: Ukrainian, Russian, Arabic, Persian, Tigrinya, Georgian; None for Latin letters."""
    lowered = text.casefold()
    for code, letters in _SCRIPTS:
        if sum(lowered.count(letter) for letter in letters) >= _FEW:
            return code
    return None
