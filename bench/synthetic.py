"""A large invented inventory for measuring: districts with municipalities, providers, houses and offers, written in bulk.

The texts are those of the demo offers with other places, times and neighbours' sentences, so that words are as frequent as
in real inventories; everything comes from one seed. `grow` adds districts until the wanted number of offers is there.
"""

import json
import math
import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BIG, SMALL = 10_000, 250
OFFERS_A_PROVIDER = 4
_FRONT = [
    "Alten",
    "Berg",
    "Birken",
    "Eich",
    "Erlen",
    "Fichten",
    "Grün",
    "Hain",
    "Hirsch",
    "Kalk",
    "Kirch",
    "Linden",
    "Mühl",
    "Neu",
    "Ober",
    "Rosen",
    "Sand",
    "Stein",
    "Tannen",
    "Unter",
]
_BACK = [
    "au",
    "bach",
    "berg",
    "burg",
    "dorf",
    "felde",
    "grund",
    "hain",
    "hausen",
    "heim",
    "hof",
    "ingen",
    "kirchen",
    "leben",
    "rode",
    "stadt",
    "stedt",
    "tal",
    "walde",
    "witz",
]
_OWNERS = [
    "Nachbarschaftshilfe",
    "Bildungswerk",
    "Familienzentrum",
    "Begegnungsstätte",
    "Bürgerverein",
    "Sportverein",
    "Volkshochschule",
]
_TIMES = ("am Vormittag", "am Nachmittag", "am Abend", "am Wochenende", "für Anfänger", "mit Kinderbetreuung", "Gruppe 2", "")
_STREETS = [
    "Bahnhofstraße",
    "Hauptstraße",
    "Gartenweg",
    "Schulstraße",
    "Marktplatz",
    "Dorfstraße",
    "Lindenallee",
    "Kirchgasse",
    "Ringstraße",
]


@dataclass(frozen=True, slots=True)
class Spot:
    ags: str
    name: str
    lat: float
    lon: float


def templates() -> list[dict[str, Any]]:
    path = ROOT / "src/bruecke/offers/data/demo_offers.json"
    return json.loads(path.read_text(encoding="utf-8"))["offers"]


def prepare(now: Any) -> None:
    """Tables, vocabulary, nothing else."""
    from django.core.management import call_command

    from bruecke.vocabulary.importers import load_shipped_vocabulary

    call_command("migrate", interactive=False, verbosity=0)
    load_shipped_vocabulary(now)


def grow(offers: int, now: Any) -> int:
    """The big district first, then small ones, until there are so many offers; returns how many there are."""
    from bruecke.core.models import District
    from bruecke.places.actions import touch_register

    known = District.objects.count()
    total = BIG + (known - 1) * SMALL if known else 0
    while total < offers:
        make_district(known, BIG if known == 0 else SMALL, now)
        total += BIG if known == 0 else SMALL
        known += 1
    touch_register(now=now)
    return total


def make_district(number: int, size: int, now: Any) -> Any:
    """One district with everything, in one transaction."""
    from django.db import transaction

    from bruecke.core.models import District
    from bruecke.core.scope import for_district

    chance = random.Random(f"bruecke {number}")
    with transaction.atomic():
        district = District.objects.create(
            slug=f"kreis-{number:03}",
            name=f"Landkreis {_FRONT[number % len(_FRONT)]}land {number}",
            ags=f"{10_000 + number}",
            languages=["de", "ar", "uk"],
            features=["offers", "enquiries", "staffing", "consultation_hours", "figures"],
            is_published=True,
        )
        spots = _areas(district, chance, 60 if size == BIG else 25)
        with for_district(district):
            _offers(district, spots, size, chance, now)
    return district


def _areas(district: Any, chance: random.Random, count: int) -> list[Spot]:
    """Municipalities scattered over some 50 by 50 kilometres."""
    from bruecke.core.folding import find_key, sort_key
    from bruecke.places.models import Area
    from bruecke.places.states import AreaKind

    def area(kind: AreaKind, ags: str, name: str, designation: str, **more: Any) -> Area:
        keys = {"sort_key": sort_key(name), "find_key": find_key(name), "slug": f"{find_key(name).replace(' ', '-')}-{ags}"}
        return Area(kind=kind.value, ags=ags, name=name, official_name=name, designation=designation, **keys, **more)

    kreis = area(AreaKind.KREIS, district.ags, district.name.removeprefix("Landkreis "), "Landkreis")
    kreis.save(force_insert=True)
    north, east = 47.8 + 6.4 * chance.random(), 6.5 + 7.5 * chance.random()
    names = chance.sample([f"{front}{back}" for front in _FRONT for back in _BACK], count)
    spots = [
        Spot(f"{district.ags}{number:03}", name, north + chance.uniform(-0.25, 0.25), east + chance.uniform(-0.35, 0.35))
        for number, name in enumerate(names, start=1)
    ]
    Area.objects.bulk_create(
        area(AreaKind.GEMEINDE, spot.ags, spot.name, "Gemeinde", lat=spot.lat, lon=spot.lon, kreis=kreis, parent=kreis)
        for spot in spots
    )
    return spots


