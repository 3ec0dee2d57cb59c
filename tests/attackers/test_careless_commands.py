"""A careless administrator at the command line: wrong settings, wrong moment, wrong rights, no space. In processes of their own."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager

import pytest

from bruecke.config.tests.installations import Installation, copy_of_prepared


@pytest.fixture
def installation(tmp_path) -> Installation:
    return copy_of_prepared(tmp_path / "data")


@contextmanager
def worker(installation: Installation):
    """A worker that has begun to work: it holds the lock of the data folder."""
    process = installation.start("worker")
    try:
        deadline = time.monotonic() + 60
        while not (installation.data / "running.lock").exists():
            assert time.monotonic() < deadline
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("BRUECKE_WEB_PROCESSES", "viele", "Zahl"),
        ("BRUECKE_WEB_PROCESSES", "0", "ab 1"),
        ("BRUECKE_MODE", "prod", "production"),
        ("BRUECKE_DATABASE_URL", "mysql://db/bruecke", "postgresql://"),
        ("BRUECKE_SECRET_KEY", "kurz", "50 Zeichen"),
        ("BRUECKE_BASE_URL", "bruecke.example.org", "https://"),
        ("BRUECKE_TRUST_PROXY", "vielleicht", "true oder false"),
        ("BRUECKE_SMTP_URL", "mail.example.org", "smtp://"),
    ],
)
def test_wrong_variable_is_named(tmp_path, variable, value, reason):
    """`serve` says it once and ends; nothing dies and is started again for ever."""
    said = Installation(tmp_path / "data", {variable: value}).refused("serve")
    assert variable in said
    assert reason in said
    assert not (tmp_path / "data").exists(), "nothing was made with wrong settings"


def test_restore_while_the_service_runs_is_refused(installation, tmp_path):
    installation.run("backup", str(tmp_path / "b.tar.gz"))
    with worker(installation):
        before = installation.database.stat().st_ino
        assert "Brücke läuft noch" in installation.refused("restore", str(tmp_path / "b.tar.gz"), "--replace")
        assert installation.database.stat().st_ino == before
    installation.run("restore", str(tmp_path / "b.tar.gz"), "--replace")


def test_two_workers_send_each_mail_once(installation):
    with worker(installation), worker(installation):
        deadline = time.monotonic() + 90
        waiting = 1
        while waiting and time.monotonic() < deadline:
            time.sleep(0.5)
            with closing(sqlite3.connect(installation.database)) as database:
                waiting = database.execute("SELECT count(*) FROM core_outboxmail WHERE state <> 'done'").fetchone()[0]
    assert len(list((installation.data / "mail").glob("*.eml"))) == 1
    with closing(sqlite3.connect(installation.database)) as database:
        assert database.execute("SELECT count(*), max(attempts) FROM core_outboxmail").fetchone() == (1, 1)


def test_lost_secret_key_stops_everything_but_the_way_back(installation, tmp_path):
    installation.run("backup", str(tmp_path / "b.tar.gz"))
    key = installation.data / "secret_key"
    was = key.read_text()
    key.unlink()
    for command in (("serve",), ("backup", str(tmp_path / "c.tar.gz"))):
        said = installation.refused(*command)
        assert "fehlt" in said
        assert "bruecke new-key" in said
    assert not key.exists(), "no new one was made silently"
    assert re.search(r"SCHLECHT\s+Geheimer Schlüssel", installation.refused("doctor"))
    installation.run("restore", str(tmp_path / "b.tar.gz"), "--replace")
    assert key.read_text() == was
    key.unlink()
    installation.run("new-key")
    assert key.read_text() != was
    installation.run("doctor")


def test_setup_killed_in_the_middle_goes_on_where_it_was(tmp_path):
    fresh = Installation(tmp_path / "data")
    process = fresh.start("setup")
    deadline = time.monotonic() + 120
    tables = 0
    while tables < 25 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.02)
        if fresh.database.exists():
            with closing(sqlite3.connect(f"file:{fresh.database}?mode=ro", uri=True, timeout=5)) as database:
                try:
                    tables = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
                except sqlite3.OperationalError:
                    continue
    assert process.poll() is None, "it was over before it could be killed"
    process.kill()
    process.communicate()
    assert "offene Migrationen" in fresh.refused("doctor")
    fresh.run("setup")
    assert "SCHLECHT" not in fresh.run("doctor").stdout


def test_database_of_an_unfinished_setup_is_told(installation):
    with closing(sqlite3.connect(installation.database)) as database:
        database.execute("DROP TABLE core_districtsetting")
        database.execute("DROP TABLE core_outboxmail")
        database.commit()
    said = installation.refused("invite-admin", "erzgebirge", "neu@example.org")
    assert "bruecke setup" in said


def test_lost_database_is_not_backed_up_as_an_empty_one(installation, tmp_path):
    installation.database.unlink()
    assert "gibt es nicht" in installation.refused("backup", str(tmp_path / "b.tar.gz"))
    assert not (tmp_path / "b.tar.gz").exists()


def test_folder_of_somebody_else(installation, tmp_path):
    """For root rights count for nothing, so root gives up that power first."""
    target = tmp_path / "backups"
    target.mkdir(mode=0o500)
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root cannot give up its power here")
        installation.before = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    assert "Rechte reichen nicht" in installation.refused("backup", str(target / "b.tar.gz"))
    (installation.data / "secret_key").chmod(0)
    assert "Rechte reichen nicht" in installation.refused("serve")
    (installation.data / "secret_key").chmod(0o600)
    installation.database.chmod(0o400)
    assert re.search(r"SCHLECHT\s+Rechte", installation.refused("doctor"))
    for path in installation.data.glob("bruecke.sqlite3*"):
        path.chmod(0o600)
    assert "SCHLECHT" not in installation.run("doctor").stdout


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 24 MB; only root can make one."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("this user cannot make a small file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)


def test_full_disk_is_told_and_nothing_is_lost(installation, small_disk):
    small = Installation(small_disk / "data")
    shutil.copytree(installation.data, small.data, ignore=shutil.ignore_patterns("static"))
    before = sqlite3.connect(small.database).execute("SELECT count(*) FROM core_auditentry").fetchone()
    said = small.refused("backup", str(small_disk / "b.tar.gz"))
    assert "zu wenig Platz" in said
    with (small_disk / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            pass
    said = small.refused(
        "create-district", "--slug", "meissen", "--name", "Landkreis Meißen", "--ags", "14627", "--languages", "de"
    )
    assert "voll" in said
    assert re.search(r"SCHLECHT\s+Speicherplatz", small.refused("doctor"))
    (small_disk / "filler").unlink()
    with closing(sqlite3.connect(small.database)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM core_district").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM core_auditentry").fetchone() == before
    small.run("create-district", "--slug", "meissen", "--name", "Landkreis Meißen", "--ags", "14627", "--languages", "de")
    assert sorted(path.name for path in small_disk.iterdir()) == ["data"], "nothing half is left"
