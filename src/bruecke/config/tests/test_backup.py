"""Backup and restore as an operator runs them: whole or not at all, verified row by row, never over what is there."""

import gzip
import io
import json
import re
import shutil
import sqlite3
import tarfile
import threading
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from bruecke.config.operations.backup import BackupError, verify_backup
from bruecke.config.tests.installations import Installation


def tables_of(path: Path) -> dict[str, list[tuple]]:
    """Every row of every table of ours, in order."""
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names if "search" not in name}


def rewritten(source: Path, target: Path, change) -> Path:
    """A backup whose members `change` ({name: bytes}) has altered."""
    with tarfile.open(source) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}
    change(members)
    with tarfile.open(target, "w:gz") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return target


def with_file(installation: Installation, name="bild.png", content=b"picture") -> None:
    path = installation.data / "media" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.parent.chmod(0o700)


def test_restore_brings_everything_back(installation, elsewhere, tmp_path):
    with_file(installation)
    backup = tmp_path / "sicherung.tar.gz"
    assert "Gesichert" in installation.run("backup", str(backup)).stdout
    assert backup.stat().st_mode & 0o777 == 0o600
    assert "gibt es schon" in installation.refused("backup", str(backup)), "an existing backup is never overwritten"
    assert "ist heil" in installation.run("backup", "--verify", str(backup)).stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "sicherung.tar.gz"], "nothing half is left"

    elsewhere.run("restore", str(backup))
    assert tables_of(elsewhere.database) == tables_of(installation.database)
    assert (elsewhere.data / "secret_key").read_text() == (installation.data / "secret_key").read_text()
    assert (elsewhere.data / "media" / "bild.png").read_bytes() == b"picture"

    assert "--replace" in elsewhere.refused("restore", str(backup))
    with_file(elsewhere, "neuer.png")
    elsewhere.run("restore", str(backup), "--replace")
    [aside] = elsewhere.data.glob("before-restore-*.sqlite3")
    assert tables_of(aside) == tables_of(elsewhere.database)
    assert [path.name for path in elsewhere.data.glob("media-before-restore-*/neuer.png")] == ["neuer.png"], "kept aside"
    assert not (elsewhere.data / "media" / "neuer.png").exists()


def test_encrypted_backup(installation, elsewhere, tmp_path):
    key, other, backup = tmp_path / "key", tmp_path / "other", tmp_path / "sicherung.bruecke"
    installation.run("backup-key", str(key))
    installation.run("backup-key", str(other))
    assert "gibt es schon" in installation.refused("backup-key", str(key))
    installation.run("backup", str(backup), "--key-file", str(key))
    assert b"erzgebirge" not in backup.read_bytes()
    assert "--key-file" in elsewhere.refused("restore", str(backup))
    assert "Schlüssel passt nicht" in elsewhere.refused("restore", str(backup), "--key-file", str(other))
    assert not elsewhere.database.exists()
    elsewhere.run("restore", str(backup), "--key-file", str(key))
    assert tables_of(elsewhere.database) == tables_of(installation.database)


