"""Reading either database from end to end, from one consistent state, without Django in between."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.conninfo import make_conninfo

from bruecke.config.operations.backup.tables import Columns, Content, content_of
from bruecke.config.operations.errors import BackupError

ASIDE = "before_restore_"
AT_ONCE = 2000
NO_PROGRAM = "Das Programm {} fehlt. Bitte installieren Sie das Paket postgresql-client."


class Reader(Protocol):
    """One database in one state. `tables` are those that are there."""

    vendor: str

    def tables(self) -> set[str]: ...

    def rows(self, table: str, columns: Columns) -> Iterator[tuple]: ...


class SqliteReader:
    vendor = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def tables(self) -> set[str]:
        return {name for (name,) in self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def rows(self, table: str, columns: Columns) -> Iterator[tuple]:
        cursor = self.connection.execute(f"SELECT {_listed(columns)} FROM {_quoted(table)}")  # noqa: S608 - names of our models
        while found := cursor.fetchmany(AT_ONCE):
            yield from found


class PostgresqlReader:
    vendor = "postgresql"

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def tables(self) -> set[str]:
        return {
            name
            for (name,) in self.connection.execute(
                "SELECT table_name FROM information_schema.tables "
                "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
            )
        }

    def rows(self, table: str, columns: Columns) -> Iterator[tuple]:
        listed = ", ".join(f"{_quoted(name)}::text" if kind == "json" else _quoted(name) for name, kind in columns.items())
        with self.connection.cursor(name="bruecke_rows") as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(f"SELECT {listed} FROM {_quoted(table)}")  # noqa: S608 - names of our models
            yield from cursor


def contents(reader: Reader, tables: Mapping[str, Columns]) -> dict[str, Content]:
    """Rows and fingerprint of each of `tables` that is there."""
    there = reader.tables()
    return {table: content_of(reader.rows(table, columns), columns) for table, columns in tables.items() if table in there}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(columns: Columns) -> str:
    return ", ".join(_quoted(name) for name in columns)


@contextmanager
def open_sqlite(path: Path) -> Iterator[SqliteReader]:
    """A file that nobody writes, such as a copy; raises BackupError when it is no database, or a damaged one."""
    if not path.exists():
        raise BackupError(f"Die Datenbank {path} gibt es nicht.")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, timeout=20)) as connection:
            answer = connection.execute("PRAGMA quick_check").fetchone()[0]
            if answer != "ok":
                raise BackupError(f"Die Datenbank {path.name} ist beschädigt: {answer}.")
            yield SqliteReader(connection)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"Die Datenbank {path.name} lässt sich nicht lesen: {error}.") from error


def parameters(options: Mapping[str, Any]) -> dict[str, Any]:
    """What libpq is told, from an entry of `DATABASES`."""
    found = {"dbname": options["NAME"], "user": options.get("USER"), "password": options.get("PASSWORD")}
    found |= {"host": options.get("HOST"), "port": options.get("PORT"), **options.get("OPTIONS", {})}
    return {key: value for key, value in found.items() if value not in (None, "")} | {"application_name": "bruecke-operations"}


def connect(options: Mapping[str, Any]) -> psycopg.Connection:
    """Raises: BackupError when the server does not let us in."""
    try:
        connection = psycopg.connect(**parameters(options), connect_timeout=10)
    except psycopg.OperationalError as error:
        raise BackupError(f"Die Datenbank antwortet nicht: {str(error).strip().splitlines()[0]}") from error
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()
    return connection


@contextmanager
def open_postgresql(options: Mapping[str, Any]) -> Iterator[PostgresqlReader]:
    """One state of the database, as long as the block lasts; others may write."""
    with closing(connect(options)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield PostgresqlReader(connection)


def program(name: str, options: Mapping[str, Any]) -> list[str]:
    """The command line of pg_dump or psql up to the database; the password goes by the environment."""
    path = shutil.which(name)
    if path is None:
        raise BackupError(NO_PROGRAM.format(name))
    told = {key: value for key, value in parameters(options).items() if key != "password"}
    return [path, "--dbname", make_conninfo(**told), "--no-password"]


def surroundings(options: Mapping[str, Any]) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "PGPASSWORD": str(options.get("PASSWORD") or ""), "LC_ALL": "C.UTF-8"}
