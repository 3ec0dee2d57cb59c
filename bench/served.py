"""Web processes with the bare view beside the house's own pages, and taking turns between a page and the bare view."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.world import ROOT, World, free_port

from bench.load import CONNECTIONS, once


@dataclass(frozen=True, slots=True)
class Turns:
    """Medians over the rounds: requests a second and p95 (ms) of the page, requests a second of the bare view; all errors."""

    rate: float
    p95: float
    bare: float
    answers: int
    errors: tuple[str, ...]
    size: int

    @property
    def share(self) -> float:
        return 100 * self.rate / self.bare


@dataclass(frozen=True, slots=True)
class Served:
    """A server for measuring on loopback, and the folder of the bodies that its bare view answers with."""

    port: int
    bodies: Path

    def turns(
        self, name: str, path: str, *, rounds: int, seconds: float, connections: int = CONNECTIONS, is_known: bool = False
    ) -> Turns:
        """The page and the bare view with the same bytes in turn. `is_known`: the page is asked with its ETag and answers 304."""
        body, etag = once(self.port, path)
        (self.bodies / name).write_bytes(body)
        once(self.port, f"/bare/{name}/")
        mine, bare = [], []
        for _ in range(rounds):
            mine.append(self.load(path, seconds, connections, etag if is_known else ""))
            bare.append(self.load(f"/bare/{name}/", seconds, connections))
        return Turns(
            rate=statistics.median(one["rate"] for one in mine),
            p95=statistics.median(one["p95"] for one in mine),
            bare=statistics.median(one["rate"] for one in bare),
            answers=sum(one["answers"] for one in mine),
            errors=tuple(error for one in (*mine, *bare) for error in one["errors"]),
            size=len(body),
        )

    def load(self, path: str, seconds: float, connections: int, etag: str = "", cookies: tuple[str, ...] = ()) -> dict[str, Any]:
        """From a process of its own, so that the load generator and this one do not share a lock."""
        run = [sys.executable, "-m", "bench.load", str(self.port), path, str(seconds), str(connections), etag, *cookies]
        found: dict[str, Any] = json.loads(subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
        return found


@contextmanager
def served(world: World, processes: int = 1) -> Iterator[Served]:
    """Web processes of `bruecke serve`, without worker."""
    from bruecke.config.operations.serve import web_command

    bodies = world.data_dir / "bench-bodies"
    bodies.mkdir(exist_ok=True)
    port = free_port()
    environment = world.environment | {
        "DJANGO_SETTINGS_MODULE": "bench.bare_settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "BENCH_BODIES": str(bodies),
    }
    server = subprocess.Popen(web_command(host="127.0.0.1", port=port, processes=processes), env=environment)
    try:
        World(Path(), port=port).wait_until_well()
        yield Served(port, bodies)
    finally:
        server.terminate()
        server.wait()
