"""One file that holds everything: database, uploads, secret key; and the way back, which never overwrites silently."""

import gzip
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connections

from bruecke import RELEASE
from bruecke.core import clock

FORMAT = 1


class BackupError(Exception):
    """A backup that cannot be made, read or put back; the text says why and what to do."""


def make_backup(target: Path) -> Path:
    """Write `target` (a .tar.gz); complete or not there at all. The database is read in one consistent snapshot."""
    if target.exists():
        raise BackupError(f"Die Datei {target} gibt es schon. Bitte nennen Sie eine andere.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".sicherung-") as folder:
        staging = Path(folder)
        database = _dump_database(staging)
        manifest = {
            "format": FORMAT,
            "release": RELEASE,
            "made_at": clock.now().isoformat(timespec="seconds"),
            "database": connections["default"].vendor,
            "sha256": {database.name: _digest(database)},
        }
        (staging / "manifest.json").write_text(json.dumps(manifest, indent=2))
        archive = staging / "backup.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
            tar.add(staging / "manifest.json", "manifest.json")
            tar.add(database, database.name)
            key = Path(settings.DATA_DIR) / "secret_key"
            if key.exists():
                tar.add(key, "secret_key")
            if Path(settings.MEDIA_ROOT).exists():
                tar.add(settings.MEDIA_ROOT, "media")
        archive.chmod(0o600)
        archive.replace(target)
    return target


def restore_backup(source: Path, *, replace: bool = False) -> datetime:
    """Put a backup back. What is there now is moved aside to `before-restore-…` (SQLite) first; returns when it was made.

    Raises BackupError: unreadable or damaged file, other database kind, or data present and `replace` not given.
    """
    with tempfile.TemporaryDirectory(dir=_existing(Path(settings.DATA_DIR)), prefix=".rueckholung-") as folder:
        staging = Path(folder)
        manifest = _unpack(source, staging)
        vendor = connections["default"].vendor
        if manifest["database"] != vendor:
            raise BackupError(f"Die Sicherung stammt aus {manifest['database']}, diese Installation benutzt {vendor}.")
        if vendor == "sqlite":
            _restore_sqlite(staging, replace=replace)
        else:
            _restore_postgresql(staging, replace=replace)
        media = Path(settings.MEDIA_ROOT)
        if (staging / "media").exists():
            if media.exists():
                media.rename(media.with_name(f"media-before-restore-{clock.now():%Y%m%dT%H%M%S}"))
            shutil.copytree(staging / "media", media)
        if (staging / "secret_key").exists():
            shutil.copy2(staging / "secret_key", Path(settings.DATA_DIR) / "secret_key")
    return datetime.fromisoformat(manifest["made_at"])


def _existing(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _dump_database(staging: Path) -> Path:
    options = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        dump = staging / "database.sqlite3"
        with sqlite3.connect(options["NAME"]) as live, sqlite3.connect(dump) as copy:
            live.backup(copy)
        copy.close()
        live.close()
        return dump
    dump = staging / "database.sql.gz"
    with gzip.open(dump, "wb") as file:
        command = [*_pg("pg_dump", options), "--no-owner", "--no-privileges", "--clean", "--if-exists"]
        result = subprocess.run(command, capture_output=True, env=_pg_env(options), check=False)
        if result.returncode:
            raise BackupError(f"pg_dump ist fehlgeschlagen: {result.stderr.decode(errors='replace')[:300]}")
        file.write(result.stdout)
    return dump


def _pg(program: str, options: dict) -> list[str]:
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"Das Programm {program} fehlt. Bitte installieren Sie das Paket postgresql-client.")
    command = [path, "--dbname", options["NAME"]]
    for flag, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if options.get(key):
            command += [flag, str(options[key])]
    return command


def _pg_env(options: dict) -> dict[str, str]:
    return {"PGPASSWORD": options.get("PASSWORD") or "", "PATH": "/usr/bin:/bin"}


def _unpack(source: Path, staging: Path) -> dict:
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(staging, filter="data")
        manifest = json.loads((staging / "manifest.json").read_text())
    except (OSError, tarfile.TarError, ValueError, EOFError) as error:
        raise BackupError(f"{source} ist keine lesbare Sicherung ({type(error).__name__}).") from error
    if manifest.get("format") != FORMAT:
        raise BackupError("Die Sicherung hat ein Format, das diese Version nicht kennt.")
    for name, digest in manifest["sha256"].items():
        if not (staging / name).exists() or _digest(staging / name) != digest:
            raise BackupError(f"Die Sicherung ist beschädigt: {name} stimmt nicht mit ihrer Prüfsumme überein.")
    return manifest


def _restore_sqlite(staging: Path, *, replace: bool) -> None:
    live = Path(connections["default"].settings_dict["NAME"])
    connections.close_all()
    if live.exists():
        if not replace:
            raise BackupError("Hier liegen schon Daten. Mit --replace werden sie beiseitegelegt und ersetzt.")
        aside = live.with_name(f"before-restore-{clock.now():%Y%m%dT%H%M%S}.sqlite3")
        with sqlite3.connect(live) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old.close()
        live.rename(aside)
        for suffix in ("-wal", "-shm"):
            live.with_name(live.name + suffix).unlink(missing_ok=True)
    shutil.copy2(staging / "database.sqlite3", live)


def _restore_postgresql(staging: Path, *, replace: bool) -> None:
    options = connections["default"].settings_dict
    if connections["default"].introspection.table_names() and not replace:
        raise BackupError("Hier liegen schon Daten. Mit --replace werden sie ersetzt; bitte sichern Sie sie vorher.")
    connections.close_all()
    sql = gzip.decompress((staging / "database.sql.gz").read_bytes())
    command = [*_pg("psql", options), "--single-transaction", "--quiet", "--set", "ON_ERROR_STOP=1"]
    result = subprocess.run(command, input=sql, capture_output=True, env=_pg_env(options), check=False)
    if result.returncode:
        raise BackupError(f"psql ist fehlgeschlagen: {result.stderr.decode(errors='replace')[:300]}")
