"""Public and desk pages under 8, 64 and 200 connections, one web process: `python -m bench.under_load`, a part of `make bench`.

The goal is a ratio of the same run: p99 may grow no faster than the queue, with a fifth of room.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.world import DISTRICT, ROOT, World, new_world

from bench.figures import Figure, table
from bench.served import Served, served

STEPS, SECONDS, ROOM = (8, 64, 200), 6.0, 1.2
WARM_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """`cookies`: the sessions that ask for it by turns; none: a public page."""

    name: str
    path: str
    cookies: tuple[str, ...] = ()


def pages(world: World) -> tuple[Page, ...]:
    """Public ones from the cache and past it (a query string goes past it), and a coordinator's."""
    run = subprocess.run(
        [sys.executable, "-m", "bench.signed_in"],
        env=world.environment | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(run.stdout.splitlines()[-1])
    cookies, desk = tuple(found["cookies"]), f"/intern/{DISTRICT}/"
    return (
        Page("start page, cached", f"/de/{DISTRICT}/"),
        Page("start page, uncached", f"/de/{DISTRICT}/?bench=1"),
        Page("list of offers, cached", f"/de/{DISTRICT}/angebote/"),
        Page("list of offers, uncached", f"/de/{DISTRICT}/angebote/?bench=1"),
        Page("Heute", desk, cookies),
        Page("inbox", f"{desk}fragen/", cookies),
        Page("question", found["question"], cookies),
    )


def measure(world: World) -> list[Figure]:
    asked = pages(world)
    with served(world) as server:
        return [figure for page in asked for figure in _figures(page, _steps(server, page))]


def _steps(server: Served, page: Page) -> dict[int, dict[str, Any]]:
    server.load(page.path, WARM_SECONDS, STEPS[0], cookies=page.cookies)
    return {count: server.load(page.path, SECONDS, count, cookies=page.cookies) for count in STEPS}


def _figures(page: Page, found: dict[int, dict[str, Any]]) -> list[Figure]:
    first = STEPS[0]
    figures = []
    for count, one in found.items():
        name, bad = f"{page.name}, {count} connections", len(one["errors"]) + one["starved"]
        said = f"; {one['errors'][0]}" if one["errors"] else f"; {one['starved']} connections without an answer" if bad else ""
        remark = f"{one['rate']:.0f} requests/s, p50 {one['p50']:.0f}, p95 {one['p95']:.0f}, p99 {one['p99']:.0f} ms"
        figures.append(Figure(f"{name}: errors", bad, 0, "errors", remark=f"{one['answers']} answers, {remark}{said}"))
        if count > first and found[first]["p99"]:
            growth, most = one["p99"] / found[first]["p99"], count / first * ROOM
            figures.append(Figure(f"{name}: p99 against {first} connections", growth, most, "times"))
    return figures


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder, new_world(Path(folder) / "world") as world:
        figures = measure(world)
    print(table(figures))
    return 0 if all(figure.is_met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
