"""Measure everything, print the table, write `bench/README.md`. Ratios come from one run, so that they hold on any machine.

`python -m bench NAME…` takes only the named ones and writes nothing; `year` is taken only by name.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from datetime import date
from pathlib import Path

from tests.journeys.processes import children_of, memory_of, web_processes, worker_processes
from tests.journeys.world import DISTRICT, ROOT, World, new_world, process_environment

from bench import api, phone, under_load
from bench import year as demo_year
from bench.figures import Figure, table
from bench.served import served

GERMANY = ROOT.parent / "shared" / "data" / "germany"
ROUNDS, SECONDS = 7, 2.0
CACHED_PAGE = f"/de/{DISTRICT}/"


def main() -> int:
    figures: list[Figure] = []
    usual = (
        start_up,
        cached_page,
        catalogue,
        uncached_pages,
        responsibility,
        many_connections,
        memory,
        weak_phone,
        finder,
        imports,
    )
    known = {measure.__name__: measure for measure in (*usual, year)}
    if unknown := set(sys.argv[1:]) - set(known):
        raise SystemExit(f"no measurement {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    chosen = [known[name] for name in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder, new_world(Path(folder) / "world") as world:
        for measure in chosen or usual:
            print(f"{measure.__name__} …", flush=True)
            figures += measure(world)
    text = table(figures)
    print(text)
    if not chosen:
        (ROOT / "bench" / "README.md").write_text(_readme(text))
    return 0 if all(figure.is_met is not False for figure in figures) else 1


def start_up(world: World) -> list[Figure]:
    """Until `/healthz` answers; the demo is loaded already."""
    serve = []
    for _ in range(3):
        serve.append(world.start())
        world.stop()
    demo = world.start("demo")
    world.stop()
    return [
        Figure("start of `bruecke serve`", statistics.median(serve), 5, "s"),
        Figure("second start of `bruecke demo`", demo, 5, "s"),
    ]


def cached_page(world: World) -> list[Figure]:
    """Requests a second of the cached start page against the bare view: same server, middleware, bytes and run."""
    with served(world) as server:
        found = server.turns("start", CACHED_PAGE, rounds=ROUNDS, seconds=SECONDS)
    if found.errors:
        raise ConnectionError(found.errors[0])
    remark = f"{found.rate:.0f} against {found.bare:.0f} requests/s, one process, {found.size} bytes"
    return [Figure("cached page, share of a bare view", found.share, 50, "%", at_least=True, remark=remark)]


def catalogue(world: World) -> list[Figure]:
    """Pages of offers and the interface, served."""
    return api.measure(world)


def uncached_pages(world: World) -> list[Figure]:
    """CPU time and queries of one request, in one process."""
    found = _in_process("bench.pages", world.environment)
    figures = []
    for name, (milliseconds, queries) in found["pages"].items():
        figures.append(Figure(f"{name}, uncached: CPU", milliseconds, 20, "ms"))
        figures.append(Figure(f"{name}, uncached: queries", queries, 10, "queries"))
    return figures


def many_connections(world: World) -> list[Figure]:
    """Public and desk pages with 8, 64 and 200 connections."""
    return under_load.measure(world)


def weak_phone(world: World) -> list[Figure]:
    """When the first public page stands on a weak phone, in each language."""
    return phone.measure(world)


def year(world: World) -> list[Figure]:
    """Loading the demo's year, and the pages over it; in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder:
        return demo_year.measure(Path(folder))


def memory(world: World) -> list[Figure]:
    """Resident memory after 1,000 requests, half of them not from the cache, and of the worker."""
    world.start()
    try:
        pages = ["", "hilfe/", "sprechstunden/", "frage/", "antwort/", "impressum/", "datenschutz/", "quellen/"]
        for number in range(1000):
            path = f"/{('de', 'ar')[number % 2]}/{DISTRICT}/{pages[number % len(pages)]}" + (
                f"?bench={number}" if number % 4 < 2 else ""
            )
            with urllib.request.urlopen(world.url + path, timeout=20) as answer:
                answer.read()
        supervisor = world.process.pid
        web = max(memory_of(pid) for pid in web_processes(supervisor))
        worker = max(memory_of(pid) for pid in worker_processes(supervisor))
        everything = sum(memory_of(pid) for child in children_of(supervisor) for pid in (child, *children_of(child)))
    finally:
        world.stop()
    return [
        Figure("memory of a web process after 1,000 requests", web, 200, "MB"),
        Figure("memory of the worker", worker, 200, "MB", remark=f"all processes together {everything:.0f} MB"),
    ]