def test_what_is_no_whole_backup_of_ours_is_refused_and_nothing_is_touched(installation, tmp_path):
    good = tmp_path / "good.tar.gz"
    installation.run("backup", str(good))

    def other_database(members):
        members["database.sqlite3"] = b"something else"

    def other_row(members):
        """The sums of the members are made right; only the rows tell."""
        path = tmp_path / "altered.sqlite3"
        path.write_bytes(members["database.sqlite3"])
        with closing(sqlite3.connect(path)) as database:
            database.execute("UPDATE core_district SET name = 'Anderskreis'")
            database.execute("DELETE FROM accounts_account")
            database.commit()
        members["database.sqlite3"] = path.read_bytes()
        manifest = json.loads(members["manifest.json"])
        manifest["sha256"]["database.sqlite3"] = sha256(members["database.sqlite3"]).hexdigest()
        members["manifest.json"] = json.dumps(manifest).encode()

    def newer(members):
        header = json.loads(members["header.json"])
        header["migrations"].append(["core", "9999_from_the_future"])
        header["release"] = "9.9"
        members["header.json"] = json.dumps(header).encode()

    def newer_format(members):
        members["header.json"] = json.dumps({"format": 3, "database": "sqlite"}).encode()

    def foreign_member(members):
        members["../outside"] = b"x"

    cases = {
        "sum": (other_database, "database.sqlite3 stimmt nicht mit ihrer Prüfsumme überein"),
        "rows": (other_row, "core_district: 1 Zeilen, aber mit anderem Inhalt"),
        "format": (newer_format, "Format"),
        "foreign": (foreign_member, "etwas Fremdes"),
        "cut": (lambda members: members.pop("manifest.json"), "abgeschnitten"),
    }
    before = installation.database.read_bytes()
    for name, (change, reason) in cases.items():
        bad = rewritten(good, tmp_path / f"{name}.tar.gz", change)
        with pytest.raises(BackupError, match=re.escape(reason)):
            verify_backup(bad)
    assert not (tmp_path / "outside").exists()
    short = tmp_path / "short.tar.gz"
    short.write_bytes(good.read_bytes()[: good.stat().st_size * 2 // 3])
    flipped = bytearray(good.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    (tmp_path / "flipped.tar.gz").write_bytes(flipped)
    (tmp_path / "no.tar.gz").write_bytes(b"no archive")
    for name in ("short", "flipped", "no", "missing"):
        with pytest.raises(BackupError, match=r"keine lesbare Sicherung|beschädigt"):
            verify_backup(tmp_path / f"{name}.tar.gz")
    future = rewritten(good, tmp_path / "future.tar.gz", newer)
    for bad, reason in ((future, "neueren Version (9.9)"), (tmp_path / "rows.tar.gz", "accounts_account: 1 Zeilen erwartet, 0")):
        assert reason in installation.refused("restore", str(bad), "--replace")
    assert installation.database.read_bytes() == before
    assert not list(installation.data.glob("*before-restore*"))


def test_backup_of_another_installation_is_refused(installation, elsewhere, tmp_path):
    installation.run("backup", str(tmp_path / "other.tar.gz"))
    elsewhere.run("restore", str(tmp_path / "other.tar.gz"))
    with closing(sqlite3.connect(elsewhere.database)) as database:
        database.execute("UPDATE core_district SET uid = 'another', slug = 'mittelsachsen'")
        database.commit()
    said = elsewhere.refused("restore", str(tmp_path / "other.tar.gz"), "--replace")
    assert "anderen Anlage" in said
    assert "erzgebirge" in said
    assert "mittelsachsen" in said
    elsewhere.run("restore", str(tmp_path / "other.tar.gz"), "--replace", "--other-installation")


def test_backup_of_the_first_release_can_be_restored(installation, elsewhere, tmp_path):
    """Format 1: the manifest came first, held sums alone, and uploads were not listed."""
    with closing(sqlite3.connect(installation.database)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    content = installation.database.read_bytes()
    manifest = {"format": 1, "release": "0.1.0", "made_at": "2026-11-23T02:30:00+00:00", "database": "sqlite"}
    manifest["sha256"] = {"database.sqlite3": sha256(content).hexdigest()}
    old = tmp_path / "old.tar.gz"
    with tarfile.open(old, "w:gz") as tar:
        for name, data in (("manifest.json", json.dumps(manifest).encode()), ("database.sqlite3", content), ("media/a.png", b"a")):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    assert "Version 0.1" in elsewhere.run("restore", str(old)).stdout
    assert tables_of(elsewhere.database) == tables_of(installation.database)
    assert (elsewhere.data / "media" / "a.png").read_bytes() == b"a"


KEPT = 150
"""Uploads that are there at a time: each lives for some tenths of a second, longer than copying the database takes."""


def test_backup_while_people_write_holds_every_file_that_it_names(installation, elsewhere, tmp_path):
    """Rows and files come and go as `core.files` lets them: the file before its row commits, and after its row is gone."""
    over = threading.Event()
    media = installation.data / "media" / "kreis"
    media.mkdir(parents=True)
    written = []

    def write() -> None:
        with closing(sqlite3.connect(installation.database, timeout=20, isolation_level=None)) as database:
            district = database.execute("SELECT id FROM core_district").fetchone()[0]
            while not over.is_set():
                number = len(written)
                content = b"x" * 20_000 + str(number).encode()
                row = (f"uid{number}", district, f"kreis/{number}.pdf", "a.pdf", "application/pdf", len(content))
                database.execute("BEGIN IMMEDIATE")
                database.execute(
                    "INSERT INTO core_storedfile (uid, district_id, path, original_name, content_type, size_bytes, sha256, "
                    "is_public, about_uid, uploaded_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '', '2026-11-23 08:00:00')",
                    (*row, sha256(content).hexdigest()),
                )
                (media / f"{number}.pdf").write_bytes(content)
                database.execute("COMMIT")
                written.append(number)
                if number > KEPT:
                    database.execute("DELETE FROM core_storedfile WHERE path = ?", (f"kreis/{number - KEPT}.pdf",))
                    (media / f"{number - KEPT}.pdf").unlink()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 2 * KEPT:
            time.sleep(0.01)
        for number in range(2):
            installation.run("backup", str(tmp_path / f"{number}.tar.gz"))
    finally:
        over.set()
        writer.join()
    for number in range(2):
        shutil.rmtree(elsewhere.data, ignore_errors=True)
        elsewhere.run("restore", str(tmp_path / f"{number}.tar.gz"))
        with closing(sqlite3.connect(elsewhere.database)) as database:
            named = dict(database.execute("SELECT path, sha256 FROM core_storedfile"))
        assert len(named) >= KEPT
        for path, digest in named.items():
            assert sha256((elsewhere.data / "media" / path).read_bytes()).hexdigest() == digest
    assert not list((installation.data / "media").glob(".sicherung-*")), "nothing is left among the uploads"


def test_older_schema_comes_back_and_is_brought_up_to_date(installation, elsewhere, tmp_path):
    installation.run("django", "migrate", "core", "0001", "--verbosity", "0")
    installation.run("backup", str(tmp_path / "older.tar.gz"))
    elsewhere.run("restore", str(tmp_path / "older.tar.gz"))
    elsewhere.run("django", "migrate", "--verbosity", "0")
    assert "gut     Datenbank: sqlite, 0 offene" in elsewhere.run("doctor", check=False).stdout


def test_gzip_of_a_backup_is_one_stream(installation, tmp_path):
    """Whoever has lost the program can still open it with tar."""
    installation.run("backup", str(tmp_path / "plain.tar.gz"))
    with gzip.open(tmp_path / "plain.tar.gz") as zipped, tarfile.open(fileobj=zipped) as tar:
        names = tar.getnames()
    assert (names[0], names[-1]) == ("header.json", "manifest.json")
