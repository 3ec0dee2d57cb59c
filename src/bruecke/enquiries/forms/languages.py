"""Which languages a person means: names found in free text."""

import re
from collections.abc import Iterable

from bruecke.core.folding import find_key
from bruecke.vocabulary.models import Language


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
