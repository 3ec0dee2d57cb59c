"""Putting a backup back: read and verified row by row first, then exchanged in a few renames. What was there is kept aside."""

import gzip
import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from bruecke.config.operations import running
from bruecke.config.operations.backup import archive, moving
from bruecke.config.operations.backup.archive import Archive
from bruecke.config.operations.backup.databases import contents, open_sqlite, program, surroundings
from bruecke.config.operations.backup.making import check_space
from bruecke.config.operations.backup.postgresql import Place
from bruecke.config.operations.backup.tables import differing
from bruecke.config.operations.errors import BackupError
from bruecke.core import clock
from bruecke.core.sealing.anchors import FILE as ANCHORS
from bruecke.core.sealing.chain import current_key_id

SHOWN = 8


@dataclass
class Restored:
    """What came back. `notes`: German sentences that the operator should read."""

    made_at: datetime
    tables: int
    rows: int
    files: int
    notes: list[str] = field(default_factory=list)


def verify_backup(source: Path, *, key_file: Path | None = None) -> Restored:
    """Read a backup from end to end without touching anything. The rows of SQL from PostgreSQL are not counted here.

    Raises: BackupError.
    """
    with tempfile.TemporaryDirectory(prefix="bruecke-sicherung-") as folder:
        found = archive.read(source, Path(folder), key_file=key_file, only_look=True)
        return _looked_at(found)


def restore_backup(source: Path, *, replace: bool = False, key_file: Path | None = None, other: bool = False) -> Restored:
    """Put a backup back; nothing is touched until all of it was read, and verified as far as that goes without writing.

    `replace`: data are there, and are moved aside. `other`: the backup may come from another installation. A backup of SQLite
    can be put into PostgreSQL. Raises: BackupError.
    """
    data = Path(settings.DATA_DIR)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with running.alone(data), tempfile.TemporaryDirectory(dir=data, prefix=".rueckholung-") as folder:
        staging = Path(folder)
        check_space(staging, 2 * source.stat().st_size if source.exists() else 0)
        found = archive.read(source, staging, key_file=key_file)
        _refuse_newer(found)
        report = _looked_at(found)
        target = connections["default"].vendor
        if found.vendor == "postgresql" and target == "sqlite":
            raise BackupError(
                "Die Sicherung stammt aus PostgreSQL, diese Installation benutzt SQLite. Bitte holen Sie sie in eine "
                "PostgreSQL-Datenbank zurück; von dort führt `bruecke move --to sqlite` weiter."
            )
        _refuse_foreign(found, other=other)
        if found.vendor == target == "sqlite":
            _exchange(staging, found, report, replace=replace)
        else:
            connections.close_all()
            with Place(connections["default"].settings_dict, replace=replace) as place:
                _fill(place, found, report)
                _exchange_files(staging, found)
    connections.close_all()
    _warn_of_key(found, report)
    return report


def _looked_at(found: Archive) -> Restored:
    report = Restored(
        made_at=datetime.fromisoformat(found.header["made_at"]),
        tables=len(found.contents),
        rows=sum(content.rows for content in found.contents.values()),
        files=len(found.media),
    )
    if not found.contents:
        report.notes.append("Die Sicherung ist von Version 0.1 und nennt keine Zeilen; geprüft wurden nur die Prüfsummen.")
    if found.missing_files:
        report.notes.append(f"{len(found.missing_files)} Dateien fehlten schon, als gesichert wurde.")
    if found.vendor == "sqlite":
        with open_sqlite(found.database) as reader:
            complain(found, contents(reader, found.tables))
    return report


def complain(found: Archive, there: dict) -> None:
    """Raises: BackupError that names the tables that are not as the manifest says."""
    wrong = list(differing(found.contents, there)) if found.contents else []
    if wrong:
        more = f" und {len(wrong) - SHOWN} weitere" if len(wrong) > SHOWN else ""
        raise BackupError(
            f"Die Zeilen stimmen nicht mit der Sicherung überein: {'; '.join(wrong[:SHOWN])}{more}. Es wurde nichts geändert."
        )


def _refuse_newer(found: Archive) -> None:
    known = _known_migrations()
    new = [f"{app}.{name}" for app, name in found.header.get("migrations", []) if (app, name) not in known]
    if new:
        raise BackupError(
            f"Die Sicherung stammt aus einer neueren Version ({found.header['release']}); unbekannt ist zum Beispiel {new[0]}. "
            "Bitte installieren Sie zuerst diese Version. Es wurde nichts geändert."
        )


def _known_migrations() -> set[tuple[str, str]]:
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return set(loader.disk_migrations)


