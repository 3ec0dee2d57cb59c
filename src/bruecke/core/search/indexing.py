"""Writing the index: always inside the transaction of whoever changes the thing itself."""

import secrets
from collections.abc import Iterable

from django.db import transaction

from bruecke.core.models import District, SearchEntry
from bruecke.core.search import lexicon
from bruecke.core.search.compounds import may_hold_listed, split
from bruecke.core.search.documents import Document
from bruecke.core.search.tokens import Words, is_learnable
from bruecke.core.search.words import joined, key_of

MANY = 20  # documents for which the words of the whole district are read, to take compounds apart
AT_ONCE = 200  # entries written by one statement
_WRITTEN = ["is_public", "stamp", "words", "tokens"]


def index_document(document: Document, *, district: District) -> None:
    """Insert or replace the entry of one thing."""
    index_documents([document], district=district)


@transaction.atomic
def index_documents(documents: Iterable[Document], *, district: District) -> None:
    """Insert or replace the entries of many things; of two with the same kind and uid the later one holds.

    Entries that would not change are not written. Runs in the scope of the district. Raises: ScopeViolation.
    """
    latest = list({(document.kind, document.uid): document for document in documents}.values())
    if not latest:
        return
    texts = [Words.of(document) for document in latest]
    learnt = _Learnt(district, texts)
    for start in range(0, len(texts), AT_ONCE):
        _write(texts[start : start + AT_ONCE], district, learnt)


def _write(texts: list[Words], district: District, learnt: "_Learnt") -> None:
    stored = SearchEntry.objects.filter(district=district, about_uid__in=[text.document.uid for text in texts])
    known = {(row[0], row[1]): row[2:] for row in stored.values_list("kind", "about_uid", "tokens", "words")}
    rows = []
    for text in texts:
        document = text.document
        held = text.lexemes(district_id=district.pk, learnt=learnt.parts_of)
        words = " ".join(text.spelt())
        if known.get((document.kind, document.uid)) == (held, words):
            continue
        rows.append(
            SearchEntry(
                district=district,
                kind=document.kind,
                about_uid=document.uid,
                is_public=document.is_public,
                stamp=secrets.randbelow(2**31),
                words=words,
                tokens=held,
            )
        )
    SearchEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["district", "kind", "about_uid"], update_fields=_WRITTEN
    )


def drop_document(kind: str, uid: str, *, district: District) -> None:
    """Take a thing out of the index; nothing happens when it is not there."""
    SearchEntry.objects.filter(district=district, kind=kind, about_uid=uid).delete()


class _Learnt:
    """Words that stand alone in the district's texts and in the documents at hand; what they make of unknown compounds."""

    def __init__(self, district: District, texts: list[Words]) -> None:
        fresh = {key_of(word) for text in texts for word in text.spelt() if is_learnable(word)}
        is_worth_reading = len(texts) >= MANY
        self._words = fresh | (lexicon.words_of(district).learnt if is_worth_reading else lexicon.learnt_so_far(district))
        self._known: dict[str, tuple[str, ...]] = {}

    def parts_of(self, word: str) -> tuple[str, ...]:
        key = key_of(joined(word))
        if not may_hold_listed(key):
            return ()
        if key not in self._known:
            self._known[key] = split(key, self._words)
        return self._known[key]
