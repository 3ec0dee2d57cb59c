"""The inside of `bench.scale`, one process and one database: `build OFFERS`, `tables`, or `measure`; the last line is JSON."""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROUNDS, REPEATS = 240, 3
BIG, SMALL = "kreis-000", "kreis-007"


def main(verb: str, *arguments: str) -> Any:
    import django

    django.setup()
    from django.core.management import call_command

    from bench import synthetic
    from bruecke.core import clock
    from bruecke.core.search.upkeep import wipe_traces

    now = clock.now()
    if verb == "build":
        synthetic.prepare(now)
        count = synthetic.grow(int(arguments[0]), now)
        wipe_traces()  # what the daily round of the worker does
        return count
    if verb == "tables":
        synthetic.prepare(now)
        return None
    call_command("migrate", interactive=False, verbosity=0)  # a kept database may be older than the tables
    found = {size: measured(slug, now) for size, slug in (("10,000", BIG), ("250", SMALL))}
    return {"districts": found, "load": os.getloadavg()[1]}


def measured(slug: str, now: datetime) -> dict[str, dict[str, float]]:
    """Both in one district: a search as the public page does it, the suggestions for one question."""
    from bruecke.core.models import District
    from bruecke.core.scope import for_district

    district = District.objects.get(slug=slug)
    with for_district(district):
        return {"search": timed(searches(district, now)), "suggestions": timed(questions(district, now))}


def searches(district: Any, now: datetime) -> list[Callable[[], Any]]:
    """Every labelled query once or twice: half of them alone, a quarter with a place, a quarter narrowed as well."""
    from bruecke.offers import queries
    from bruecke.offers.queries import OfferFilters
    from bruecke.places import queries as places

    chance = random.Random(11)
    texts = [entry["text"] for entry in json.loads((HERE / "search_queries.json").read_text(encoding="utf-8"))]
    spots = [place.ags for place in places.places_of(district.ags)]
    more: list[dict[str, Any]] = [{}, {}, {"ags": 1}, {"ags": 1, "radius_km": 20, "only_accessible": True}]

    def one(number: int) -> Callable[[], Any]:
        values = dict(more[number % len(more)])
        if "ags" in values:
            values["ags"] = chance.choice(spots)
        filters = OfferFilters(text=texts[number % len(texts)] if number % 10 else "", **values)
        lang = ("de", "de", "uk", "ar")[number // 4 % 4]
        return lambda: queries.public_offers(filters, district=type(district).objects.get(pk=district.pk), lang=lang, now=now)

    return [one(number) for number in range(ROUNDS)]


def questions(district: Any, now: datetime) -> list[Callable[[], Any]]:
    """The demo's questions in turn, each with another place, language and need."""
    from bruecke.enquiries.queries.suggesting import suggest
    from bruecke.enquiries.queries.weighing import Asked
    from bruecke.enquiries.states import Need
    from bruecke.offers import queries
    from bruecke.offers.states import FacetKind
    from bruecke.places import queries as places
    from bruecke.vocabulary import queries as vocabulary

    chance = random.Random(12)
    path = HERE.parent / "src/bruecke/enquiries/data/demo.json"
    known = json.loads(path.read_text(encoding="utf-8"))["questions"]
    spots = [place.ags for place in places.places_of(district.ags)]

    def one(number: int) -> Callable[[], Any]:
        entry = known[number % len(known)]
        ags = chance.choice(spots) if number % 5 else ""
        languages = tuple(dict.fromkeys((entry["language"], chance.choice(("de", "ar", "uk", "ru")))))
        needs = frozenset({Need.CHILDCARE} if number % 3 == 0 else ())

        def run() -> Any:
            here = type(district).objects.get(pk=district.pk)
            categories: dict[str, int] = {}
            for position, key in enumerate(vocabulary.categories_for(entry["topic"])):
                for narrower in queries.with_narrower(FacetKind.CATEGORY, (key,), district=here):
                    categories.setdefault(narrower, position)
            text = f"{entry.get('title', '')} {entry['text']}"
            asked = Asked(text=text, categories=categories, languages=languages, ags=ags, target_group="", needs=needs)
            return suggest(asked, district=here, now=now)

        return run

    return [one(number) for number in range(ROUNDS)]


def timed(runs: list[Callable[[], Any]]) -> dict[str, float]:
    """Each three times in a row, the quickest counts, in ms: other work on the machine is not what is asked about.

    `any_p95`: over all runs as they came. `cpu_p95`: what this process and the server's backend computed.
    """
    for run in runs[:: len(runs) // 60]:  # warms up what a process remembers
        run()
    every, best, busy = [], [], []
    for run in runs:
        once = [_one(run) for _ in range(REPEATS)]
        every += [wall for wall, _cpu in once]
        best.append(min(wall for wall, _cpu in once))
        busy.append(min(cpu for _wall, cpu in once))
    return {
        "p50": statistics.median(best),
        "p95": at(best, 0.95),
        "worst": max(best),
        "any_p95": at(every, 0.95),
        "cpu_p95": at(busy, 0.95),
        "count": len(runs),
    }


def _one(run: Callable[[], Any]) -> tuple[float, float]:
    started, busy = time.perf_counter(), _busy()
    run()
    return (time.perf_counter() - started) * 1000, _busy() - busy


def _busy() -> float:
    """Milliseconds of computing so far, of this process and of the PostgreSQL process behind it where that one is local."""
    return time.process_time() * 1000 + _busy_on_server()


def _busy_on_server() -> float:
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    statistics_file = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(statistics_file.read_text().split()[0]) / 1e6 if statistics_file.exists() else 0.0


def at(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
