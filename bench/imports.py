"""How long an import of offers takes, and how long it keeps others from writing: `python -m bench.imports [ROWS]`.

Times every transaction of the check and of the taking over from its BEGIN to its end, in a SQLite file of its own unless
the settings name another database. By the clock it depends on what else the machine does; the CPU time does not. Prints
one line of JSON.
"""

import io
import json
import os
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

CATEGORIES = ("Sprachkurs", "Beratung", "Sport", "Begegnung und Treff", "Gesundheit")
TOWNS = ("Freital", "Heidenau", "Dohna", "Pirna")
MOST = 0.5


def main(count: int) -> int:
    import django

    with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder:
        os.environ.setdefault("BRUECKE_DATA_DIR", folder)
        os.environ.setdefault("BRUECKE_MODE", "demo")
        os.environ.setdefault("BRUECKE_LOG_LEVEL", "ERROR")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.base")
        django.setup()
        found = _measure(count, Path(folder))
    print(json.dumps(found))
    return 0 if found["longest_write_lock_s"] <= MOST else 1


def _measure(count: int, folder: Path) -> dict:
    from django.core.management import call_command

    from bruecke.config.operations.tables import import_offers
    from bruecke.core import clock
    from bruecke.core.scope import for_district
    from bruecke.core.tests.factories import make_district
    from bruecke.offers.models import Offer
    from bruecke.places.tests.factories import make_kreis, make_municipality
    from bruecke.vocabulary.importers import load_shipped_vocabulary

    call_command("migrate", verbosity=0)
    load_shipped_vocabulary(clock.now())
    district = make_district("messkreis", ags="14628", features=["offers"])
    make_kreis("14628", "Landkreis Mess")
    for number, name in enumerate(TOWNS):
        make_municipality(f"1462811{number}", name, codes=(f"0170{number}",))
    path = folder / "angebote.csv"
    path.write_bytes(_table(count))
    held: list[tuple[float, float]] = []
    with _watched(held):
        began = time.perf_counter()
        report = import_offers(slug=district.slug, path=path, now=clock.now())
        took = time.perf_counter() - began
        began = time.perf_counter()
        again = import_offers(slug=district.slug, path=path, now=clock.now())
        second = time.perf_counter() - began
    with for_district(district):
        stored = Offer.objects.count()
    assert (report.created, stored, again.unchanged) == (count, count, count), (report.counts, again.counts)
    ordered = sorted(wall for wall, _own in held)
    return {
        "rows": count,
        "import_s": round(took, 1),
        "second_time_unchanged_s": round(second, 1),
        "transactions": len(held),
        "write_lock_p95_s": round(ordered[int(len(ordered) * 0.95)], 3),
        "longest_write_lock_s": round(ordered[-1], 3),
        "longest_write_lock_cpu_s": round(max(own for _wall, own in held), 3),
    }


def _table(count: int) -> bytes:
    """One provider for twenty offers, one house each, all that a full row has."""
    rows = io.StringIO()
    rows.write("Schlüssel;Titel;Beschreibung;Träger;Art der Hilfe;Sprachen;Ort;Adresse;Termine;Kosten;Plätze;Telefon\r\n")
    for number in range(count):
        provider, town = number // 20, TOWNS[number % 4]
        rows.write(
            f"A-{number};{CATEGORIES[number % 5]} Nummer {number};Wir treffen uns regelmäßig und helfen beim Ankommen, "
            f"Gruppe {number % 97}.;Verein {provider};{CATEGORIES[number % 5]};Deutsch, Arabisch;Haus {number % 7};"
            f'"Beispielweg {number % 7}, 0170{number % 4} {town}";"montags 14:00-16:00; jeden 1. Dienstag im Monat 9-11 Uhr";'
            f"kostenlos;{number % 30};03501 515 {number % 900 + 100}\r\n"
        )
    return rows.getvalue().encode()


@contextmanager
def _watched(held: list[tuple[float, float]]):
    """Note how long each outermost transaction lasted, by the clock and in CPU time of this process."""
    from django.db.transaction import Atomic

    enter, leave, begun = Atomic.__enter__, Atomic.__exit__, []

    def opened(self):
        enter(self)
        begun.append((time.perf_counter(), time.process_time()))

    def closed(self, *reason):
        leave(self, *reason)
        wall, own = begun.pop()
        if not begun:
            held.append((time.perf_counter() - wall, time.process_time() - own))

    Atomic.__enter__, Atomic.__exit__ = opened, closed
    try:
        yield
    finally:
        Atomic.__enter__, Atomic.__exit__ = enter, leave


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
