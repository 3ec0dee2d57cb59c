"""Reads of the vocabulary: what is offered, and the word for it in the reader's language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bruecke.core import audit, memo
from bruecke.core.memo import remembered
from bruecke.core.models import AuditEntry, District
from bruecke.core.translations import Origin, Text
from bruecke.core.viewer import Viewer
from bruecke.vocabulary.models import DistrictTerm, Language, Term, Topic

SOURCE_LANGUAGE = "de"
_READ_AS_WELL = {"prs": "fa"}  # who reads Dari reads Persian sooner than German


def topics() -> list[Topic]:
    """Topics on offer in their fixed order; the first six are the frequent ones of the start page. One query at most."""
    return list(remembered("vocabulary.topics", lambda: tuple(Topic.objects.filter(is_active=True).order_by("order", "key"))))


def topic(key: str) -> Topic | None:
    """A topic by its key, also a retired one."""
    return Topic.objects.filter(pk=key).first()


def languages(*, frequent_first: bool = True) -> list[Language]:
    """Languages on offer: the frequent ones first, then the others, each in the fixed order. One query at most."""
    rows = remembered("vocabulary.languages", lambda: tuple(Language.objects.filter(is_active=True).order_by("order", "code")))
    return sorted(rows, key=lambda row: not row.is_frequent) if frequent_first else list(rows)


def language(code: str) -> Language | None:
    """A language by its BCP 47 code, also a retired one."""
    return Language.objects.filter(pk=code).first()


@dataclass(frozen=True, slots=True)
class TermView:
    """A term as one district uses it: its own words laid over the shared ones."""

    taxonomy: str
    key: str
    labels: Mapping[str, str]
    synonyms: Mapping[str, list[str]] = field(default_factory=dict)
    parent_key: str = ""
    icon: str = ""
    order: int = 0
    is_own: bool = False
    is_offered: bool = True

    @property
    def pk(self) -> str:
        return self.key

    def __str__(self) -> str:
        return self.labels.get(SOURCE_LANGUAGE, self.key)


Entry = Topic | Language | TermView


def terms(taxonomy: str, *, district: District) -> tuple[TermView, ...]:
    """What the district offers of a taxonomy: shared ones in their order, its own ones at the end. Two queries at most."""
    return tuple(view for view in _known(taxonomy, district).values() if view.is_offered)


def term(taxonomy: str, key: str, *, district: District) -> TermView | None:
    """One term by its key, also a retired or hidden one."""
    return _known(taxonomy, district).get(key)


def _known(taxonomy: str, district: District) -> dict[str, TermView]:
    key = f"vocabulary.terms:{district.pk}:{taxonomy}"
    return remembered(key, lambda: _laid_over(taxonomy), version=district.public_version)


def all_terms(taxonomy: str, *, district: District) -> list[TermView]:
    """Every term of a taxonomy for the page that keeps them: shared ones on offer or hidden here, and the district's own."""
    retired = set(Term.objects.filter(taxonomy=taxonomy, is_active=False).order_by().values_list("key", flat=True))
    return [view for view in _known(taxonomy, district).values() if view.key not in retired]


def own_term(viewer: Viewer, taxonomy: str, key: str) -> DistrictTerm | None:
    """The district's row for a term, as the viewer may see it."""
    return DistrictTerm.objects.visible_to(viewer).filter(taxonomy=taxonomy, key=key).first()


def shared_labels(taxonomy: str) -> dict[str, str]:
    """The shared German words by key, whatever districts make of them. One query."""
    rows = Term.objects.filter(taxonomy=taxonomy).order_by("key").values_list("key", "labels")
    return {key: labels.get(SOURCE_LANGUAGE, key) for key, labels in rows}


def shared_term(taxonomy: str, key: str) -> Term | None:
    """The shared term, whatever the district makes of it."""
    return Term.objects.filter(taxonomy=taxonomy, key=key).first()


@dataclass(frozen=True, slots=True)
class TermChange:
    """An entry of the log about a term: who, when, what."""

    who: str
    at: datetime
    verb: str
    fields: tuple[str, ...]


def term_changes(row: DistrictTerm, *, limit: int = 10) -> list[TermChange]:
    """What the log says of a district's term, newest first; values are not in the log."""
    entries = AuditEntry.objects.filter(target_type=row._meta.label_lower, target_uid=row.uid, is_refusal=False)
    rows = list(entries.order_by("-pk")[:limit])
    names = {account: audit.name_of(account) for account in {entry.actor_id for entry in rows}}
    return [TermChange(names[entry.actor_id], entry.at, entry.verb, tuple(entry.fields)) for entry in rows]


