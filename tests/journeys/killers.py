"""Who is killed (-9) next, and waiting until the service answers again. More workers than `bruecke serve` has."""

import contextlib
import itertools
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.journeys import processes
from tests.journeys.bursts import Office
from tests.journeys.cluster import Cluster
from tests.journeys.world import World, command, die_with_the_tests

WEB_LIVES = 3.8  # seconds; a web process that dies younger than 3.5 s makes granian itself give up
WEB_STARTS = 2.5  # seconds a web process needs until it answers: one is killed when the other is there
WORKER_LIVES = 2.8
STOP_SECONDS = 15.0  # what a killed supervisor started has so long to end
SUPERVISED_EVERY = 16.0  # the supervisor lets a child die four times a minute
READY_SECONDS = 20.0  # so long a victim may take until it is worth killing; then it is the next one's turn
LEASE_AGE = timedelta(seconds=6)  # whoever has kept a lease so long without a sign of life is dead
TURNS = ("web", "worker", "import", "worker", "web", "import", "supervisor", "worker")
WITH_DATABASE = (
    *("web", "backend", "import", "worker", "web", "postmaster", "import", "supervisor", "worker", "everything"),
    *("web", "backend", "import", "web", "postmaster", "worker"),
)


@dataclass
class Killer:
    """Takes the victims in turn. With a cluster the database is one of them, and `everything` a plug that is pulled."""

    world: World
    office: Office
    cluster: Cluster | None = None
    beside: int = 2  # workers beside the one of `bruecke serve`
    killed: Counter = field(default_factory=Counter)
    workers: list[subprocess.Popen] = field(default_factory=list)
    caught: Counter = field(default_factory=Counter)  # what a backend did when it was killed
    longest_away: float = 0.0
    died: int = 0  # workers that ended without being killed
    stubborn: int = 0  # processes that outlived their supervisor for longer
    _supervised_at: float = 0.0
    _line: int = 1  # of what the import says: then it dies

    def begin(self) -> None:
        for _ in range(self.beside):
            self._start_worker()

    def rampage(self, kills: int, tell: Callable[[str], object]) -> None:
        for turn, victim in enumerate(itertools.cycle(WITH_DATABASE if self.cluster else TURNS), 1):
            if self.killed.total() >= kills:
                return
            self._strike(victim)
            if turn % 4 == 0:
                let_leases_end(self.world)
            if turn % 20 == 0:
                tell(f"{self.killed.total()} of {kills} kills")
            time.sleep(random.uniform(0.1, 0.6))

    def _strike(self, victim: str) -> None:
        act: Callable[[], str] = getattr(self, f"_kill_{victim}")
        self._line = random.randint(1, 5)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            began = time.monotonic()
            killed = act()
            if killed:
                self.killed[killed] += 1
                self.world.wait_until_well()
                self.longest_away = max(self.longest_away, time.monotonic() - began)
                return
            time.sleep(0.05)

    # --- the victims: each returns whom it killed, or nothing when nobody is worth it yet ----------------------------------

    def _kill_web(self) -> str:
        running = processes.web_processes(self.world.process.pid)
        ages = [processes.age_of(pid) for pid in running]
        if len(running) < 2 or min(ages) < WEB_STARTS or max(ages) < WEB_LIVES:
            return ""
        processes.kill(running[0])  # the oldest
        return "web"

    def _kill_worker(self) -> str:
        supervised = processes.worker_processes(self.world.process.pid)
        if supervised and time.monotonic() - self._supervised_at > SUPERVISED_EVERY:
            self._supervised_at = time.monotonic()
            processes.kill(supervised[0])
            return "worker of serve"
        for worker in [worker for worker in self.workers if worker.poll() is not None]:
            self.died += 1
            self.workers.remove(worker)
            self._start_worker()
        oldest = self.workers[0]
        if processes.age_of(oldest.pid) < WORKER_LIVES:
            return ""
        oldest.kill()
        oldest.wait()
        del self.workers[0]
        self._start_worker()
        return "worker"

    def _kill_import(self) -> str:
        """In the middle: it has said how far it is, some rows are checked or written."""
        running = self.office.running
        if running is None or running.poll() is not None or self.office.lines < self._line:
            return ""
        running.kill()
        return "import"

    def _kill_supervisor(self) -> str:
        """`bruecke serve` itself; what it started notices and ends. Started again as systemd would."""
        family = self._family()
        processes.kill(family[0])
        self._serve_again(family)
        return "supervisor"

    def _kill_backend(self) -> str:
        work = self.cluster.kill_backend()
        if not work:
            return ""
        self.caught[work] += 1
        time.sleep(0.1)
        self.cluster.start()  # it recovers by itself; this waits
        return "database backend"

    def _kill_postmaster(self) -> str:
        self.cluster.kill_all()
        time.sleep(random.uniform(0, 1.5))
        self.cluster.start()
        return "database"

    def _kill_everything(self) -> str:
        """Database, supervisor, web, worker and import at one moment."""
        family = self._family()
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)  # so that nobody acts on another one's death
        self.office.stop()
        for worker in self.workers:
            worker.kill()
        self.cluster.kill_all()
        for pid in family:
            processes.kill(pid)
        self.cluster.start()
        self._serve_again(family)
        for worker in self.workers:
            worker.wait()
        self.workers = []
        self.begin()
        return "everything at once"

    # --- starting again -----------------------------------------------------------------------------------------------------

    def _family(self) -> list[int]:
        supervisor = self.world.process.pid
        return [supervisor, *processes.children_of(supervisor), *processes.web_processes(supervisor)]

    def _serve_again(self, family: list[int]) -> None:
        """When all are gone: they end by themselves; who takes too long is killed, as systemd does."""
        self.world.process.wait()
        deadline = time.monotonic() + STOP_SECONDS
        while any(map(processes.is_alive, family)) and time.monotonic() < deadline:
            time.sleep(0.05)
        stubborn = [pid for pid in family if processes.is_alive(pid)]
        self.stubborn += len(stubborn)
        for pid in stubborn:
            processes.kill(pid)
        self.world.start()

    def _start_worker(self) -> None:
        with self.world.log.open("ab") as log:
            worker = subprocess.Popen(
                command("worker"),
                env=self.world.environment,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_the_tests,  # noqa: PLW1509 - a system call, no lock
            )
        self.workers.append(worker)

    def end(self) -> None:
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(10)
            worker.kill()
            worker.wait()


# --- the clock of the rows ----------------------------------------------------------------------------------------------------

QUEUES = ("core_outboxmail", "core_job")


def let_leases_end(world: World) -> None:
    """The two minutes of the leases of the dead, and the rests after a failure, pass at once. The living keep theirs."""
    claimed_before = datetime.now(UTC) + timedelta(minutes=2) - LEASE_AGE
    for table in QUEUES:
        world.rows(
            f"UPDATE {table} SET lease_until = queued_at, due_at = queued_at WHERE state = 'running' AND lease_until < %s",
            claimed_before,
        )
        world.rows(f"UPDATE {table} SET due_at = queued_at WHERE state = 'waiting' AND attempts > 0")


def unfinished(world: World) -> int:
    return sum(world.rows(f"SELECT count(*) FROM {table} WHERE state IN ('waiting', 'running')")[0][0] for table in QUEUES)


def finish(world: World, *, seconds: float = 90) -> None:
    """Wait until everything queued is done."""
    deadline = time.monotonic() + seconds
    while unfinished(world) and time.monotonic() < deadline:
        let_leases_end(world)
        time.sleep(0.5)
