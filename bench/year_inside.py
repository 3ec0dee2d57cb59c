"""The inside of `bench.year`, one process over a loaded year: the last line is JSON {what: p50, p95, CPU p95, slowest address}."""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any
from urllib.parse import urlencode

from bench.pages import COORDINATOR, DISTRICT

ROUNDS = 20
Times = dict[str, tuple[float, float]]
"""Milliseconds by the clock and of computing, by address."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.base")
    import django

    django.setup()
    from bench.pages import signed_in

    found: dict[str, Times] = {}
    for who, email in (("coordinator", COORDINATOR), ("leading office", _leading())):
        desk = signed_in(email)
        for path in ("", "fragen/"):
            name = f"{'inbox' if path else 'Heute'}, {who}"
            found[name] = _asked(desk, [f"/intern/{DISTRICT}/{path}?bench={number}" for number in range(ROUNDS)])
        questions = [urlencode(one) for one in _tables(email)]
        for name, path in (("Zahlen", ""), ("Zahlen as CSV", "export/csv/"), ("Zahlen as XLSX", "export/xlsx/")):
            found[f"{name}, {who}"] = _asked(desk, [f"/intern/{DISTRICT}/zahlen/{path}?{one}" for one in questions])
    json.dump({name: _told(times) for name, times in found.items()}, sys.stdout)


def _leading() -> str:
    from bruecke.accounts import queries
    from bruecke.core import clock
    from bruecke.core.models import District

    office = queries.leading_office(District.objects.get(slug=DISTRICT), clock.today()).first()
    if office is None:
        raise SystemExit("nobody leads the district")
    return office.email


def _tables(email: str) -> Iterator[dict[str, str]]:
    """Every source, scope and pair of dimensions that the person may ask; closed quarters where counts are guarded."""
    from bruecke.accounts.models import Account
    from bruecke.accounts.queries import build_viewer
    from bruecke.core import clock
    from bruecke.core.figures import Scope, closed_quarters
    from bruecke.core.models import District
    from bruecke.core.scope import for_district
    from bruecke.reporting.queries import open_sources

    district, today = District.objects.get(slug=DISTRICT), clock.today()
    viewer = build_viewer(Account.objects.get(email=email), district, today)
    with for_district(district):
        cuts = [(one.key, [cut.key for cut in one.dimensions], list(one.scopes(viewer))) for one in open_sources(viewer, district)]
    year = {"von": f"{date(today.year - 1, today.month, 1):%Y-%m}", "bis": f"{today:%Y-%m}"}
    since, _until = closed_quarters(today, 1)[0]
    quarter = {"quartal": f"{since:%Y-%m}_{since.replace(month=since.month + 2):%Y-%m}"}
    for source, dimensions, scopes in cuts:
        for scope, rows, columns in product(scopes, dimensions, ["", *dimensions]):
            if rows == columns or (scope is Scope.REST and columns):
                continue
            period = quarter if scope is Scope.REST else year
            yield {"zahlen": source, "bereich": scope.value, "zeilen": rows, "spalten": columns, **period}


def _asked(desk: Any, addresses: list[str]) -> Times:
    """Each address once, after a first one that warms up what a process remembers."""
    times = {}
    for address in (addresses[0], *addresses):
        started, busy = time.perf_counter(), time.process_time()
        answer = desk.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")
        times[address] = ((time.perf_counter() - started) * 1000, (time.process_time() - busy) * 1000)
    return times


def _told(times: Times) -> dict[str, Any]:
    walls, cpus = sorted(wall for wall, _cpu in times.values()), sorted(cpu for _wall, cpu in times.values())
    at = int(len(walls) * 0.95)
    slowest = max(times, key=lambda address: times[address])
    return {
        "p50": statistics.median(walls),
        "p95": walls[at],
        "cpu_p95": cpus[at],
        "count": len(times),
        "slowest": f"{slowest.partition('?')[2]} ({times[slowest][0]:.0f} ms)",
    }


if __name__ == "__main__":
    main()
