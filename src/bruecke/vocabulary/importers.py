"""The vocabulary that comes with the program, from the JSON files in `data/`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from bruecke.vocabulary.actions import replace_vocabulary
from bruecke.vocabulary.models import Language, Term, Topic

DATA = Path(__file__).parent / "data"


def load_shipped_vocabulary(now: datetime) -> int:
    """Bring topics, languages and taxonomies to the shipped state; returns how many rows changed (0 on the second run)."""
    topics = [
        Topic(
            key=entry["key"],
            parent_id=entry.get("parent"),
            labels=entry["labels"],
            descriptions=entry.get("descriptions", {}),
            synonyms=entry.get("synonyms", {}),
            categories=entry.get("categories", []),
            icon=entry.get("icon", ""),
            order=number,
            is_sensitive=entry.get("is_sensitive", False),
        )
        for number, entry in enumerate(_entries("topics.json"), start=1)
    ]
    languages = [
        Language(
            code=entry["code"],
            native_name=entry["native_name"],
            labels=entry["labels"],
            synonyms={entry["code"]: [entry["native_name"]]},
            direction=entry.get("direction", "ltr"),
            order=number,
            is_frequent=entry.get("is_frequent", False),
        )
        for number, entry in enumerate(_entries("languages.json"), start=1)
    ]
    terms = [
        Term(
            code=f"{taxonomy}:{entry['key']}",
            taxonomy=taxonomy,
            key=entry["key"],
            parent_key=entry.get("parent", ""),
            labels=entry["labels"],
            synonyms=entry.get("synonyms", {}),
            icon=entry.get("icon", ""),
            order=number,
        )
        for taxonomy, entries in _taxonomies().items()
        for number, entry in enumerate(entries, start=1)
    ]
    return replace_vocabulary(topics=topics, languages=languages, terms=terms, now=now)


def _taxonomies() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads((DATA / "terms.json").read_text(encoding="utf-8"))
    return found


def _entries(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return entries
