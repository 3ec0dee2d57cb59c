"""The operators' commands, run as an operator runs them: in a process and a data folder of their own."""

import os
import sqlite3
import subprocess
import sys
import tarfile

import pytest

from bruecke.config.env import Environment, Mode
from bruecke.places.tests.factories import load_saxony


@pytest.fixture
def bruecke(tmp_path):
    """Run `bruecke …` on an SQLite installation below `tmp_path`; returns the finished process."""

    def run(*arguments, data="data", check=True):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("BRUECKE_", "DJANGO_"))}
        environment |= {"BRUECKE_DATA_DIR": str(tmp_path / data), "BRUECKE_STATIC_DIR": str(tmp_path / "static")}
        command = [sys.executable, "-m", "bruecke.config.cli", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        if check:
            assert done.returncode == 0, done.stderr
        return done

    return run


def test_founding_backup_and_restore(bruecke, tmp_path):
    (tmp_path / "data").mkdir(mode=0o755)
    bruecke("setup")
    assert not (tmp_path / "data" / "bruecke.sqlite3").stat().st_mode & 0o007, "other users of the machine cannot read it"
    founding = ("create-district", "--slug", "erzgebirge", "--name", "Erzgebirgskreis", "--ags", "14521", "--languages", "ar")
    bruecke(*founding)
    again = bruecke(*founding, check=False)
    assert again.returncode == 1
    assert "gibt es schon" in again.stderr
    bruecke("invite-admin", "erzgebirge", "verwaltung@example.org")
    bruecke("invite-admin", "erzgebirge", "verwaltung@example.org")
    bruecke("publish-district", "erzgebirge")
    key = (tmp_path / "data" / "secret_key").read_text()
    (tmp_path / "data" / "media").mkdir()
    (tmp_path / "data" / "media" / "bild.png").write_bytes(b"picture")

    backup = tmp_path / "sicherung.tar.gz"
    bruecke("backup", str(backup))
    assert bruecke("backup", str(backup), check=False).returncode == 1, "an existing backup is never overwritten"
    assert backup.stat().st_mode & 0o777 == 0o600

    bruecke("restore", str(backup), data="elsewhere")
    elsewhere = tmp_path / "elsewhere"
    with sqlite3.connect(elsewhere / "bruecke.sqlite3") as database:
        assert database.execute("SELECT slug, kind, is_published FROM core_district").fetchall() == [("erzgebirge", "landkreis", 1)]
        assert database.execute("SELECT email FROM accounts_account").fetchall() == [("verwaltung@example.org",)]
    database.close()
    assert (elsewhere / "secret_key").read_text() == key
    assert (elsewhere / "media" / "bild.png").read_bytes() == b"picture"

    refused = bruecke("restore", str(backup), data="elsewhere", check=False)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    bruecke("restore", str(backup), "--replace", data="elsewhere")
    assert list(elsewhere.glob("before-restore-*.sqlite3"))


def test_damaged_backup_is_refused_and_nothing_is_touched(bruecke, tmp_path):
    bruecke("django", "migrate", "--verbosity", "0")
    bruecke("backup", str(tmp_path / "good.tar.gz"))
    with tarfile.open(tmp_path / "good.tar.gz") as tar:
        tar.extractall(tmp_path / "parts", filter="data")
    (tmp_path / "parts" / "database.sqlite3").write_bytes(b"something else")
    with tarfile.open(tmp_path / "bad.tar.gz", "w:gz") as tar:
        for part in (tmp_path / "parts").iterdir():
            tar.add(part, part.name)
    (tmp_path / "no.tar.gz").write_bytes(b"no archive")
    before = (tmp_path / "data" / "bruecke.sqlite3").read_bytes()
    for name, reason in (("bad", "Prüfsumme"), ("no", "keine lesbare Sicherung"), ("missing", "keine lesbare Sicherung")):
        done = bruecke("restore", str(tmp_path / f"{name}.tar.gz"), "--replace", check=False)
        assert done.returncode == 1
        assert reason in done.stderr
    assert (tmp_path / "data" / "bruecke.sqlite3").read_bytes() == before


def test_doctor_finds_what_is_missing(bruecke):
    fresh = bruecke("doctor", check=False)
    assert fresh.returncode == 1
    assert "offene Migrationen" in fresh.stdout
    bruecke("django", "migrate", "--verbosity", "0")
    assert "SCHLECHT" not in bruecke("doctor").stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--slug", "Groß", "--name", "X", "--ags", "14999"), "Kleinbuchstaben"),
        (("--slug", "konto", "--name", "X", "--ags", "14999"), "Adresse"),
        (("--slug", "muster", "--name", "X", "--ags", "123"), "fünf Ziffern"),
        (("--slug", "muster", "--name", "X", "--ags", "14999"), "import-places"),
        (("--slug", "muster", "--name", "X", "--ags", "14521", "--languages", "xx"), "Sprachen"),
    ],
)
@pytest.mark.django_db
def test_wrong_founding_is_told(capsys, arguments, reason):
    load_saxony()
    from bruecke.config.cli import main
    from bruecke.core.models import District

    assert main(["create-district", *arguments]) == 1
    assert reason in capsys.readouterr().err
    assert not District.objects.exists()


@pytest.mark.django_db
def test_demo_is_refused_in_production(settings):
    from bruecke.config.operations.demo import DemoError, load_demo

    settings.ALLOWS_DEMO_ACCOUNTS = False
    with pytest.raises(DemoError):
        load_demo()


def test_secret_key_is_made_once(tmp_path):
    environment = Environment(data_dir=tmp_path, secret_key="")
    assert environment.read_secret_key() == environment.read_secret_key()
    assert len(environment.read_secret_key()) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_unknown_setting_is_refused(monkeypatch):
    monkeypatch.setenv("BRUECKE_MODE", "holiday")
    with pytest.raises(ValueError, match="mode"):
        Environment()
    assert Environment.model_fields["mode"].get_default() is Mode.PRODUCTION
