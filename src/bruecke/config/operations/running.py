"""Who works with a data folder now: locks that end with their process, and the mark of an exchange that was not finished."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bruecke.config.operations.errors import BackupError

LOCK = "running.lock"
EXCHANGE = "restore-unfinished"
UNFINISHED = (
    "Eine Rückholung wurde mittendrin unterbrochen. Bitte wiederholen Sie sie: bruecke restore DATEI --replace. "
    "Was vorher da war, liegt daneben (before-restore-…)."
)


def note_running(data: Path) -> None:
    """This process serves or works here, until it ends; it may be one of several. Raises: OSError, BackupError (restore runs)."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(data / LOCK, os.O_CREAT | os.O_RDWR, 0o640)  # never closed: the lock ends with the process
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BackupError(
            "Gerade wird eine Sicherung zurückgeholt oder umgezogen. Bitte warten Sie, bis das fertig ist."
        ) from error


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Nobody serves or works here inside the block, and nobody can begin to. Raises: BackupError."""
    handle = os.open(data / LOCK, os.O_CREAT | os.O_RDWR, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BackupError(
            "Brücke läuft noch. Bitte beenden Sie zuerst den Dienst (systemctl stop bruecke). Es wurde nichts geändert."
        ) from error
    finally:
        os.close(handle)


def note_exchange(data: Path) -> None:
    (data / EXCHANGE).touch(mode=0o600)


def exchange_is_over(data: Path) -> None:
    with suppress(FileNotFoundError):
        (data / EXCHANGE).unlink()


def is_unfinished(data: Path) -> bool:
    return (data / EXCHANGE).exists()
