"""Writes of the vocabulary: the shared tables by import, and a district's own words by its leading office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bruecke.core import audit, memo
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.events import Event, publish
from bruecke.core.folding import find_key
from bruecke.core.models import District
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.vocabulary import queries, rules
from bruecke.vocabulary.models import OWN_PREFIX, DistrictTerm, Language, Term, Topic
from bruecke.vocabulary.states import Taxonomy

LABEL_LENGTH, WORD_LENGTH, MOST_WORDS = 80, 60, 30


@dataclass(frozen=True, kw_only=True)
class TermsChanged(Event):
    """A district calls something otherwise, hides, shows or adds a term: what is found by its words follows."""

    taxonomy: str
    key: str


@transaction.atomic
def replace_vocabulary(*, topics: Sequence[Topic], languages: Sequence[Language], terms: Sequence[Term] = (), now: datetime) -> int:
    """Make these the entries on offer; returns how many rows changed.

    Effects: new rows, changed rows; entries that are not named are retired (`is_active` false), never deleted.
    `now` stands for the moment of the change; the tables keep none.
    """
    changed = sum(_replace(rows) for rows in (topics, languages, terms) if rows)
    memo.forget()
    return changed


def _replace(rows: Sequence[Topic] | Sequence[Language] | Sequence[Term]) -> int:
    model: type[models.Model] = type(rows[0])
    names = [field.attname for field in model._meta.concrete_fields]
    known = {row["pk"]: row for row in model._default_manager.order_by("pk").values("pk", *names)}
    changed: list[Any] = [
        row for row in rows if known.get(row.pk) != {"pk": row.pk, **{name: getattr(row, name) for name in names}}
    ]
    for row in changed:
        row.save(force_insert=row.pk not in known, force_update=row.pk in known)
    kept = [row.pk for row in rows]
    return len(changed) + model._default_manager.exclude(pk__in=kept).filter(is_active=True).update(is_active=False)


# --- a district's own words ----------------------------------------------------------------------------------------------


@transaction.atomic
def add_term(
    *,
    district: District,
    taxonomy: str,
    labels: Mapping[str, str],
    synonyms: Mapping[str, Sequence[str]],
    parent_key: str = "",
    viewer: Viewer,
    now: datetime,
) -> DistrictTerm:
    """A term that only this district has. Its key is made from the German label and never changes.

    Effects: audit entry `vocabulary.term_added`; event `TermsChanged`; public pages are fresh.
    Raises: NotAllowed, Invalid by field (`labels.<lang>`, `synonyms.<lang>`, `parent_key`).
    """
    _allow(viewer, district)
    row = DistrictTerm(district=district, taxonomy=_taxonomy(taxonomy), key="", parent_key=parent_key)
    row.labels, row.synonyms = _words(row, labels, synonyms, district)
    if parent_key and all(term.key != parent_key for term in queries.terms(taxonomy, district=district)):
        raise Invalid({"parent_key": _("Diesen Oberbegriff gibt es nicht.")})
    row.key = _free_key(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Invalid({"labels.de": _("Diesen Begriff gibt es schon.")}) from error
    _tell(row, "added", ["labels"], viewer, now)
    return row


@transaction.atomic
def relabel_term(
    *,
    district: District,
    taxonomy: str,
    key: str,
    labels: Mapping[str, str],
    synonyms: Mapping[str, Sequence[str]],
    version: int | None,
    viewer: Viewer,
    now: datetime,
) -> DistrictTerm:
    """Call a term otherwise here. What is empty, or as in the shared words, stays shared; the shared word is still found.

    Effects: audit entry `vocabulary.term_changed` with the languages; event `TermsChanged`; public pages are fresh.
    Nothing is saved when nothing differs. Raises: NotAllowed, Stale, WrongState for an unknown term, Invalid by field.
    """
    _allow(viewer, district)
    row = _row(district, taxonomy, key)
    row.check_version(version)
    before = (row.labels, row.synonyms)
    row.labels, row.synonyms = _words(row, labels, synonyms, district)
    names = [f"labels.{lang}" for lang in {*before[0], *row.labels} if before[0].get(lang) != row.labels.get(lang)]
    names += [f"synonyms.{lang}" for lang in {*before[1], *row.synonyms} if before[1].get(lang) != row.synonyms.get(lang)]
    if names:
        _save(row)
        _tell(row, "changed", names, viewer, now)
    return row


@transaction.atomic
def hide_term(*, district: District, taxonomy: str, key: str, viewer: Viewer, now: datetime) -> DistrictTerm:
    """Do not offer a term here any more; what carries it keeps it.

    Effects: audit entry `vocabulary.term_hidden`; event `TermsChanged`; public pages are fresh. Raises: NotAllowed, WrongState.
    """
    return _set_hidden(district, taxonomy, key, viewer, now, is_hidden=True)


@transaction.atomic
def show_term(*, district: District, taxonomy: str, key: str, viewer: Viewer, now: datetime) -> DistrictTerm:
    """Take hiding back. Effects: audit entry `vocabulary.term_shown`; else as `hide_term`. Raises: NotAllowed, WrongState."""
    return _set_hidden(district, taxonomy, key, viewer, now, is_hidden=False)


@transaction.atomic
def reset_term(*, district: District, taxonomy: str, key: str, viewer: Viewer, now: datetime) -> DistrictTerm:
    """Back to the shared words. Effects: audit entry `vocabulary.term_reset`; else as `relabel_term`.

    Raises: NotAllowed, WrongState for a term of the district's own or one that has no own words.
    """
    _allow(viewer, district)
    row = _row(district, taxonomy, key)
    if row.is_own or not (row.labels or row.synonyms):
        raise WrongState(_("Dieser Begriff hat keine eigenen Wörter."))
    row.labels, row.synonyms = {}, {}
    _save(row)
    _tell(row, "reset", ["labels", "synonyms"], viewer, now)
    return row


def _set_hidden(district: District, taxonomy: str, key: str, viewer: Viewer, now: datetime, *, is_hidden: bool) -> DistrictTerm:
    _allow(viewer, district)
    row = _row(district, taxonomy, key)
    if row.is_hidden == is_hidden:
        raise WrongState(_("Das ist schon so."))
    row.is_hidden = is_hidden
    _save(row)
    _tell(row, "hidden" if is_hidden else "shown", ["is_hidden"], viewer, now)
    return row


def _allow(viewer: Viewer, district: District) -> None:
    if not rules.can_edit_terms(viewer) or (viewer.district_id is not None and viewer.district_id != district.pk):
        raise NotAllowed


def _taxonomy(text: str) -> str:
    if text not in {item.value for item in Taxonomy}:
        raise WrongState(_("Diese Einordnung gibt es nicht."))
    return text


def _row(district: District, taxonomy: str, key: str) -> DistrictTerm:
    """The district's row for a term, locked, or a new unsaved one for a shared term. Raises: WrongState."""
    row = DistrictTerm.objects.select_for_update(of=("self",)).filter(taxonomy=_taxonomy(taxonomy), key=key).first()
    if row is not None:
        return row
    if not Term.objects.filter(taxonomy=taxonomy, key=key).exists():
        raise WrongState(_("Diesen Begriff gibt es nicht."))
    return DistrictTerm(district=district, taxonomy=taxonomy, key=key)


