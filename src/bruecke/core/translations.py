"""Texts in other languages beside the German columns: one JSON column {lang: {field: {text, origin, source_hash, approved_at}}}."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Origin(StrEnum):
    """Where a text comes from; machine text is marked until a person approves it."""

    SOURCE = "source"
    HUMAN = "human"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Text:
    """A text to show, with the language it is really in (a fallback carries its own) and where it comes from."""

    text: str
    lang: str
    origin: Origin = Origin.SOURCE
    is_outdated: bool = False

    def __str__(self) -> str:
        return self.text


def source_hash(text: str) -> str:
    """16 hex digits that tell whether the German source changed since it was translated."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def text_in(lang: str, field: str, *, source: str, translations: Mapping[str, Any], source_lang: str = "de") -> Text:
    """The text of `field` in `lang`, else the source text in its own language."""
    entry = translations.get(lang, {}).get(field) if lang != source_lang else None
    if not entry or not entry.get("text"):
        return Text(source, source_lang)
    outdated = entry.get("source_hash", "") != source_hash(source)
    return Text(entry["text"], lang, Origin(entry.get("origin", Origin.HUMAN)), outdated)


def with_translation(
    translations: Mapping[str, Any], *, lang: str, field: str, text: str, source: str, origin: Origin, approved_at: datetime | None
) -> dict[str, Any]:
    """A copy of the column with one text set."""
    entry = {
        "text": text,
        "origin": origin.value,
        "source_hash": source_hash(source),
        "approved_at": approved_at.isoformat() if approved_at else None,
    }
    return {**translations, lang: {**translations.get(lang, {}), field: entry}}
