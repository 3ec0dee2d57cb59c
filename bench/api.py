"""The catalogue's pages and the interface under load, against a bare view: `python -m bench.api`, a part of `make bench`."""

import sys
import tempfile
from pathlib import Path

from tests.journeys.world import DISTRICT, World, new_world

from bench.figures import Figure, table
from bench.served import Served, served

ROUNDS, SECONDS, CONNECTIONS = 5, 1.0, 8
WORDS = "Deutschkurs"


def measure(world: World) -> list[Figure]:
    """Figures of `served` pages; needs the demo's offers."""
    uid = world.rows(
        "SELECT o.uid FROM offers_offer o JOIN core_district d ON d.id = o.district_id "
        "WHERE d.slug = %s AND o.visibility = 'public' AND o.state = 'active' ORDER BY o.id LIMIT 1",
        DISTRICT,
    )[0][0]
    catalogue, detail = f"/de/{DISTRICT}/angebote/", f"/de/{DISTRICT}/angebote/{uid}/"
    interface = f"/api/v1/offers?district={DISTRICT}"
    with served(world) as server:
        return [
            _share(server, "list of offers, cached", "list", catalogue, goal=50),
            _share(server, "list of offers, 304", "list-known", catalogue, goal=50, is_known=True),
            _share(server, "page of an offer, cached", "detail", detail, goal=50),
            _share(server, "page of an offer, 304", "detail-known", detail, goal=50, is_known=True),
            *_interface(server, "list of the interface, kept", "kept", f"{interface}&per_page=20"),
            *_interface(server, "list of the interface, by words", "words", f"{interface}&q={WORDS}"),
        ]


def _share(server: Served, what: str, name: str, path: str, *, goal: float, is_known: bool = False) -> Figure:
    found = server.turns(name, path, rounds=ROUNDS, seconds=SECONDS, is_known=is_known)
    remark = f"{found.rate:.0f} against {found.bare:.0f} requests/s, {found.size} bytes, {len(found.errors)} errors"
    return Figure(f"{what}, share of a bare view", found.share, goal, "%", at_least=True, remark=remark)


def _interface(server: Served, what: str, name: str, path: str) -> list[Figure]:
    """Over eight connections; nothing but 200 counts as an answer."""
    found = server.turns(name, path, rounds=ROUNDS, seconds=SECONDS, connections=CONNECTIONS)
    rates = f"{found.rate:.0f} against {found.bare:.0f} requests/s of a bare view ({found.share:.0f} %), one process"
    return [
        Figure(f"{what}, {CONNECTIONS} connections: errors", len(found.errors), 0, "errors", remark=f"{found.answers} answers"),
        Figure(f"{what}, {CONNECTIONS} connections: p95", found.p95, None, "ms", remark=rates),
    ]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder, new_world(Path(folder) / "world") as world:
        figures = measure(world)
    print(table(figures))
    return 0 if all(figure.is_met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
