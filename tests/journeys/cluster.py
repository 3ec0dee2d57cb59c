"""A PostgreSQL cluster of one's own that may be killed: own folder, port and processes; nothing of the server that others use."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.journeys import processes
from tests.journeys.world import World, command, die_with_the_tests, free_port

NAME = "bruecke"
START_SECONDS = 60.0  # what was written since the last checkpoint is played again first
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "restart_after_crash": "on",
    "update_process_title": "on",
    "log_min_messages": "log",
}


def binaries() -> Path | None:
    """The folder of the newest server installed here (Debian keeps it off the PATH)."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if (path.parent / "postgres").exists()]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def _owner() -> dict[str, Any]:
    """As whom the server runs: it refuses to be root."""
    if os.geteuid():
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def why_not() -> str:
    """Why there can be no cluster here; empty where there can."""
    if binaries() is None:
        return "no PostgreSQL server is installed under /usr/lib/postgresql (apt-get install postgresql)"
    try:
        _owner()
    except KeyError:
        return "this runs as root, as whom no PostgreSQL server starts, and there is no user postgres"
    return ""


@dataclass
class Cluster:
    """One cluster with fsync on. `start` and the ways to die may be called again and again."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@127.0.0.1:{self.port}/{NAME}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def make(self) -> None:
        self._run("initdb", "-D", "data", "-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-k", "--no-sync")
        self.start()
        with psycopg.connect(self._there, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {NAME}")

    def take(self, world: World) -> None:
        """Bring what stands in the world's database here; from now on it works with this one."""
        if world.database_url:
            dump = str(self.folder / "world.dump")
            self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", dump, world.database_url)
            self._run("pg_restore", "--no-owner", "--single-transaction", "--dbname", self.url, dump)
        else:
            moved = subprocess.run(
                command("move", "--to", self.url), env=world.environment, capture_output=True, text=True, check=False
            )
            assert moved.returncode == 0, moved.stdout + moved.stderr
        world.database_url = self.url

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(_found(program)), *words], cwd=self.folder, check=True, capture_output=True, text=True, **_owner()
        )

    def start(self) -> None:
        """Start and wait until it answers. One that finds its predecessor's memory still in use gives up, and is started again."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                self._launch()
            if self.answers():
                return
            time.sleep(0.1)
        raise AssertionError(f"PostgreSQL does not come back:\n{self.log.read_text(errors='replace')[-3000:]}")

    def _launch(self) -> None:
        wanted = dict(_OPTIONS)
        if float(_found("postgres").parents[1].name) >= 14:
            wanted["recovery_init_sync_method"] = "syncfs"  # else each start after a crash opens every file, for seconds
        options = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(_found("postgres")), "-D", str(self.folder / "data"), "-p", str(self.port), *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_the_tests,  # noqa: PLW1509 - a system call, no lock
                **_owner(),
            )

    def answers(self) -> bool:
        with contextlib.suppress(psycopg.Error), psycopg.connect(self._there, connect_timeout=2) as connection:
            return connection.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,)
        return False

    @property
    def _there(self) -> str:
        """A database that is there from the beginning."""
        return f"postgresql://{NAME}@127.0.0.1:{self.port}/postgres"

    def backends(self) -> dict[int, str]:
        """Processes that serve somebody, with what they do: `idle`, `idle in transaction`, `INSERT`, `COMMIT` …"""
        found = {}
        for pid in processes.children_of(self.process.pid):
            words = processes.words_of(pid)
            title = words[0] if words else ""
            if title.startswith(f"postgres: {NAME} {NAME} "):
                found[pid] = title.partition(") ")[2].strip()
        return found

    def kill_backend(self, *, seconds: float = 1.0) -> str:
        """Kill one that is at work, preferably; returns what it did. The server then throws everybody out and recovers."""
        deadline = time.monotonic() + seconds
        while True:
            backends = self.backends()
            busy = {pid: work for pid, work in backends.items() if work != "idle"}
            if busy or (backends and time.monotonic() > deadline):
                pid, work = next(iter((busy or backends).items()))
                processes.kill(pid)
                return work
            if time.monotonic() > deadline + 10:
                return ""
            time.sleep(0.002)

    def kill_all(self) -> None:
        """The postmaster and all that it started, at once. Its stale lock file stays: the next one has to cope with it."""
        if self.process is None:
            return
        family = [self.process.pid, *processes.children_of(self.process.pid)]
        for pid in family:
            processes.kill(pid)
        self.process.wait()
        deadline = time.monotonic() + 10
        while any(processes.is_alive(pid) for pid in family) and time.monotonic() < deadline:
            time.sleep(0.02)

    def examine(self) -> str:
        """Every page of every table and index, held against each other; what is wrong, or nothing."""
        if not (_found("pg_amcheck")).exists():
            return ""
        words = [
            "--install-missing",
            "--heapallindexed",
            "--no-dependent-toast",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            NAME,
        ]
        run = subprocess.run([str(_found("pg_amcheck")), *words, NAME], capture_output=True, text=True, check=False)
        return run.stdout + run.stderr if run.returncode else ""


def _found(program: str) -> Path:
    folder = binaries()
    assert folder is not None
    return folder / program


@contextlib.contextmanager
def new_cluster() -> Iterator[Cluster]:
    """A running cluster with an empty database; gone afterwards. Its folder is the server's own user's."""
    folder = Path(tempfile.mkdtemp(prefix="bruecke-cluster-"))
    owner = _owner()
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    cluster = Cluster(folder, free_port())
    try:
        cluster.make()
        yield cluster
    finally:
        cluster.kill_all()
        shutil.rmtree(folder, ignore_errors=True)