def responsibility(world: World) -> list[Figure]:
    """All municipalities of a district on 366 days, against asking day by day in the same run."""
    found = _in_process("bench.responsibility", world.environment)
    remark = f"{found['answers']} answers; day by day {found['day_by_day']} s" + ("" if found["agrees"] else "; THEY DIFFER")
    return [Figure("who is in charge, 366 days: CPU", found["seconds"], 1, "s", remark=remark)]


def finder(world: World) -> list[Figure]:
    """Searches over 10,752 municipalities; the files are not part of the project."""
    name = "place finder over all of Germany, "
    if not GERMANY.is_dir():
        return [Figure(f"{name}p95", None, 20, "ms", remark="needs ../shared/data/germany")]
    with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder:
        found = _in_process("bench.finder", process_environment(Path(folder), ""), str(GERMANY))
    remark = f"worst {found['worst']:.0f} ms; the first search of a process builds the index in {found['warm_up_ms']:.0f} ms"
    return [Figure(f"{name}p50", found["p50"], 20, "ms"), Figure(f"{name}p95", found["p95"], 20, "ms", remark=remark)]


def imports(world: World) -> list[Figure]:
    """An import of 1,000 rows on a database of its own; the big one is a command of its own (`bench.imports`)."""
    with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder:
        found = _in_process("bench.imports", process_environment(Path(folder), ""), "1000", accepts=(0, 1))
    remark = f"{found['rows']} rows in {found['import_s']} s, {found['transactions']} transactions"
    return [Figure("import of offers: longest write lock", found["longest_write_lock_s"], 0.5, "s", remark=remark)]


def _in_process(module: str, environment: dict[str, str], *arguments: str, accepts: tuple[int, ...] = (0,)) -> dict:
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if run.returncode not in accepts:
        raise SystemExit(f"{module} ended with {run.returncode}")
    return json.loads(run.stdout.strip().splitlines()[-1])


def _readme(figures: str) -> str:
    return f"""# Measurements

Written by `make bench` (`python -m bench`) on {date.today():%Y-%m-%d}.

Machine: {os.cpu_count()} cores, Python {platform.python_version()}, SQLite, demo districts. Figures in ms and s depend on the
machine; the share in % does not.

{figures}

- **Start**: from the command to the first answer of `/healthz`, assets and database in place.
- **Cached page**: one web process of `bruecke serve`, load over keep-alive connections from another process. The start page from
  the page cache and a view that returns the same gzipped bytes take turns, {ROUNDS} rounds of {SECONDS:.0f} s each, medians.
  Both pass the whole middleware.
- **Catalogue and interface**: the same server and taking turns, {api.ROUNDS} rounds of {api.SECONDS:.0f} s each. *304*: asked with
  the ETag of the page, against the bare view's whole answer. The interface over {api.CONNECTIONS} keep-alive connections:
  *kept* for the present version of the district; free text is never kept, so that *by words* is a search each time.
- **Uncached pages**: Django's test client in one process, demo settings, no page cache (a query string goes past it); median of
  the process's CPU time, at the desk logged in as a coordinator. Queries include session, account, second factor and memberships.
- **Many connections**: one web process, {under_load.SECONDS:.0f} s each, keep-alive, each connection asks again as soon as it is
  answered; an error is anything but a 200, or a connection that hears nothing. The goal of p99 is the queue's growth and a fifth.
- **Weak phone**: Chromium with {phone.KILOBITS} kbit/s, {phone.MILLISECONDS} ms to the server and a processor
  {phone.SLOWDOWN:.0f} times slower, 390 px, nothing kept from before; readable is when the largest words are drawn (largest
  contentful paint), median of {phone.ROUNDS}; the slowest language.
- **Memory**: resident memory of the processes of `bruecke serve`, after 1,000 requests in German and Arabic, half of them past
  the page cache.
- **Place finder**: 1,500 searches in a process of its own: names, beginnings, names with a typo, postal codes and their
  beginnings.
- **Import**: the rows are checked and taken over in steps; the time of the longest transaction. 10,000 rows: `bench.imports`.

More: `python -m bench year` (loading the demo's year, *Zahlen*, Heute and inbox over it), `python -m bench.processes` (two web
processes against one, PostgreSQL and Redis): [load.md](load.md).

Search and suggestions among 110,000 offers, quality, imports: [offers.md](offers.md).
"""


if __name__ == "__main__":
    sys.exit(main())
