"""A running installation for the journeys: real processes, a database and data folder of their own, loaded with the demo."""

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
STORE = Path(tempfile.gettempdir()) / f"bruecke-journeys-{os.getuid()}"
BYTECODE = Path(tempfile.gettempdir()) / f"bruecke-bytecode-{os.getuid()}"  # beside the sources nothing is written
SECRET_KEY = "only-for-tests-" * 5  # the same as in the test settings: a test can sign what a page would have signed
DISTRICT = "saechsische-schweiz-osterzgebirge"  # the demo district with most to see
START_SECONDS = 30.0
_LIBC = ctypes.CDLL(None)  # loaded before any fork: other threads may be at work


class WorldError(Exception):
    """The installation did not come up; the text holds what its processes said."""


def postgresql_server() -> str:
    """The address of the PostgreSQL server of this run, or nothing: then worlds live in SQLite files."""
    return os.environ["DATABASE_URL_POSTGRES"] if os.environ.get("BRUECKE_TEST_DATABASE") == "postgresql" else ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def process_environment(data_dir: Path, database_url: str, **settings: str) -> dict[str, str]:
    """The surroundings of our processes: nothing of ours is inherited."""
    foreign = ("BRUECKE_", "DJANGO_", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    ours = {
        "BRUECKE_MODE": "demo",
        "BRUECKE_DATA_DIR": str(data_dir),
        "BRUECKE_DATABASE_URL": database_url,
        "BRUECKE_SECRET_KEY": SECRET_KEY,
        "BRUECKE_LOG_LEVEL": "WARNING",
        "BRUECKE_RECENT_LOGIN_MINUTES": "600",  # people log in once for all journeys
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONPYCACHEPREFIX": str(BYTECODE),
    }
    return kept | ours | settings


def die_with_the_tests() -> None:
    """In the new process: when the test process is killed, this one is asked to stop too (PR_SET_PDEATHSIG)."""
    _LIBC.prctl(1, signal.SIGTERM)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bruecke.config.cli", *arguments]


@dataclass
class World:
    """One installation. `start` brings up web and worker, `stop` takes them down; both may be called again and again."""

    data_dir: Path
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return process_environment(self.data_dir, self.database_url, BRUECKE_BASE_URL=self.url, **self.settings)

    @property
    def log(self) -> Path:
        return self.data_dir / "serve.log"

    def start(self, verb: str = "serve") -> float:
        """Start `bruecke serve` (or `demo`) in a process group of its own; returns the seconds until it answered."""
        started = time.perf_counter()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command(verb, "--port", str(self.port)),
                env=self.environment,
                cwd=self.data_dir,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_the_tests,  # noqa: PLW1509 - a system call, no lock
            )
        self.wait_until_well()
        return time.perf_counter() - started

    def wait_until_well(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.05)
        said = self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""
        raise WorldError(f"nobody answers at {self.url}:\n{said}")

    def stop(self) -> None:
        """Ask to stop; whatever of the group is still there after a while is killed."""
        if self.process is None:
            return
        group = self.process.pid
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def rows(self, query: str, *values: Any) -> list[tuple]:
        """Read (or, to let time pass, write) the database behind the back of the processes; `%s` for each value."""
        if self.database_url:
            with psycopg.connect(self.database_url, autocommit=True) as connection:
                cursor = connection.execute(query, values or None)
                return cursor.fetchall() if cursor.description else []
        connection = sqlite3.connect(self.data_dir / "bruecke.sqlite3", timeout=20)
        try:
            found = connection.execute(
                query.replace("%s", "?"), [str(v) if hasattr(v, "isoformat") else v for v in values]
            ).fetchall()
            connection.commit()
        finally:
            connection.close()
        return found

    def mails(self) -> list[EmailMessage]:
        """What was delivered: without an SMTP server each mail is a file, whole or not there."""
        files = sorted((self.data_dir / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]

    def wait_for_mail(self, to: str, *, seconds: float = 15) -> EmailMessage:
        """The newest mail to an address; the worker may still be on its way."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for mail in reversed(self.mails()):
                if mail["To"] == to:
                    return mail
            time.sleep(0.2)
        raise AssertionError(f"no mail to {to} within {seconds} s")


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Test processes side by side build the template once."""
    STORE.mkdir(mode=0o700, exist_ok=True)
    with (STORE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _template_key() -> str:
    """Changes with the sources, the day (the demo is made for today) and the kind of database."""
    digest = blake2b(f"{date.today()} {bool(postgresql_server())}".encode(), digest_size=6)
    for path in sorted(
        [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").glob("bruecke/*/data/*"), *(ROOT / "src").glob("bruecke/*/static/**/*")]
    ):
        if path.is_file():
            digest.update(path.read_bytes())
    for path in sorted((ROOT / "src").rglob("*.po")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _database_of(name: str) -> str:
    server = urlsplit(postgresql_server())
    return server._replace(path=f"/{name}").geturl()


def _on_server(*statements: str) -> None:
    with psycopg.connect(_database_of("postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _are_catalogues_compiled() -> bool:
    """Whether loading the demo compiled them in this checkout; with the template of another one all pages speak German."""
    sources = list((ROOT / "src").rglob("*.po"))
    return all(
        path.with_suffix(".mo").exists() and path.with_suffix(".mo").stat().st_mtime >= path.stat().st_mtime for path in sources
    )


def load_demo(folder: Path, url: str) -> None:
    """The demo districts of today into an empty data folder and database."""
    loaded = subprocess.run(
        command("demo", "--load-only", "--stage", "start"),
        env=process_environment(folder, url),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if loaded.returncode:
        raise WorldError(f"the demo does not load:\n{loaded.stdout[-2000:]}{loaded.stderr[-4000:]}")


def _template() -> Path:
    """The loaded demo, built once a day and state of the sources; others are thrown away. Call it under the lock."""
    folder = STORE / f"template-{_template_key()}"
    if (folder / "complete").exists() and _are_catalogues_compiled():
        return folder
    for old in STORE.glob("template-*"):
        if postgresql_server() and (old / "postgresql").exists():
            _on_server(f'DROP DATABASE IF EXISTS "{(old / "postgresql").read_text()}"')
        if bool(postgresql_server()) == (old / "postgresql").exists():
            shutil.rmtree(old)
    folder.mkdir(exist_ok=True)
    url = ""
    if postgresql_server():
        name = f"bruecke_journeys_{folder.name[-12:]}"
        (folder / "postgresql").write_text(name)
        _on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        url = _database_of(name)
    load_demo(folder, url)
    (folder / "complete").touch()
    return folder


@contextlib.contextmanager
def new_world(folder: Path, **settings: str) -> Iterator[World]:
    """A world of its own, a copy of the loaded demo; not started yet. It is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    url, name = "", ""
    with _locked():
        template = _template()
        shutil.copytree(template, folder / "data", ignore=shutil.ignore_patterns("complete", "postgresql", "cache", "serve.log"))
        if postgresql_server():
            name = f"bruecke_journeys_{os.getpid()}_{free_port()}"
            _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{(template / "postgresql").read_text()}"')
            url = _database_of(name)
    world = World(folder / "data", url, settings)
    try:
        yield world
    finally:
        world.stop()
        if name:
            _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')
        shutil.rmtree(folder, ignore_errors=True)