def _providers(district: Any, spots: list[Spot], count: int, chance: random.Random) -> dict[int, list[Any]]:
    """Organisations with one to three houses: {primary key: houses}, the organisation loaded."""
    from bruecke.core.folding import find_key, sort_key
    from bruecke.directory.models import Location, Organisation

    owners = []
    for number in range(count):
        name = f"{chance.choice(_OWNERS)} {chance.choice(spots).name} {number}"
        mail = f"kontakt-{number}@{district.slug}.example.org"
        row = Organisation(district=district, name=name, kind="association", email=mail, phone="030 23125 100")
        row.sort_key, row.find_key = sort_key(name)[:200], find_key(row.find_text())[:600]
        owners.append(row)
    owners = Organisation.objects.bulk_create(owners, batch_size=500)
    houses = []
    for owner in owners:
        for spot in chance.sample(spots, chance.choice((1, 1, 1, 2, 3))):
            street = f"{chance.choice(_STREETS)} {chance.randint(1, 90)}"
            house = Location(
                district=district, organisation=owner, name=owner.name, street=street, town=spot.name, area_id=spot.ags,
                postcode=f"{chance.randint(1000, 99_998):05}", is_accessible=chance.choice((True, False, None)),
                lat=spot.lat + chance.uniform(-0.02, 0.02), lon=spot.lon + chance.uniform(-0.03, 0.03),
            )  # fmt: skip
            house.sort_key, house.find_key = sort_key(house.name)[:200], find_key(house.find_text())[:600]
            houses.append(house)
    found: dict[int, list[Any]] = {}
    for house in Location.objects.bulk_create(houses, batch_size=500):
        found.setdefault(house.organisation_id, []).append(house)
    return found


def _offers(district: Any, spots: list[Spot], size: int, chance: random.Random, now: Any) -> None:
    from bruecke.core.clock import local_day
    from bruecke.offers.actions.derived import keep_in_step
    from bruecke.offers.models import Offer
    from bruecke.places.models import Area

    houses = _providers(district, spots, math.ceil(size / OFFERS_A_PROVIDER), chance)
    areas = Area.objects.in_bulk([spot.ags for spot in spots])
    locations = {house.uid: house for rows in houses.values() for house in rows}
    for house in locations.values():
        house.area = areas[house.area_id]
    rows = [
        _offer(district, entry, owned, spots, chance, local_day(now), now)
        for entry, owned in zip(_entries(size, chance), _in_turn(list(houses.values())), strict=False)
    ]
    for row in rows:
        row.fold()
    keep_in_step(Offer.objects.bulk_create(rows, batch_size=200), district=district, locations=locations)


def _entries(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """So many demo offers in a new order each round."""
    known = templates()
    for number in range(count):
        if number % len(known) == 0:
            chance.shuffle(known)
        yield known[number % len(known)]


def _in_turn(owned: list[list[Any]]) -> Iterator[list[Any]]:
    while True:
        yield from owned


def _offer(
    district: Any, entry: dict[str, Any], houses: list[Any], spots: list[Spot], chance: random.Random, today: date, now: Any
) -> Any:
    """A demo offer in another place, under another title, a sentence longer; one of fourteen paused, a draft or internal."""
    from bruecke.offers.models import Offer

    state = chance.choices(("active", "paused", "draft"), (93, 4, 3))[0]
    has_house = bool(entry["locations"])
    chosen = chance.sample(houses, min(len(houses), len(entry["locations"]))) if has_house else []
    town = chosen[0].town if chosen else ""
    more = chance.choice(templates_of_sentences())
    parts = [entry["title"], chance.choice(_TIMES), f"in {town}" if town and chance.random() < 0.3 else ""]
    whole_district = any(len(key) == 5 for key in entry["areas"])
    days = entry["confirmed_days_ago"]
    translations = deepcopy(entry["translations"])
    return Offer(
        district=district,
        provider=houses[0].organisation,
        title=" ".join(part for part in parts if part)[:160],
        description=f"{entry['description']} {more}",
        terms=entry["terms"],
        locations=[house.uid for house in chosen],
        areas=[district.ags] if whole_district else [chance.choice(spots).ags for _key in entry["areas"]],
        schedules=[{**rule, "location": chosen[0].uid if chosen and rule["location"] else ""} for rule in entry["schedules"]],
        translations={lang: {name: {"text": text} for name, text in texts.items()} for lang, texts in translations.items()},
        state=state,
        visibility="internal" if chance.random() < 0.03 else "public",
        confirmed_on=None if days is None else today - timedelta(days=days + chance.randint(0, 40)),
        confirmed_by="" if days is None else "office",
        created_at=now,
        changed_at=now,
        **{name: entry[name] for name in _KEPT},
    )


_KEPT = (
    *("age_min", "age_max", "is_online", "cost_kind", "cost_cents", "cost_note", "registration", "registration_note"),
    *("status_requirement", "documents", "has_childcare", "is_accessible", "places_total", "places_free", "places_free_on"),
)
_SENTENCES: list[str] = []


def templates_of_sentences() -> list[str]:
    """Single sentences of all descriptions."""
    if not _SENTENCES:
        found = {sentence.strip() for entry in templates() for sentence in entry["description"].split(". ")}
        _SENTENCES.extend(sorted(sentence.rstrip(".") + "." for sentence in found if len(sentence) > 20))
    return _SENTENCES
