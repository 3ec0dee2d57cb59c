"""From SQLite to PostgreSQL and back, and backups of PostgreSQL: each row is the same afterwards, keys go on, nothing is lost."""

import json
import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import psycopg
import pytest

from bruecke.config.operations.backup.databases import SqliteReader, contents
from bruecke.config.operations.backup.tables import differing, our_tables
from bruecke.config.tests.test_backup import rewritten, with_file

pytestmark = [
    pytest.mark.django_db,  # so that it is run where there is a server
    pytest.mark.skipif(os.environ.get("BRUECKE_TEST_DATABASE") != "postgresql", reason="needs a PostgreSQL server"),
]
NAME = f"bruecke_move_{os.getpid()}"


def on_server(*statements: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL_POSTGRES"], autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def server():
    """The address of an empty database of its own."""
    on_server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    yield urlsplit(os.environ["DATABASE_URL_POSTGRES"])._replace(path=f"/{NAME}").geturl()
    on_server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


@contextmanager
def asked(url: str):
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def contents_of(installation) -> dict:
    """As compared on both databases: PostgreSQL writes JSON in its own way."""
    with closing(sqlite3.connect(installation.database)) as connection:
        return contents(SqliteReader(connection), our_tables())


def schemas(url: str) -> list[str]:
    with asked(url) as connection:
        return [name for (name,) in connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before%'")]


def test_there_and_back_every_row_is_the_same(installation, elsewhere, server):
    said = installation.run("move", "--to", server).stdout
    assert "Umgezogen und verglichen" in said
    assert "--replace" in installation.refused("move", "--to", server), "the target holds data now"
    moved = replace(installation, settings={"BRUECKE_DATABASE_URL": server})
    assert "SCHLECHT" not in moved.run("doctor").stdout
    with asked(server) as connection:
        highest = connection.execute("SELECT max(id) FROM core_auditentry").fetchone()[0]
    moved.run("create-district", "--slug", "meissen", "--name", "Landkreis Meißen", "--ags", "14627")
    with asked(server) as connection:
        keys = [key for (key,) in connection.execute("SELECT id FROM core_auditentry WHERE id > %s", [highest])]
        assert keys, "new rows get keys after the highest one"
    back = replace(elsewhere, settings={"BRUECKE_DATABASE_URL": server})
    back.data.mkdir(mode=0o700)
    (back.data / "secret_key").write_text((installation.data / "secret_key").read_text())
    back.run("move", "--to", "sqlite")
    changed = {sentence.partition(":")[0] for sentence in differing(contents_of(installation), contents_of(elsewhere))}
    founding = {"core_district", "core_auditentry", "accounts_controller"}
    assert {"core_district", "core_auditentry"} <= changed <= founding, "only what founding a district wrote"


def test_backup_of_the_server_comes_back_and_what_was_there_is_kept(installation, server, tmp_path):
    installation.run("move", "--to", server)
    with_file(installation)
    moved = replace(installation, settings={"BRUECKE_DATABASE_URL": server})
    moved.run("backup", str(tmp_path / "b.tar.gz"))
    with asked(server) as connection:
        connection.execute("UPDATE core_district SET name = 'Anders'")
    assert "--replace" in moved.refused("restore", str(tmp_path / "b.tar.gz"))
    moved.run("restore", str(tmp_path / "b.tar.gz"), "--replace")
    [aside] = schemas(server)
    with asked(server) as connection:
        assert connection.execute("SELECT name FROM core_district").fetchall() == [("Erzgebirgskreis",)]
        assert connection.execute(f"SELECT name FROM {aside}.core_district").fetchall() == [("Anders",)]
    moved.run("backup", str(tmp_path / "again.tar.gz"))
    moved.run("restore", str(tmp_path / "again.tar.gz"), "--replace"), "schemas aside are not in the backup"
    assert "SCHLECHT" not in moved.run("doctor").stdout


def test_failed_restore_on_the_server_leaves_everything_as_it_was(installation, server, tmp_path):
    installation.run("move", "--to", server)
    moved = replace(installation, settings={"BRUECKE_DATABASE_URL": server})
    moved.run("backup", str(tmp_path / "b.tar.gz"))

    def other_count(members):
        manifest = json.loads(members["manifest.json"])
        manifest["tables"]["places_area"]["rows"] += 1
        members["manifest.json"] = json.dumps(manifest).encode()

    bad = rewritten(tmp_path / "b.tar.gz", tmp_path / "bad.tar.gz", other_count)
    assert "places_area:" in moved.refused("restore", str(bad), "--replace")
    assert schemas(server) == []
    assert "SCHLECHT" not in moved.run("doctor").stdout
    with asked(server) as connection:
        connection.execute("SET application_name = 'bruecke'")
        assert "arbeitet noch" in moved.refused("restore", str(tmp_path / "b.tar.gz"), "--replace")


def test_backup_of_sqlite_is_restored_into_the_server(installation, server, tmp_path):
    installation.run("django", "migrate", "core", "0001", "--verbosity", "0")  # of an older release, too
    installation.run("backup", str(tmp_path / "b.tar.gz"))
    moved = replace(installation, settings={"BRUECKE_DATABASE_URL": server})
    assert "stammt aus SQLite" in moved.run("restore", str(tmp_path / "b.tar.gz")).stdout
    assert "gut     Datenbank: postgresql, 0 offene" in moved.run("doctor", check=False).stdout


def test_server_that_is_away_is_told(installation, tmp_path):
    gone = replace(installation, settings={"BRUECKE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"})
    assert "Datenbank antwortet nicht" in gone.refused("backup", str(tmp_path / "b.tar.gz"))
    assert "antwortet nicht" in gone.refused("doctor")
    assert "Datenbank antwortet nicht" in installation.refused("move", "--to", "postgresql://nobody@127.0.0.1:1/nothing")