def forget_terms() -> None:
    """A district's words changed: this process knows at once, others within the life of their memory."""
    memo.forget()


def _laid_over(taxonomy: str) -> dict[str, TermView]:
    own = {row.key: row for row in DistrictTerm.objects.filter(taxonomy=taxonomy).order_by("key")}
    shared = Term.objects.filter(taxonomy=taxonomy).order_by("order", "key")
    views = {row.key: _shared_view(row, own.pop(row.key, None)) for row in shared}
    for number, (key, row) in enumerate(sorted(own.items(), key=lambda item: str(item[1])), start=1000):
        if row.is_own:
            views[key] = TermView(
                taxonomy, key, row.labels, row.synonyms, row.parent_key, order=number, is_own=True, is_offered=not row.is_hidden
            )
    return views


def _shared_view(row: Term, own: DistrictTerm | None) -> TermView:
    labels = {**row.labels, **(own.labels if own else {})}
    words = _joined(row.synonyms, _joined(own.synonyms, {}) if own else {})
    if own and own.labels:
        words = _joined(words, {lang: [row.labels[lang]] for lang in own.labels if lang in row.labels})
    is_offered = row.is_active and not (own and own.is_hidden)
    return TermView(row.taxonomy, row.key, labels, words, row.parent_key, row.icon, row.order, is_offered=is_offered)


def _joined(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {lang: list(dict.fromkeys([*one.get(lang, []), *other.get(lang, [])])) for lang in {*one, *other}}


def words_of(taxonomy: str, key: str, *, district: District) -> tuple[tuple[str, str], ...]:
    """(language, word): every label and synonym of a term or, with the taxonomy "language" or "topic", of those."""
    entry: Any = _entry(taxonomy, key, district)
    if entry is None:
        return ()
    labels = [(lang, text) for lang, text in sorted(entry.labels.items()) if text]
    return (*labels, *((lang, word) for lang, words in sorted(entry.synonyms.items()) for word in words))


def _entry(taxonomy: str, key: str, district: District) -> Entry | None:
    if taxonomy == "language":
        return next((one for one in languages() if one.pk == key), None) or language(key)
    if taxonomy == "topic":
        return next((one for one in topics() if one.pk == key), None) or topic(key)
    return term(taxonomy, key, district=district)


def categories_for(topic_key: str) -> tuple[str, ...]:
    """Keys of the categories whose offers answer questions of a topic, the closest first."""
    return tuple(next((one.categories for one in topics() if one.pk == topic_key), ()))


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing of the field. `said`: German phrases by which a text shows that it speaks of it; `words`: what people ask
    with, {language: words}, `said` among the German ones."""

    said: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]


ASKED = "asked"
"""In `concepts.json`: German words that are asked with, but would tell too little if they stood in a text."""


@cache
def concepts() -> tuple[Concept, ...]:
    """Things of the field with their words in all languages; they come with the program."""
    rows = json.loads((Path(__file__).parent / "data" / "concepts.json").read_text(encoding="utf-8"))
    found = []
    for row in rows:
        german = (*row[SOURCE_LANGUAGE], *row.pop(ASKED, ()))
        said = tuple(row[SOURCE_LANGUAGE])
        found.append(Concept(said, {lang: tuple(words) for lang, words in row.items()} | {SOURCE_LANGUAGE: german}))
    return tuple(found)


def label(entry: Entry, lang: str) -> str:
    """The entry's word in `lang`, else in German."""
    return label_text(entry, lang).text


def label_text(entry: Entry, lang: str) -> Text:
    """Like `label`, with the language the word is really in, so that a fallback can carry `lang`."""
    return _in(dict(entry.labels), lang, str(entry.pk))


def description_text(entry: Topic, lang: str) -> Text:
    """The sentence that explains a topic, in `lang` or German; empty where there is none."""
    return _in(entry.descriptions, lang, "")


def _in(texts: dict[str, str], lang: str, default: str) -> Text:
    plain = lang.split("-", maxsplit=1)[0]
    for code in (lang, plain, _READ_AS_WELL.get(plain, "")):
        if texts.get(code):
            return Text(texts[code], code, Origin.SOURCE if code == SOURCE_LANGUAGE else Origin.HUMAN)
    return Text(texts.get(SOURCE_LANGUAGE, default), SOURCE_LANGUAGE)
