"""Making a backup while people work: uploads, database in one state, uploads again, then all of it into one file."""

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from bruecke import RELEASE
from bruecke.config.operations.backup import archive
from bruecke.config.operations.backup.databases import (
    ASIDE,
    Reader,
    contents,
    open_postgresql,
    open_sqlite,
    program,
    surroundings,
)
from bruecke.config.operations.backup.files import Farm, farm
from bruecke.config.operations.backup.tables import our_tables
from bruecke.config.operations.errors import BackupError
from bruecke.core import clock
from bruecke.core.models import District, StoredFile
from bruecke.core.sealing.anchors import anchor_file
from bruecke.core.sealing.chain import current_key_id

RESERVE = 50 * 2**20  # bytes that stay free


class _Copy:
    """The copied database and what was read from the same state."""

    def __init__(self, path: Path, reader: Reader) -> None:
        self.path = path
        self.tables = our_tables()
        self.contents = contents(reader, self.tables)
        named = StoredFile._meta.db_table
        self.files = {row[0] for row in reader.rows(named, {"path": "text"})} if named in reader.tables() else set()


def make_backup(target: Path, *, key_file: Path | None = None) -> list[str]:
    """Write `target`; complete or not there at all. Returns the names of uploads that the database names and nobody has.

    Raises: BackupError; OSError when the disk is full or may not be written.
    """
    if target.exists():
        raise BackupError(f"Die Datei {target} gibt es schon. Bitte nennen Sie eine andere.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".sicherung-") as folder,
        farm(Path(settings.MEDIA_ROOT)) as uploads,
    ):
        staging = Path(folder)
        check_space(staging, database_bytes())
        uploads.add()
        copy = _copy_database(staging, when_fixed=uploads.add)
        missing = _write(staging / "backup", copy, uploads, key_file)
        (staging / "backup").replace(target)
    return missing


def _write(path: Path, copy: _Copy, uploads: Farm, key_file: Path | None) -> list[str]:
    with archive.written(path, key_file) as writer:
        names = sorted(copy.files | uploads.present)
        found = {name: place for name in names if (place := uploads.path(name)) is not None}
        size = copy.path.stat().st_size + sum(place.stat().st_size for place in found.values())
        writer.text(archive.HEADER, _header(size))
        writer.file(copy.path.name, copy.path)
        for extra in (Path(settings.DATA_DIR) / "secret_key", anchor_file()):
            if extra.exists():
                writer.file(extra.name, extra)
        for name, place in found.items():
            writer.media(name, place)
        missing = sorted(copy.files - found.keys())
        tables = {
            table: {"columns": copy.tables[table], "rows": content.rows, "hash": content.hash}
            for table, content in copy.contents.items()
        }
        writer.text(archive.MANIFEST, {"sha256": writer.sums, "tables": tables, "missing_files": missing})
    return missing


def _header(size: int) -> dict[str, Any]:
    connection = connections["default"]
    recorder = MigrationRecorder(connection)
    return {
        "format": archive.FORMAT,
        "release": RELEASE,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "bytes": size,
        "districts": dict(District.objects.order_by("slug").values_list("uid", "slug")) if recorder.has_table() else {},
        "key_id": current_key_id(),
        "migrations": sorted(map(list, recorder.applied_migrations())),
    }


def database_bytes() -> int:
    connection = connections["default"]
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return path.stat().st_size if path.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def check_space(folder: Path, needed: int) -> None:
    """Raises: BackupError, before anything is written."""
    free = shutil.disk_usage(folder).free
    if free < needed + RESERVE:
        raise BackupError(
            f"Auf dem Datenträger von {folder.parent} ist zu wenig Platz: {free // 2**20} MB sind frei, "
            f"etwa {(needed + RESERVE) // 2**20} MB werden gebraucht. Es wurde nichts geändert."
        )


def _copy_database(staging: Path, *, when_fixed: Callable[[], None]) -> _Copy:
    """`when_fixed` is called as soon as it is settled which state the copy holds; reading all of it takes longer."""
    options = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        path = copy_sqlite(Path(options["NAME"]), staging / archive.DATABASES["sqlite"])
        when_fixed()
        with open_sqlite(path) as reader:
            return _Copy(path, reader)
    path = staging / archive.DATABASES["postgresql"]
    with open_postgresql(options) as reader:
        state = reader.connection.execute("SELECT pg_export_snapshot()").fetchone()
        when_fixed()
        command = [
            *program("pg_dump", options), f"--snapshot={state[0] if state else ''}", "--no-owner", "--no-privileges",
            f"--exclude-schema={ASIDE}*", "--compress=6", f"--file={path}",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, env=surroundings(options), check=False)
        if done.returncode:
            raise BackupError(f"pg_dump ist fehlgeschlagen: {done.stderr.decode(errors='replace').strip()[:300]}")
        return _Copy(path, reader)


def copy_sqlite(source: Path, target: Path) -> Path:
    """One state of a database that others write meanwhile; the copy needs no journal beside it."""
    if not source.exists():
        raise BackupError(f"Die Datenbank {source} gibt es nicht. Es wurde nichts gesichert.")
    with (
        closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=60)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    target.chmod(0o600)
    return target