def _refuse_foreign(found: Archive, *, other: bool) -> None:
    """Districts tell installations apart: one that has none of those in the backup is another one."""
    here = _districts_here()
    there: dict[str, str] = found.header.get("districts", {})
    if here and there and not other and not here.keys() & there.keys():
        raise BackupError(
            f"Die Sicherung stammt aus einer anderen Anlage: Sie enthält {', '.join(sorted(there.values()))}, "
            f"hier gibt es {', '.join(sorted(here.values()))}. Wenn das gewollt ist: --other-installation. "
            "Es wurde nichts geändert."
        )


def _districts_here() -> dict[str, str]:
    connection = connections["default"]
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return {}
    from bruecke.core.models import District

    table = District._meta.db_table
    if table not in connection.introspection.table_names():
        return {}
    return dict(District.objects.order_by("slug").values_list("uid", "slug"))


def _warn_of_key(found: Archive, report: Restored) -> None:
    """A generated key is back in its file; one from the environment may be another one."""
    told = found.header.get("key_id")
    if "secret_key" in found.sums and not os.environ.get("BRUECKE_SECRET_KEY"):
        return
    if told and told != current_key_id():
        report.notes.append(
            "Der geheime Schlüssel ist nicht der der Sicherung. Bitte setzen Sie den alten in BRUECKE_SECRET_KEY; sonst gelten "
            "Codes, Links, zweite Faktoren und das Siegel des Protokolls nicht mehr."
        )


# --- SQLite ---------------------------------------------------------------------------------------------------------------


def _exchange(staging: Path, found: Archive, report: Restored, *, replace: bool) -> None:
    live = Path(connections["default"].settings_dict["NAME"])
    connections.close_all()
    if moving.holds_data(live) and not replace:
        raise BackupError("Hier liegen schon Daten. Mit --replace werden sie beiseitegelegt und ersetzt.")
    running.note_exchange(Path(settings.DATA_DIR))
    if live.exists():
        moving.aside_sqlite(live)
    found.database.replace(live)
    _exchange_files(staging, found)


def _exchange_files(staging: Path, found: Archive) -> None:
    """Uploads, secret key and anchors; each of the present ones is kept under another name."""
    data, media = Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)
    running.note_exchange(data)
    if found.media or media.exists():
        _aside(media)
        restored = staging / "media"
        restored.mkdir(exist_ok=True, mode=0o700)
        media.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(restored, media)
    for name in ("secret_key", ANCHORS):
        if name in found.sums or name == ANCHORS:
            _aside(data / name)
        if name in found.sums:
            shutil.move(staging / name, data / name)
    running.exchange_is_over(data)


def _aside(path: Path) -> None:
    if path.exists():
        path.rename(path.with_name(f"{path.name}-before-restore-{clock.now():%Y%m%dT%H%M%S%f}"))


# --- PostgreSQL -----------------------------------------------------------------------------------------------------------


def _fill(place: Place, found: Archive, report: Restored) -> None:
    if found.vendor == "postgresql":
        _load_sql(place, found.database)
        with place.reader() as reader:
            complain(found, contents(reader, found.tables))
        return
    _bring_up_to_date(found)
    moving.copy_into_postgresql(found.database, place)
    report.notes.append("Die Sicherung stammt aus SQLite und liegt jetzt in PostgreSQL; jede Zeile wurde verglichen.")


def _load_sql(place: Place, dump: Path) -> None:
    command = [*program("psql", place.options), "--single-transaction", "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1"]
    with tempfile.TemporaryFile() as said:
        load = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=surroundings(place.options)
        )
        try:
            with load.stdin, gzip.open(dump) as sql:  # type: ignore[union-attr]
                shutil.copyfileobj(sql, load.stdin, 1 << 20)  # type: ignore[arg-type]
        except BrokenPipeError:
            pass  # psql has stopped; what it said follows
        if load.wait():
            said.seek(0)
            raise BackupError(f"psql ist fehlgeschlagen: {said.read(400).decode(errors='replace').strip()}")


def _bring_up_to_date(found: Archive) -> None:
    """An SQLite copy of an older release gets the tables of this one, so that both sides have the same."""
    applied = {tuple(entry) for entry in found.header.get("migrations", [])}
    if _known_migrations() <= applied:
        return
    home = found.folder / "older"
    home.mkdir()
    found.database.rename(home / "bruecke.sqlite3")
    moving.run_django("migrate", "--verbosity", "0", data_dir=home, database_url="")
    with closing(sqlite3.connect(home / "bruecke.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    (home / "bruecke.sqlite3").rename(found.database)
