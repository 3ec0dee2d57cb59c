"""The fields of an offer that people edit: their order, how they stand in JSON, and how a value reads in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bruecke.core.models import District
from bruecke.directory.models import Location, Organisation
from bruecke.offers.models import COST_LABELS, REGISTRATION_LABELS, STATE_LABELS, TRANSLATED, VISIBILITY_LABELS, Offer
from bruecke.offers.queries.schedules import rule_in_words
from bruecke.offers.queries.words import label_of, place_label
from bruecke.offers.states import CostKind, FacetKind, OfferState, Registration, Visibility

EDITABLE = (
    *("title", "description", "provider", "terms", "age_min", "age_max", "areas", "locations", "is_online"),
    *("schedules", "schedule_note", "cost_kind", "cost_cents", "cost_note", "registration", "registration_note"),
    *("status_requirement", "documents", "has_childcare", "is_accessible", "places_total", "places_free", "places_free_on"),
    *("contact_email", "contact_phone", "website", "valid_from", "valid_until", "visibility", "translations"),
)
"""Keys of `values` in the actions, in the order of the form."""
PROPOSABLE = tuple(name for name in EDITABLE if name not in {"provider", "visibility", "translations", "places_free_on"})
"""What a provider may propose to change in its own entries."""
STATE = "state"
"""Stands beside the proposed fields when a provider says that the offer is over."""
DAYS = frozenset({"places_free_on", "valid_from", "valid_until"})
_CHOICES: dict[str, tuple[Any, Mapping[Any, Any]]] = {
    "cost_kind": (CostKind, COST_LABELS),
    "registration": (Registration, REGISTRATION_LABELS),
    "visibility": (Visibility, VISIBILITY_LABELS),
    "state": (OfferState, STATE_LABELS),
}


def column_of(field: str) -> str:
    """The attribute that holds the comparable value: the id of the provider, else the field itself."""
    return "provider_id" if field == "provider" else field


def as_json(field: str, value: Any) -> Any:
    """A cleaned value as it stands in a proposal: days as ISO text, all else as it is."""
    return value.isoformat() if field in DAYS and value is not None else value


def from_json(field: str, value: Any) -> Any:
    """Back from `as_json`."""
    return date.fromisoformat(value) if field in DAYS and value else value


def snapshot(record: Any, fields: Iterable[str] = EDITABLE) -> dict[str, Any]:
    """The values of an offer or of one of its past versions, comparable and fit for JSON."""
    return {field: as_json(field, getattr(record, column_of(field))) for field in fields}


def label_of_field(field: str) -> Any:
    """What the field is called in forms, lists and mails."""
    column: Any = Offer._meta.get_field(field)
    return column.verbose_name


def in_words(field: str, value: Any, *, district: District, locations: Mapping[str, Location] | None = None) -> str:
    """A value (as of `snapshot`) in German words, for comparing two states; "–" where nothing stands."""
    if value is None or value in ("", [], {}):
        return "–"
    if field in _CHOICES:
        kind, labels = _CHOICES[field]
        return str(labels[kind(value)])
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if field in DAYS:
        return date_format(date.fromisoformat(str(value)), "d.m.Y")
    if field == "cost_cents":
        return _("%(amount)s Euro") % {"amount": f"{value // 100},{value % 100:02d}"}
    reader = _READERS.get(field)
    return reader(value, district, locations or {}) if reader else str(value)


def _terms(value: Mapping[str, list[str]], district: District, locations: Mapping[str, Location]) -> str:
    return "; ".join(
        ", ".join(label_of(kind, key, district=district) for key in value.get(kind.value, ()))
        for kind in FacetKind
        if value.get(kind.value)
    )


def _areas(value: list[str], district: District, locations: Mapping[str, Location]) -> str:
    return ", ".join(place_label(ags) for ags in value)


def _locations(value: list[str], district: District, locations: Mapping[str, Location]) -> str:
    return ", ".join(locations[uid].name if uid in locations else _("Ort nicht mehr vorhanden") for uid in value)


def _schedules(value: list[dict[str, Any]], district: District, locations: Mapping[str, Location]) -> str:
    return "; ".join(rule_in_words(entry, "de") for entry in value)


def _translations(value: Mapping[str, Any], district: District, locations: Mapping[str, Location]) -> str:
    """Which languages there are, and in how many fields; the texts themselves stand in the form."""
    parts = []
    for lang in sorted(value):
        count = sum(1 for field in TRANSLATED if value[lang].get(field, {}).get("text"))
        parts.append(f"{label_of(FacetKind.LANGUAGE, lang, district=district)} ({count})")
    return ", ".join(parts)


def _provider(value: int, district: District, locations: Mapping[str, Location]) -> str:
    return Organisation.objects.filter(pk=value).values_list("name", flat=True).first() or "–"


_READERS: dict[str, Any] = {
    "terms": _terms,
    "areas": _areas,
    "locations": _locations,
    "schedules": _schedules,
    "translations": _translations,
    "provider": _provider,
}
