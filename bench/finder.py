"""The place finder over all of Germany, in its own process and database: `python -m bench.finder FOLDER` prints JSON in ms."""

import json
import os
import random
import sys
import time
from pathlib import Path

SEARCHES = 1500


def main(files: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.base")
    import django

    django.setup()
    from django.core.management import call_command

    from bruecke.core import clock
    from bruecke.places.importers import import_places
    from bruecke.places.queries import find_places

    call_command("migrate", interactive=False, verbosity=0)
    report = import_places(
        register=files / "municipalities_de.csv.gz", postal_codes=files / "postal_codes_de.csv.gz", boundaries=[], now=clock.now()
    )
    if report.errors:
        raise SystemExit(str(report))
    started = time.perf_counter()
    find_places("Halle")
    warm_up = time.perf_counter() - started
    took = []
    for text in _searches():
        started = time.perf_counter()
        find_places(text)
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    print(
        json.dumps(
            {"p50": took[len(took) // 2], "p95": took[int(len(took) * 0.95)], "worst": took[-1], "warm_up_ms": warm_up * 1000}
        )
    )


def _searches() -> list[str]:
    """Names, beginnings, names with a typo, postal codes and beginnings of them, in equal parts."""
    from bruecke.places.models import Area, PostalCode
    from bruecke.places.states import AreaKind

    chance = random.Random(7)
    names = list(Area.objects.filter(kind=AreaKind.GEMEINDE).order_by("pk").values_list("name", flat=True))
    codes = list(PostalCode.objects.order_by("code").values_list("code", flat=True).distinct())
    kinds = (
        lambda: chance.choice(names),
        lambda: chance.choice(names)[: chance.randint(3, 6)],
        lambda: _mistyped(chance.choice(names), chance),
        lambda: chance.choice(codes),
        lambda: chance.choice(codes)[:3],
    )
    return [kinds[number % len(kinds)]() for number in range(SEARCHES)]


def _mistyped(name: str, chance: random.Random) -> str:
    spot = chance.randrange(len(name))
    return chance.choice(
        [name[:spot] + name[spot + 1 :], name[:spot] + name[spot] + name[spot:], name[:spot] + "e" + name[spot + 1 :]]
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
