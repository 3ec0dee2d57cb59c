"""An offer as a row of the table that can be taken over again: the export of the inventory."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from bruecke.core.models import District
from bruecke.core.sheets import OutColumn
from bruecke.directory.models import Location
from bruecke.offers import queries
from bruecke.offers.importers.columns import COLUMNS
from bruecke.offers.importers.times import write_times
from bruecke.offers.models import COST_LABELS, REGISTRATION_LABELS, STATE_LABELS, VISIBILITY_LABELS, Offer
from bruecke.offers.states import CostKind, FacetKind, OfferState, Registration, Visibility

_AS_IT_IS = (
    *("title", "description", "age_min", "age_max", "schedule_note", "cost_note", "registration_note", "status_requirement"),
    *("documents", "has_childcare", "is_accessible", "places_total", "places_free", "places_free_on", "contact_email"),
    *("contact_phone", "website", "valid_from", "confirmed_on", "is_online"),
)
_ONE_DAY = timedelta(days=1)


def out_columns() -> list[OutColumn]:
    return [OutColumn(column.key, column.label, column.kind) for column in COLUMNS]


def out_rows(offers: Iterable[Offer], *, district: District) -> list[dict[str, Any]]:
    """One row an offer, by the keys of the columns. One query beside those that loaded the offers."""
    rows = list(offers)
    houses = queries.locations_by_uid(
        *rows, *([entry["location"] for entry in row.schedules if entry.get("location")] for row in rows)
    )
    words: dict[tuple[FacetKind, str], str] = {}
    return [out_row(row, district=district, houses=houses, words=words) for row in rows]


def out_row(
    offer: Offer, *, district: District, houses: Mapping[str, Location], words: dict[tuple[FacetKind, str], str]
) -> dict[str, Any]:
    """`words` remembers labels from row to row."""
    own = [houses[uid] for uid in offer.locations if uid in houses]
    return {
        **{name: getattr(offer, name) for name in _AS_IT_IS},
        "key": offer.external_key or offer.uid,
        "provider": offer.provider.name,
        "provider_email": offer.provider.email,
        **{kind.value: _labels(offer, kind, district, words) for kind in FacetKind},
        "place": "; ".join(_flat(house.name) for house in own),
        "address": _in_step([_flat(house.address) for house in own]),
        "municipality": _in_step([house.area.name if house.area else "" for house in own]),
        "areas": "; ".join(_("ganzer Landkreis") if ags == district.ags else queries.place_label(ags) for ags in offer.areas),
        "schedules": write_times(offer.schedules, {uid: house.name for uid, house in houses.items()}),
        "cost": _cost(offer),
        "registration": str(REGISTRATION_LABELS[Registration(offer.registration)]),
        "last_day": offer.valid_until - _ONE_DAY if offer.valid_until else None,
        "visibility": str(VISIBILITY_LABELS[Visibility(offer.visibility)]),
        "state": str(STATE_LABELS[OfferState(offer.state)]),
    }


def _labels(offer: Offer, kind: FacetKind, district: District, words: dict[tuple[FacetKind, str], str]) -> str:
    for key in offer.keys(kind):
        if (kind, key) not in words:
            words[kind, key] = queries.label_of(kind, key, district=district)
    return "; ".join(words[kind, key] for key in offer.keys(kind))


def _flat(text: str) -> str:
    return " ".join(text.replace(";", ",").split())


def _in_step(parts: list[str]) -> str:
    """Parallel to the houses; nothing when none of them has it."""
    return "; ".join(parts) if any(parts) else ""


def _cost(offer: Offer) -> str:
    if offer.cost_cents:
        return f"{offer.cost_cents // 100},{offer.cost_cents % 100:02d} Euro"
    return str(COST_LABELS[CostKind(offer.cost_kind)])
