"""All of Germany: the import of 10,752 municipalities and the finder over them. Needs files that are not shipped."""

import random
from pathlib import Path
from time import perf_counter

import pytest

from bruecke.places.importers import import_places, import_shipped_places
from bruecke.places.models import Area, Boundary
from bruecke.places.queries import find_places
from bruecke.places.states import AreaKind, FindingKind

FILES = Path(__file__).resolve().parents[3] / "shared" / "data" / "germany"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not FILES.is_dir(), reason="the register of all of Germany is not shipped; ../shared/data/germany is absent"
    ),
]


def import_germany(now, **kwargs):
    return import_places(
        register=FILES / "municipalities_de.csv.gz",
        postal_codes=FILES / "postal_codes_de.csv.gz",
        boundaries=[FILES / "municipalities_de_simplified.geojson.gz"],
        now=now,
        **kwargs,
    )


def mistyped(name, chance):
    spot = chance.randrange(len(name))
    return chance.choice(
        [name[:spot] + name[spot + 1 :], name[:spot] + name[spot] + name[spot:], name[:spot] + "e" + name[spot + 1 :]]
    )


def test_germany_after_saxony(now):
    import_shipped_places(now)
    verband = Area.objects.filter(kind=AreaKind.VERBAND).count()
    report = import_germany(now)
    assert report.ok, str(report)
    assert report.areas.changed == report.areas.ended == 0  # Saxony is the same in both
    assert Area.objects.filter(kind=AreaKind.GEMEINDE, valid_until=None).count() == 10_752
    assert Area.objects.filter(kind=AreaKind.KREIS).count() == 400
    assert Area.objects.filter(kind=AreaKind.LAND).count() == 16
    assert Area.objects.filter(kind=AreaKind.VERBAND).count() == verband
    assert Boundary.objects.filter(area__kind=AreaKind.GEMEINDE).count() > 10_700
    assert import_germany(now).changes == 0
    assert import_shipped_places(now).changes == 0

    assert find_places("Halle").kind is FindingKind.CHOOSE
    assert find_places("Lubnjow").place.name.startswith("Lübbenau")
    assert find_places("10115").place.name == "Berlin"

    chance = random.Random(7)
    known = list(Area.objects.filter(kind=AreaKind.GEMEINDE).order_by("pk").values_list("name", flat=True))
    searched = [mistyped(chance.choice(known), chance) for _ in range(400)] + [chance.choice(known) for _ in range(400)]
    took = []
    for text in searched:
        started = perf_counter()
        find_places(text)
        took.append(perf_counter() - started)
    took.sort()
    assert took[int(len(took) * 0.95)] < 0.02
