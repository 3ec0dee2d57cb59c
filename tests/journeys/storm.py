"""A burst of questions, mails and imports, the kills in the middle of it, and the reckoning: for the test and for `make kills`."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.bursts import Office, Residents, raise_limits
from tests.journeys.cluster import Cluster, new_cluster
from tests.journeys.killers import Killer, finish
from tests.journeys.ledger import Ledger, reckon
from tests.journeys.world import World, new_world


@dataclass
class Storm:
    """What happened, for the test to judge and for the figures."""

    killer: Killer
    residents: Residents
    office: Office
    ledger: Ledger
    seconds: float

    def __str__(self) -> str:
        victims = ", ".join(f"{count} × {victim}" for victim, count in sorted(self.killer.killed.items()))
        return (
            f"killed {victims}; a backend at {dict(self.killer.caught)}; {len(self.residents.receipts)} questions acknowledged, "
            f"{self.residents.repeats} times sent again; {self.ledger.mails} mails; {self.ledger.rows} rows of "
            f"{len(self.office.tables)} tables in {self.office.tries} tries; {self.seconds:.0f} s"
        )


@contextlib.contextmanager
def stormy_world(folder: Path, *, with_cluster: bool) -> Iterator[tuple[World, Cluster | None]]:
    with (
        new_world(folder, BRUECKE_WEB_PROCESSES="2", BRUECKE_TRUST_PROXY="true") as world,
        new_cluster() if with_cluster else contextlib.nullcontext() as cluster,
    ):
        world.data_dir.chmod(0o700)
        world.log.touch(0o640)
        if cluster is not None:
            cluster.take(world)
        try:
            yield world, cluster
        finally:
            world.stop()


def storm(
    folder: Path, kills: int, *, with_cluster: bool, beside: int = 2, tell: Callable[[str], object] = lambda _text: None
) -> Storm:
    """`beside`: workers beside the one of `bruecke serve`."""
    with stormy_world(folder / "world", with_cluster=with_cluster) as (world, cluster):
        raise_limits(world)
        world.start()
        residents, office = Residents(world), Office(world, folder / "tables")
        killer = Killer(world, office, cluster, beside)
        began = time.monotonic()
        residents.begin()
        office.begin()
        try:
            killer.begin()
            killer.rampage(kills, tell)
        finally:
            residents.end()
            office.end()
        try:
            finish(world)
        finally:
            killer.end()
        seconds = time.monotonic() - began
        ledger = reckon(world, residents, office)
        if cluster is not None:
            ledger.unwell += [line for line in cluster.examine().splitlines() if line]
        return Storm(killer, residents, office, ledger, seconds)
