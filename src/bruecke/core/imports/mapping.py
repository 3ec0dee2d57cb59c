"""Which column is which field: remembered from the last file with this header, else told by the words in it."""

from collections.abc import Sequence
from hashlib import sha256

from django.utils import translation
from rapidfuzz import fuzz

from bruecke.core.folding import find_key
from bruecke.core.models import ImportMapping
from bruecke.core.registries import ImportField, ImportKind

_ALIKE = 88


def header_hash(header: Sequence[str]) -> str:
    """The fingerprint of a header; case and signs do not matter, the order does."""
    return sha256("\n".join(find_key(title) for title in header).encode()).hexdigest()


def remembered_mapping(kind: ImportKind, header: Sequence[str]) -> dict[str, int]:
    """What the last file with the same header was mapped to in this district; fields that are gone are left out."""
    row = ImportMapping.objects.filter(kind=kind.key, header_hash=header_hash(header)).first()
    if row is None:
        return {}
    return {key: place for key, place in row.mapping.items() if kind.field_of(key) and place < len(header)}


def guess_mapping(kind: ImportKind, header: Sequence[str]) -> dict[str, int]:
    """{field: column} by equal words first, then by like ones; each column once."""
    titles = [find_key(title) for title in header]
    found: dict[str, int] = {}
    for field in kind.fields:
        words = _words(field)
        place = next((place for word in words for place, title in enumerate(titles) if title == word), None)
        if place is not None and place not in found.values():
            found[field.key] = place
    pairs = [
        (max(fuzz.token_sort_ratio(word, titles[place]) for word in _words(field)), field.key, place)
        for field in kind.fields
        if field.key not in found
        for place in range(len(titles))
    ]
    for score, key, place in sorted(pairs, key=lambda pair: (-pair[0], pair[2])):
        if score >= _ALIKE and key not in found and place not in found.values():
            found[key] = place
    return found


def _words(field: ImportField) -> list[str]:
    with translation.override("de"):
        return [find_key(str(word)) for word in (field.label, field.key, *field.names)]
