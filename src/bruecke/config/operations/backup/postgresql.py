"""A place for data in a PostgreSQL database: what is there is kept in a schema of its own, and comes back when filling fails."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

from bruecke.config.operations.backup.databases import ASIDE, PostgresqlReader, connect
from bruecke.config.operations.errors import BackupError
from bruecke.core import clock

_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'bruecke'
"""


class Place:
    """The schema of a database, empty inside the block. Raises: BackupError when it is in use, or holds data without `replace`."""

    def __init__(self, options: Mapping[str, Any], *, replace: bool) -> None:
        self.options = options
        self._replace = replace
        self._aside = ""
        self.schema = ""

    def __enter__(self) -> Self:
        with closing(connect(self.options)) as connection:
            row = connection.execute("SELECT current_schema()").fetchone()
            self.schema = row[0] if row and row[0] else "public"
            others = connection.execute(_OTHERS).fetchone()
            if others and others[0]:
                raise BackupError(
                    f"Brücke arbeitet noch mit dieser Datenbank ({others[0]} Verbindungen). Bitte beenden Sie zuerst alle "
                    "Web- und Worker-Prozesse. Es wurde nichts geändert."
                )
            if PostgresqlReader(connection).tables():
                if not self._replace:
                    raise BackupError("Hier liegen schon Daten. Mit --replace werden sie beiseitegelegt und ersetzt.")
                self._move_aside(connection)
            connection.commit()
        return self

    def _move_aside(self, connection: psycopg.Connection) -> None:
        self._aside = f"{ASIDE}{clock.now():%Y%m%dT%H%M%S}".lower()
        names = {"old": sql.Identifier(self.schema), "aside": sql.Identifier(self._aside)}
        try:
            connection.execute(sql.SQL("ALTER SCHEMA {old} RENAME TO {aside}").format(**names))
            connection.execute(sql.SQL("CREATE SCHEMA {old}").format(**names))
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                f"Der Datenbanknutzer darf das Schema {self.schema} nicht umbenennen. Machen Sie ihn zum Eigentümer der Datenbank "
                "(ALTER DATABASE … OWNER TO …). Es wurde nichts geändert."
            ) from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            return
        with closing(connect(self.options)) as connection:
            if self._aside:
                names = {"old": sql.Identifier(self.schema), "aside": sql.Identifier(self._aside)}
                connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {old} CASCADE").format(**names))
                connection.execute(sql.SQL("ALTER SCHEMA {aside} RENAME TO {old}").format(**names))
            else:
                for table in PostgresqlReader(connection).tables():  # nothing was there: nothing stays
                    connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier(table)))
            connection.commit()

    @contextmanager
    def reader(self) -> Iterator[PostgresqlReader]:
        with closing(connect(self.options)) as connection:
            yield PostgresqlReader(connection)

    @contextmanager
    def writing(self) -> Iterator[psycopg.Connection]:
        """One transaction; nothing of it stays when the block fails."""
        with closing(connect(self.options)) as connection, connection.transaction():
            yield connection
