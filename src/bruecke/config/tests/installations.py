"""Installations of their own for tests of the operator's commands: set up once, copied for each test."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import bruecke

SOURCES = Path(bruecke.__file__).parents[1]
STORE = Path(tempfile.gettempdir()) / f"bruecke-prepared-{os.getuid()}"
BYTECODE = Path(tempfile.gettempdir()) / f"bruecke-bytecode-{os.getuid()}"  # beside the sources nothing is written


@dataclass
class Installation:
    """One data folder, and the commands on it in processes of their own. Nothing of the test's environment is inherited."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    """A program that runs the command, such as one that takes rights away."""

    @property
    def environment(self) -> dict[str, str]:
        foreign = ("BRUECKE_", "DJANGO_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        ours = {
            "BRUECKE_DATA_DIR": str(self.data),
            "BRUECKE_STATIC_DIR": str(self.data / "static"),
            "PYTHONPATH": str(SOURCES),
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
        }
        return kept | ours | self.settings

    @property
    def database(self) -> Path:
        return self.data / "bruecke.sqlite3"

    def start(self, *arguments: str, **kwargs) -> subprocess.Popen:
        command = [*self.before, sys.executable, "-m", "bruecke.config.cli", *arguments]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs)

    def run(self, *arguments: str, check: bool = True, **kwargs) -> subprocess.CompletedProcess:
        """`bruecke …`; fails the test when the command does, unless `check` is off."""
        command = [*self.before, sys.executable, "-m", "bruecke.config.cli", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=180, **kwargs)
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def refused(self, *arguments: str, **kwargs) -> str:
        """What the command says when it refuses: a sentence, never a trace."""
        done = self.run(*arguments, check=False, **kwargs)
        assert done.returncode in {1, 2}, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr


def _key() -> str:
    digest = blake2b(digest_size=6)
    for pattern in ("*/migrations/*.py", "*/data/*"):
        for path in sorted((SOURCES / "bruecke").glob(pattern)):
            if path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()


def prepared() -> Path:
    """A data folder after `bruecke setup` and with one published district; made once for a state of migrations and data."""
    STORE.mkdir(mode=0o700, exist_ok=True)
    with (STORE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = STORE / _key()
        if (folder / "complete").exists():
            return folder
        for old in STORE.iterdir():
            if old.is_dir():
                shutil.rmtree(old)
        folder.mkdir(mode=0o700)
        made = Installation(folder)
        made.run("setup")
        made.run("create-district", "--slug", "erzgebirge", "--name", "Erzgebirgskreis", "--ags", "14521", "--languages", "ar")
        made.run("invite-admin", "erzgebirge", "verwaltung@example.org")
        made.run("publish-district", "erzgebirge")
        (folder / "complete").touch()
        return folder


def copy_of_prepared(target: Path, **settings: str) -> Installation:
    shutil.copytree(prepared(), target, ignore=shutil.ignore_patterns("complete", "cache", "static", "running.lock"))
    target.chmod(0o700)
    shutil.copytree(prepared() / "static", target / "static", copy_function=os.link)
    made = Installation(target, settings)
    moment = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ")
    with closing(sqlite3.connect(made.database)) as database:  # or mail and seal of a kept folder would be late
        database.execute("UPDATE core_outboxmail SET queued_at = ?, due_at = ?", (moment, moment))
        database.execute("UPDATE core_auditentry SET at = ?", (moment,))
        database.commit()
    return made
