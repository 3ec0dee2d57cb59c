"""Two web processes against one, on PostgreSQL with a shared cache:

`BRUECKE_TEST_DATABASE=postgresql DATABASE_URL_POSTGRES=postgresql://… python -m bench.processes redis://127.0.0.1:6379/13`

makes a database and drops it, and empties that number of the Redis server: it must hold nothing else. One and two take turns, so
that both see the same machine.
"""

import argparse
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import redis
from tests.journeys.world import World, new_world, postgresql_server

from bench.figures import Figure, table
from bench.served import served
from bench.under_load import Page, pages

ROUNDS, SECONDS, CONNECTIONS = 3, 3.0, 16
GAIN = 1.0
"""Two may be no slower than one. Where load and server share the cores there is no more to ask for."""


def measure(world: World) -> list[Figure]:
    asked = pages(world)
    with ExitStack() as stack:
        servers = {count: stack.enter_context(served(world, count)) for count in (1, 2)}
        figures = []
        for page in asked:
            rates: dict[int, list[float]] = {1: [], 2: []}
            errors = 0
            for number in range(ROUNDS + 1):
                for count, server in servers.items():
                    found = server.load(page.path, SECONDS if number else 1.0, CONNECTIONS, cookies=page.cookies)
                    errors += len(found["errors"]) + found["starved"]
                    if number:  # the first one warms up
                        rates[count].append(found["rate"])
            figures += _figures(page, {count: statistics.median(found) for count, found in rates.items()}, errors)
    return figures


def _figures(page: Page, rates: dict[int, float], errors: int) -> list[Figure]:
    remark = f"{rates[2]:.0f} against {rates[1]:.0f} requests/s, {CONNECTIONS} connections"
    return [
        Figure(f"{page.name}, 2 processes against 1", rates[2] / rates[1], GAIN, "times", at_least=True, remark=remark),
        Figure(f"{page.name}, 2 processes: errors", errors, 0, "errors"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", metavar="URL", help="of the shared cache, a number that holds nothing else")
    url = parser.parse_args().cache
    if not postgresql_server():
        raise SystemExit("needs BRUECKE_TEST_DATABASE=postgresql and DATABASE_URL_POSTGRES")
    cache = redis.Redis.from_url(url)
    if cache.dbsize():
        raise SystemExit("the cache holds something already: choose another number")
    try:
        with (
            tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder,
            new_world(Path(folder) / "world", BRUECKE_CACHE_URL=url) as world,
        ):
            figures = measure(world)
    finally:
        cache.flushdb()
    print(table(figures))
    return 0 if all(figure.is_met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
