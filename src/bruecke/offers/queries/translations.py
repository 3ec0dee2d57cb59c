"""How far an offer is translated: by language for its page, field by field for the page that translates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bruecke.core.translations import Origin
from bruecke.offers.models import TRANSLATED, Offer
from bruecke.offers.queries.fields import label_of_field
from bruecke.vocabulary import queries as vocabulary


@dataclass(frozen=True, slots=True)
class TranslationLine:
    """One text beside its German source. `approved_at` None: nobody has, or nobody knows when."""

    field: str
    label: Any
    source: str
    text: str
    is_machine: bool
    is_outdated: bool
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class LanguageState:
    """One language of an offer: how many of its texts there are, and what waits for a person."""

    code: str
    name: str
    direction: str
    done: int
    whole: int
    machine: int
    outdated: int

    @property
    def waits(self) -> bool:
        return bool(self.machine or self.outdated)


def translation_lines(offer: Offer, lang: str) -> list[TranslationLine]:
    """The texts that the offer has in German, and those that only the translation has."""
    lines = []
    for field in TRANSLATED:
        entry = offer.translations.get(lang, {}).get(field) or {}
        if getattr(offer, field) or entry.get("text"):
            text = offer.text(field, lang)
            is_there = bool(entry.get("text"))
            approved = entry.get("approved_at")
            lines.append(
                TranslationLine(
                    field,
                    label_of_field(field),
                    getattr(offer, field),
                    entry.get("text", ""),
                    is_there and text.origin is Origin.MACHINE,
                    is_there and text.is_outdated,
                    datetime.fromisoformat(approved) if approved else None,
                )
            )
    return lines


def languages_of(offer: Offer) -> list[LanguageState]:
    """The languages of the public pages, and others in which there is a text. At most one query, none when warm."""
    known = {one.code: one for one in vocabulary.languages()}
    wanted = [code for code in dict.fromkeys([*offer.district.public_languages, *sorted(offer.translations)]) if code != "de"]
    return [_state(offer, known[code]) for code in wanted if code in known]


def _state(offer: Offer, language: Any) -> LanguageState:
    lines = translation_lines(offer, language.code)
    return LanguageState(
        language.code,
        str(language),
        language.direction,
        sum(bool(line.text) for line in lines),
        len(lines),
        sum(line.is_machine for line in lines),
        sum(line.is_outdated for line in lines),
    )
