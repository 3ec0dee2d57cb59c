"""The operators' commands, run as an operator runs them: in a process and a data folder of their own."""

import json
import shutil
import sqlite3

import pytest

from bruecke.config.env import Environment, Mode
from bruecke.config.operations.catalogues import compile_catalogues
from bruecke.config.operations.doctor import machine
from bruecke.config.operations.errors import OperatorError
from bruecke.places.tests.factories import load_saxony


def test_setup_and_founding(installation):
    assert not installation.database.stat().st_mode & 0o007, "other users of the machine cannot read it"
    founding = ("create-district", "--slug", "erzgebirge", "--name", "Erzgebirgskreis", "--ags", "14521")
    assert "gibt es schon" in installation.refused(*founding)
    installation.run("invite-admin", "erzgebirge", "verwaltung@example.org")


def test_doctor_finds_what_is_missing(installation, elsewhere):
    fresh = elsewhere.refused("doctor")
    assert "offene Migrationen" in fresh
    said = installation.run("doctor", check=False).stdout
    assert "SCHLECHT" not in said
    installation.settings |= {"BRUECKE_BASE_URL": "http://bruecke.example.org", "BRUECKE_BASEURL": "x"}
    (installation.data / "media" / "kreis").mkdir(parents=True)
    (installation.data / "secret_key").chmod(0o644)
    told = json.loads(installation.run("doctor", "--json", check=False).stdout)
    bad = {found["name"]: found for found in told["findings"] if not found["is_well"]}
    assert not told["is_well"]
    assert bad.keys() == {"Variablen", "Adresse", "Rechte"}
    assert bad["Variablen"]["details"] == ["BRUECKE_BASEURL"]
    assert "BRUECKE_ALLOWED_HOSTS" in bad["Adresse"]["advice"]


def test_doctor_finds_a_database_of_a_newer_release(installation):
    """Somebody went back to the old program and forgot to put the database of before back."""
    with sqlite3.connect(installation.database) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('directory', '9999_of_tomorrow', '2027-01-01')"
        )
    told = json.loads(installation.run("doctor", "--quick", "--json", check=False).stdout)
    bad = {found["name"]: found for found in told["findings"] if not found["is_well"]}
    assert bad["Stand der Datenbank"]["details"] == ["directory.9999_of_tomorrow"]


@pytest.mark.django_db
def test_doctor_finds_what_was_not_translated(settings, tmp_path):
    shutil.copytree(settings.LOCALE_PATHS[0], tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    assert not machine.translations().is_well
    compile_catalogues()
    assert machine.translations().is_well


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
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_secret_key_that_vanished_is_not_replaced(tmp_path):
    (tmp_path / "bruecke.sqlite3").touch()
    with pytest.raises(OperatorError, match="fehlt"):
        Environment(data_dir=tmp_path, secret_key="").read_secret_key()
    assert not (tmp_path / "secret_key").exists()


def test_secret_key_that_was_cut_off_is_refused(tmp_path):
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(OperatorError, match="abgeschnitten"):
        Environment(data_dir=tmp_path, secret_key="").read_secret_key()


def test_unknown_setting_is_refused(monkeypatch):
    monkeypatch.setenv("BRUECKE_MODE", "holiday")
    with pytest.raises(ValueError, match="mode"):
        Environment()
    assert Environment.model_fields["mode"].get_default() is Mode.PRODUCTION
