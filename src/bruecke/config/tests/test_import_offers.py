"""`bruecke import-offers`: counts, problems by row, exit codes, and that nothing stays of what was only looked at."""

import pytest
from django.db.models import Count

from bruecke.config import cli
from bruecke.config.operations.tables import import_offers
from bruecke.core import jobs
from bruecke.core.errors import Invalid
from bruecke.core.models import ImportBatch, ImportState, Job, StagedRow, WorkState
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.offers.models import Offer
from bruecke.offers.tests.factories import make_scene

GOOD = "Titel;Träger;Plätze\nKurs A;Verein Eins;12\nKurs B;Verein Eins;8\n"
MIXED = "Titel;Träger;Plätze;Farbe\nKurs A;Verein Eins;viele;rot\nKurs B;Verein Eins;8;blau\n"


@pytest.fixture
def scene(db, now):
    district = make_district("musterkreis", ags="14628", features=["offers"])
    with for_district(district):
        make_scene()
        yield district


@pytest.fixture
def run(scene, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("django.setup", lambda: None)
    monkeypatch.setattr("os.umask", lambda mask: mask)

    def command(text, *options):
        path = tmp_path / "liste.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = cli.main(["import-offers", "--district", "musterkreis", str(path), *options])
        out = capsys.readouterr()
        return code, out.out, out.err

    return command


def test_a_good_file_is_taken_over_with_progress(run):
    code, out, err = run(GOOD)
    assert (code, err) == (0, "")
    assert "geprüft: 2 von 2 Zeilen" in out
    assert "übernommen: 2 von 2 Zeilen" in out
    assert out.strip().endswith("neu: 2, geändert: 0, unverändert: 0, mit Fehlern: 0. Übernommen.")
    assert Offer.objects.count() == 2
    assert ImportBatch.objects.get().state == ImportState.DONE
    assert set(Job.objects.filter(kind__startswith="core.").values_list("state", flat=True)) == {WorkState.DONE}
    assert run(GOOD)[0] == 0
    assert Offer.objects.count() == 2


def test_checking_changes_nothing(run):
    code, out, _err = run(GOOD, "--check")
    assert code == 0
    assert "neu: 2" in out
    assert "Es wurde nichts geändert." in out
    assert (Offer.objects.count(), StagedRow.objects.count()) == (0, 0)
    assert ImportBatch.objects.get().state == ImportState.DISCARDED


@pytest.mark.parametrize("options", [(), ("--check",), ("--check", "--leave-out-faulty")])
def test_faulty_rows_are_told_and_stop_it(run, options):
    code, out, err = run(MIXED, *options)
    assert code == 1
    assert "Zeile 2, Plätze: „viele“ ist keine ganze Zahl." in err
    assert "Diese Spalten werden nicht übernommen: Farbe." in out
    assert "mit Fehlern: 1. Es wurde nichts geändert." in out
    assert Offer.objects.count() == 0


def test_faulty_rows_left_out_by_choice(run):
    code, out, err = run(MIXED, "--leave-out-faulty")
    assert code == 0
    assert "Zeile 2, Plätze" in err
    assert "Übernommen." in out
    assert [offer.title for offer in Offer.objects.order_by("pk")] == ["Kurs B"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Name;Verein\nKurs;Eins\n", "In der Datei fehlt: Titel. Gefunden wurde: Name, Verein."),
        (b"%PDF-1.7", "PDF"),
        (b"", "leer"),
        ("Titel;Träger\n", "Unter den Überschriften steht nichts"),
    ],
)
def test_files_that_will_not_do(run, content, sentence):
    code, _out, err = run(content)
    assert code == 1
    assert sentence in err
    assert Offer.objects.count() == 0


def test_unknown_district_and_missing_file(run, tmp_path, now, capsys):
    with pytest.raises(Invalid, match="gibt es nicht"):
        import_offers(slug="nirgends", path=tmp_path / "x.csv", now=now)
    assert cli.main(["import-offers", "--district", "musterkreis", str(tmp_path / "x.csv")]) == 1
    assert "x.csv" in capsys.readouterr().err


def test_a_worker_beside_it_does_not_do_the_work_twice(run, now, monkeypatch):
    """What the command took belongs to the command; a worker that asks meanwhile gets nothing."""
    seen = []
    original = jobs.JobRun.progress

    def asked(self, done, total):
        seen.append(jobs.run_next(now))
        original(self, done, total)

    monkeypatch.setattr(jobs.JobRun, "progress", asked)
    assert run(GOOD)[0] == 0
    assert seen
    assert not any(seen)
    assert Offer.objects.aggregate(count=Count("pk"))["count"] == 2