def _save(row: DistrictTerm) -> None:
    """Raises: Stale when somebody made the first row for this term meanwhile."""
    if row.pk:
        row.save_next()
        return
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Stale from error


def _tell(row: DistrictTerm, what: str, fields: Sequence[str], viewer: Viewer, now: datetime) -> None:
    audit.record(verb=f"vocabulary.term_{what}", target=row, viewer=viewer, now=now, fields=fields)
    queries.forget_terms()
    publish(TermsChanged(district_id=row.district_id, viewer=viewer, now=now, taxonomy=row.taxonomy, key=row.key))
    touch_public(row.district)


def _words(
    row: DistrictTerm, labels: Mapping[str, str], synonyms: Mapping[str, Sequence[str]], district: District
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Checked words; what only repeats the shared ones is left out. Raises: Invalid."""
    shared = Term.objects.filter(taxonomy=row.taxonomy, key=row.key).first() if row.key else None
    known = {language.code for language in queries.languages()} | {queries.SOURCE_LANGUAGE}
    errors: dict[str, object] = {}
    clean = {lang: " ".join(str(text).split()) for lang, text in labels.items()}
    for lang, text in clean.items():
        if lang not in known:
            errors[f"labels.{lang}"] = _("Diese Sprache gibt es nicht.")
        elif len(text) > LABEL_LENGTH:
            errors[f"labels.{lang}"] = _("Bitte kürzen Sie den Text auf höchstens %(count)s Zeichen.") % {"count": LABEL_LENGTH}
        elif text and not find_key(text):
            errors[f"labels.{lang}"] = _("Bitte schreiben Sie ein Wort.")
    if shared is None and not clean.get(queries.SOURCE_LANGUAGE):
        errors["labels.de"] = _("Bitte geben Sie die deutsche Bezeichnung ein.")
    found = {lang: _single_words(words, errors, lang) for lang, words in synonyms.items()}
    german = clean.get(queries.SOURCE_LANGUAGE, "")
    if german and _is_taken(row, german, district):
        errors["labels.de"] = _("So heißt schon ein anderer Begriff.")
    if errors:
        raise Invalid(errors)
    own = {lang: text for lang, text in clean.items() if text and (shared is None or text != shared.labels.get(lang))}
    return own, {lang: words for lang, words in found.items() if words}


def _single_words(words: Sequence[str], errors: dict[str, object], lang: str) -> list[str]:
    found = list(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    if len(found) > MOST_WORDS or any(len(word) > WORD_LENGTH for word in found):
        sentence = _("Bitte höchstens %(words)s Suchwörter mit je höchstens %(count)s Zeichen.")
        errors[f"synonyms.{lang}"] = sentence % {"words": MOST_WORDS, "count": WORD_LENGTH}
    return found


def _is_taken(row: DistrictTerm, german: str, district: District) -> bool:
    others = (term for term in queries.terms(row.taxonomy, district=district) if term.key != row.key)
    return any(find_key(str(term)) == find_key(german) for term in others)


def _free_key(row: DistrictTerm) -> str:
    """ "eigen-naehstube", with a number where there was one of that name before."""
    stem = f"{OWN_PREFIX}{slugify(find_key(row.labels[queries.SOURCE_LANGUAGE]))[:44] or 'begriff'}"
    taken = set(DistrictTerm.objects.filter(taxonomy=row.taxonomy, key__startswith=stem).order_by().values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{number}" for number in range(2, 1000))) if key not in taken)
