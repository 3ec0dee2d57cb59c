"""The catalogue of the demo districts: invented providers and offers from `data/`, a few hints and proposals that wait."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bruecke.core.clock import BERLIN, local_day
from bruecke.core.models import District
from bruecke.core.registries import DemoContext, DemoStage
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.directory import actions as directory
from bruecke.directory.models import Location, Organisation
from bruecke.offers import actions, rules
from bruecke.offers.actions import NewOffer
from bruecke.offers.models import Offer
from bruecke.offers.states import ConfirmedBy, FeedbackReason, OfferState
from bruecke.places.models import Area

SOURCE = "demo"
WRITTEN_ON = date(2026, 11, 23)
"""The days in the file are told from here; they move on with the demo by whole weeks."""
_DAYS = ("valid_from", "valid_until", "places_free_on")
_AS_IT_IS = (
    *("title", "description", "terms", "age_min", "age_max", "areas", "is_online", "cost_kind", "cost_cents", "cost_note"),
    *("registration", "registration_note", "status_requirement", "documents", "has_childcare", "is_accessible"),
    *("places_total", "places_free", "visibility"),
)
_HINTS = (
    (FeedbackReason.TIMES, "Der Kurs beginnt jetzt eine halbe Stunde später."),
    (FeedbackReason.CONTACT, "Unter der Nummer meldet sich niemand."),
    (FeedbackReason.GONE, ""),
)


@cache
def content() -> dict[str, list[dict[str, Any]]]:
    path = Path(__file__).parents[1] / "data" / "demo_offers.json"
    read: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return read


def load_offers(context: DemoContext) -> None:
    """Offers under `made["offers"][slug, key]`; what is there stays as it is."""
    offers = context.made.setdefault("offers", {})
    for district in context.districts:
        with for_district(district):
            known = {offer.external_key: offer for offer in Offer.objects.filter(external_source=SOURCE).order_by("pk")}
            if not known:
                known = _load(district, context)
                if context.stage is not DemoStage.YEAR:
                    say_something(list(known.values()), district, context.now)
            offers |= {(district.slug, key): offer for key, offer in known.items()}


def _load(district: District, context: DemoContext) -> dict[str, Offer]:
    wanted = [entry for entry in content()["offers"] if entry["district"] == district.slug]
    owners, houses = providers(district, content()["organisations"], context)
    new = [offer_of(entry, owners, houses, now=context.now, today=local_day(context.end)) for entry in wanted]
    made = actions.create_offers(district=district, offers=new, viewer=Viewer.system("demo", district.pk), now=context.now)
    return {offer.external_key: offer for offer in made}


def providers(
    district: District, entries: list[dict[str, Any]], context: DemoContext
) -> tuple[dict[str, Organisation], dict[str, Location]]:
    """Providers and houses by their keys in the file; those of the same name that are there already are taken."""
    viewer = Viewer.system("demo", district.pk)
    known = {row.name: row for row in Organisation.objects.active().select_related("district").order_by("pk")}
    places = {(row.organisation_id, row.name): row for row in Location.objects.active().order_by("pk")}
    areas = _areas(entries)
    owners: dict[str, Organisation] = {}
    houses: dict[str, Location] = {}
    for entry in entries:
        if entry["district"] != district.slug:
            continue
        values = {name: entry[name] for name in ("name", "kind", "email", "phone", "website")}
        owner = known.get(entry["name"]) or directory.create_organisation(
            district=district, values=values, viewer=viewer, now=context.now
        )
        owners[entry["key"]] = owner
        for house in entry["locations"]:
            there = places.get((owner.pk, house["name"]))
            houses[house["key"]] = there or _house(owner, house, areas[house["ags"]], viewer, context.now)
    return owners, houses


def _house(owner: Organisation, entry: Mapping[str, Any], area: Area, viewer: Viewer, now: datetime) -> Location:
    values: dict[str, Any] = {name: entry[name] for name in ("name", "street", "postcode", "town", "is_accessible", "lat", "lon")}
    values["area"] = area
    return directory.create_location(organisation=owner, values=values, viewer=viewer, now=now)


def _areas(entries: list[dict[str, Any]]) -> dict[str, Area]:
    """The municipalities of the houses. One query."""
    return Area.objects.in_bulk({house["ags"] for entry in entries for house in entry["locations"]})


def offer_of(
    entry: Mapping[str, Any], owners: Mapping[str, Organisation], houses: Mapping[str, Location], *, now: datetime, today: date
) -> NewOffer:
    """An entry of the file as an offer entered at `now`; the days in it are told from `today`."""
    values = {name: entry[name] for name in _AS_IT_IS}
    values |= {name: _moved(entry[name], today) for name in _DAYS}
    values["provider"] = owners[entry["organisation"]]
    values["locations"] = [houses[key] for key in entry["locations"]]
    values["schedules"] = [
        {
            **rule,
            "first_on": _moved(rule["first_on"], today),
            "until_on": _moved(rule["until_on"], today),
            "exdates": [_moved(day, today) for day in rule["exdates"]],
            "location": houses[rule["location"]].uid if rule["location"] else "",
        }
        for rule in entry["schedules"]
    ]
    values["translations"] = {
        lang: {name: {"text": text} for name, text in texts.items()} for lang, texts in entry["translations"].items()
    }
    days = entry["confirmed_days_ago"]
    entered_on = local_day(now)
    confirmed_on = entered_on - timedelta(days=days) if days is not None else None
    entered = datetime.combine(confirmed_on or entered_on - timedelta(days=150), time(10), tzinfo=BERLIN)
    return NewOffer(
        values=values,
        state=OfferState(entry["state"]),
        confirmed_on=confirmed_on,
        confirmed_by=ConfirmedBy.OFFICE if confirmed_on else None,
        external_source=SOURCE,
        external_key=entry["key"],
        created_at=min(entered, now),
    )


def _moved(day: str | None, today: date) -> str | None:
    """The day as far from today as it was from the day of writing, in whole weeks, so that Tuesdays stay Tuesdays."""
    if day is None:
        return None
    return (date.fromisoformat(day) + timedelta(days=(today - WRITTEN_ON).days // 7 * 7)).isoformat()


def say_something(offers: list[Offer], district: District, now: datetime) -> None:
    """Three hints of readers, and two providers that want something changed."""
    shown = [offer for offer in offers if rules.is_published(offer, local_day(now))]
    for offer, (reason, text) in zip(shown[3::17], _HINTS, strict=False):
        viewer = Viewer.anonymous(district.pk)
        actions.give_feedback(offer=offer, reason=reason, text=text, language="de", viewer=viewer, now=now - timedelta(days=2))
    for offer, values in zip(
        shown[5::23], ({"documents": "Ausweis"}, {"registration_note": "Bitte per E-Mail anmelden"}), strict=False
    ):
        viewer = Viewer.link(rules.LINK_PURPOSE, offer.provider.uid, district.pk)
        actions.propose_changes(offer=offer, values=values, viewer=viewer, now=now - timedelta(days=1))
