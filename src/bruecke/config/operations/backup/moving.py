"""From one kind of database into the other: tables of this release are made there, rows copied, and every row compared."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from bruecke.config.operations import running
from bruecke.config.operations.backup.databases import (
    PostgresqlReader,
    Reader,
    SqliteReader,
    contents,
    open_postgresql,
    open_sqlite,
)
from bruecke.config.operations.backup.making import check_space, copy_sqlite, database_bytes
from bruecke.config.operations.backup.postgresql import Place
from bruecke.config.operations.backup.tables import Columns, Content, differing, microseconds, moment, our_tables
from bruecke.config.operations.errors import BackupError
from bruecke.config.settings.base import database_from
from bruecke.core import clock

Rows = Iterator[tuple]


def move(url: str, *, replace: bool = False, tell: Callable[[str], object] = lambda _text: None) -> dict[str, Content]:
    """Copy the database of this installation into the one at `url` (`postgresql://…`, or `sqlite` for the data folder's file).

    The service must be stopped. The source stays as it is. Returns what was copied, by table. Raises: BackupError.
    """
    connection = connections["default"]
    _refuse_unfinished()
    data = Path(settings.DATA_DIR)
    to_sqlite = url == "sqlite"
    if to_sqlite == (connection.vendor == "sqlite"):
        raise BackupError("Ziel und Quelle sind dieselbe Art von Datenbank. Dafür gibt es `bruecke backup` und `bruecke restore`.")
    with running.alone(data), tempfile.TemporaryDirectory(dir=data, prefix=".umzug-") as folder:
        if to_sqlite:
            tell("Die Tabellen werden aus PostgreSQL gelesen …")
            with open_postgresql(connection.settings_dict) as source:
                return _into_sqlite(source, data / "bruecke.sqlite3", Path(folder), replace=replace)
        check_space(Path(folder), database_bytes())
        copy = copy_sqlite(Path(connection.settings_dict["NAME"]), Path(folder) / "copy.sqlite3")
        connections.close_all()
        with Place(database_from(url), replace=replace) as place:
            tell("Die Tabellen werden angelegt und gefüllt …")
            return copy_into_postgresql(copy, place)


def _refuse_unfinished() -> None:
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError("Die Datenbank ist nicht auf dem Stand dieser Version. Bitte rufen Sie zuerst auf: bruecke setup")


def run_django(*arguments: str, data_dir: Path, database_url: str) -> None:
    """A management command on another database, in a process of its own. Raises: BackupError with the end of what it said."""
    environment = os.environ | {
        "BRUECKE_DATA_DIR": str(data_dir),
        "BRUECKE_DATABASE_URL": database_url,
        "BRUECKE_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "bruecke.config.settings.base",
    }
    command = [sys.executable, "-m", "bruecke.config.cli", "django", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["ohne Angabe"])[-1]
        raise BackupError(f"Die Tabellen ließen sich nicht anlegen: {last[:300]}")


# --- into PostgreSQL ------------------------------------------------------------------------------------------------------


def copy_into_postgresql(copy: Path, place: Place) -> dict[str, Content]:
    """All rows of an SQLite file that has the tables of this release; compared before they are committed."""
    from bruecke.config.operations.backup.urls import url_of

    tables = our_tables()
    run_django("migrate", "--verbosity", "0", data_dir=Path(settings.DATA_DIR), database_url=url_of(place.options))
    with open_sqlite(copy) as source, place.writing() as target:
        listed = sql.SQL(", ").join(sql.Identifier(table) for table in tables)
        target.execute(sql.SQL("TRUNCATE {} CASCADE").format(listed))
        for table, columns in tables.items():
            _copy_table(source, target, table, columns)
        _set_sequences(target)
        wanted = contents(source, tables)
        _complain(wanted, contents(PostgresqlReader(target), tables))
    return wanted


def _copy_table(source: Reader, target: psycopg.Connection, table: str, columns: Columns) -> None:
    makers = [_FOR_POSTGRESQL.get(kind.partition(":")[0]) for kind in columns.values()]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    )
    try:
        with target.cursor() as cursor, cursor.copy(statement) as copying:
            for row in source.rows(table, columns):
                copying.write_row(_made(makers, row))
    except psycopg.DataError as error:
        raise BackupError(f"{table}: PostgreSQL nimmt eine Zeile nicht an: {str(error).strip().splitlines()[0]}") from error


def _made(makers: list[Callable[[Any], Any] | None], row: tuple) -> tuple:
    return tuple(value if value is None or make is None else make(value) for make, value in zip(makers, row, strict=True))


_FOR_POSTGRESQL: Mapping[str, Callable[[Any], Any]] = {
    "bool": bool,
    "datetime": moment,
    "decimal": str,
    "binary": bytes,
    "duration": lambda value: f"{microseconds(value)} microseconds",
}


def _set_sequences(target: psycopg.Connection) -> None:
    """Each sequence goes on after the highest key that was copied."""
    owned = target.execute(
        """
        SELECT tables.relname, columns.attname, sequences.oid::regclass::text
        FROM pg_class AS sequences
        JOIN pg_depend ON pg_depend.objid = sequences.oid AND pg_depend.deptype IN ('a', 'i')
        JOIN pg_class AS tables ON tables.oid = pg_depend.refobjid
        JOIN pg_attribute AS columns ON columns.attrelid = tables.oid AND columns.attnum = pg_depend.refobjsubid
        JOIN pg_namespace ON pg_namespace.oid = tables.relnamespace AND pg_namespace.nspname = current_schema()
        WHERE sequences.relkind = 'S'
        """
    ).fetchall()
    for table, column, sequence in owned:
        target.execute(
            sql.SQL("SELECT setval({sequence}, coalesce(max({column}), 1), max({column}) IS NOT NULL) FROM {table}").format(
                sequence=sql.Literal(sequence), column=sql.Identifier(column), table=sql.Identifier(table)
            )
        )


# --- into SQLite ----------------------------------------------------------------------------------------------------------


def _into_sqlite(source: PostgresqlReader, live: Path, folder: Path, *, replace: bool) -> dict[str, Content]:
    if holds_data(live) and not replace:
        raise BackupError(f"{live.name} gibt es schon. Mit --replace wird die Datei beiseitegelegt und ersetzt.")
    tables = our_tables()
    run_django("migrate", "--verbosity", "0", data_dir=folder, database_url="")
    made = folder / "bruecke.sqlite3"
    with closing(sqlite3.connect(made)) as target:
        target.execute("PRAGMA journal_mode=DELETE")
        for table in tables:
            target.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of our models
        for table, columns in tables.items():
            makers = [_FOR_SQLITE.get(kind.partition(":")[0]) for kind in columns.values()]
            names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" for _name in columns)
            statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - names of our models
            target.executemany(statement, (_made(makers, row) for row in source.rows(table, columns)))
        target.commit()
        wanted = contents(source, tables)
        _complain(wanted, contents(SqliteReader(target), tables))
    if live.exists():
        aside_sqlite(live)
    made.rename(live)
    return wanted


_FOR_SQLITE: Mapping[str, Callable[[Any], Any]] = {
    "datetime": lambda value: str(moment(value).replace(tzinfo=None)),
    "date": str,
    "time": str,
    "decimal": str,
    "duration": microseconds,
    "uuid": lambda value: str(value).replace("-", ""),
}


def holds_data(live: Path) -> bool:
    """Whether there is a table in it; opening a file that is not there makes an empty one."""
    if not live.exists():
        return False
    with closing(sqlite3.connect(live)) as database:
        return bool(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def aside_sqlite(live: Path) -> Path:
    """Fold the journal into the file and give it another name; nothing is lost."""
    aside = live.with_name(f"before-restore-{clock.now():%Y%m%dT%H%M%S%f}.sqlite3")
    with closing(sqlite3.connect(live)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    live.rename(aside)
    for suffix in ("-wal", "-shm"):
        live.with_name(live.name + suffix).unlink(missing_ok=True)
    return aside


def _complain(wanted: dict[str, Content], found: dict[str, Content]) -> None:
    wrong = list(differing(wanted, found))
    if wrong:
        raise BackupError(f"Nach dem Kopieren stimmen Zeilen nicht überein: {'; '.join(wrong[:8])}. Das Ziel bleibt, wie es war.")
