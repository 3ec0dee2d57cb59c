"""The demo's year: how long it loads, and what its figures and the desk's pages cost: `python -m bench.year`.

`--data FOLDER` takes a year that is loaded there already. Every table of *Zahlen*
is asked for the whole year, past any cache, by each pair of its dimensions, as page, CSV and XLSX.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.journeys.world import ROOT, command, process_environment

from bench.figures import Figure, table

LOAD_SECONDS, PAGE_MS = 90, 300
DONE = "bench-loaded.json"


def measure(folder: Path) -> list[Figure]:
    """Loads the year into the folder unless it is there."""
    environment = process_environment(folder, "")
    if not (folder / DONE).exists() and not (folder / "bruecke.sqlite3").exists():
        (folder / DONE).write_text(json.dumps(_load(environment)))
    loaded = json.loads((folder / DONE).read_text()) if (folder / DONE).exists() else {}
    run = subprocess.run(
        [sys.executable, "-m", "bench.year_inside"],
        env=environment | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(run.stdout.splitlines()[-1])
    return [*_loading(loaded), *(_page(name, one) for name, one in found.items())]


def _load(environment: dict[str, str]) -> dict[str, float]:
    """From nothing: tables, registers, static files and the year. Seconds by the clock and of computing."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command("demo", "--load-only", "--stage", "year"), env=environment, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return {"seconds": time.perf_counter() - started, "cpu": busy, "load": os.getloadavg()[1]}


def _loading(found: dict[str, float]) -> list[Figure]:
    if not found:
        return [Figure("loading the year", None, LOAD_SECONDS, "s", remark="was there already")]
    remark = f"{found['cpu']:.0f} s of computing; load of the machine {found['load']:.1f}"
    return [Figure("loading the year, from nothing", found["seconds"], LOAD_SECONDS, "s", remark=remark)]


def _page(name: str, one: dict[str, Any]) -> Figure:
    remark = f"p50 {one['p50']:.0f} ms, CPU p95 {one['cpu_p95']:.0f} ms, {one['count']} addresses; slowest {one['slowest']}"
    return Figure(f"{name}, a year, uncached: p95", one["p95"], PAGE_MS, "ms", remark=remark)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the year is, or stays for the next time")
    kept = parser.parse_args().data
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        figures = measure(kept.resolve())
    else:
        with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder:
            figures = measure(Path(folder))
    print(table(figures))
    return 0 if all(figure.is_met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
